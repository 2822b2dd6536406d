"""The customer's team: confirm an address, invite, take back, join."""

from flask import Blueprint, make_response, redirect, render_template, request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from onboarding.customers import confirming, inviting, queries
from onboarding.customers.models import Customer, Invitation
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound, marked
from onboarding.people import profiles
from onboarding.people.access import actor, me, public, requires, sign_in
from onboarding.people.models import User
from onboarding.people.places import countries
from onboarding.web import forms
from onboarding.web.fragments import again, done
from onboarding.web.language import _, language, speak
from onboarding.web.limits import limiter

team = Blueprint("team", __name__)
HOME = "/workspace"
#: Only links that do not work count.
guessing = limiter.limit("60 per minute", deduct_when=lambda answer: answer.status_code == 404)


def _mine(session: Session) -> Customer:
    customer = queries.customer_of(session, me())
    if customer is None:
        raise NotFound(
            marked("You belong to no customer yet"), hint=marked("ask whoever invited you")
        )
    return customer


def _private(page: str, status: int = 200) -> Response:
    """A page whose address is a secret: kept nowhere, told nobody."""
    response = make_response(page, status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


@team.post("/workspace/confirmation")
@requires("workspace.edit")
def send_again() -> Response:
    with transaction() as session:
        confirming.send_link(session, _mine(session), me())
    return done(f"{HOME}#confirm")


@team.get("/confirm/<token>")
@public  # protected by its signed token, which runs out; looking changes nothing
@guessing
def confirm_form(token: str) -> Response:
    speak()
    found = confirming.look_up(db.session(), token)
    return _private(render_template("customers/confirm.html", found=found, token=token))


@team.post("/confirm/<token>")
@public  # protected by the same token
@guessing
def confirm(token: str) -> Response:
    speak()
    with transaction() as session:
        confirming.confirm(session, token)
    return redirect(HOME if current_user.is_authenticated else f"/login?next={HOME}", 303)


@team.post("/workspace/invitations")
@requires("workspace.edit")
def invite() -> Response:
    try:
        with transaction() as session:
            email = forms.text("email", longest=254)
            inviting.invite(session, actor(), _mine(session), me(), email)
    except BadInput as wrong:
        form, title = "customers/_invite_form.html", _("Invite a team-mate")
        return again(form, wrong, title=title, back=HOME)
    return done(f"{HOME}#team")


@team.post("/workspace/whereabouts")
@requires("workspace.edit")
def live_in() -> Response:
    try:
        with transaction() as session:
            profiles.live_in(
                session,
                actor(),
                session.get_one(User, me().id),
                forms.text("timezone", longest=60),
                forms.text("country", longest=10, needed=False),
                forms.text("subdivision", longest=60, needed=False),
            )
    except BadInput as wrong:
        form, title = "customers/_whereabouts_form.html", _("When we write to you")
        return again(form, wrong, title=title, back=HOME)
    return done(f"{HOME}#team")


@team.app_template_global("countries_to_choose")
def countries_to_choose() -> list[tuple[str, str]]:
    """(code, name) of the countries whose holidays are known, after none at all."""
    return [("", _("no country")), *countries(language())]


@team.post("/invitations/<int:invitation_id>/revoke")
@requires("workspace.edit")
def revoke(invitation_id: int) -> Response:
    with transaction() as session:
        inviting.revoke(session, actor(), _mine(session), invitation_id)
    return done(f"{HOME}#team")


@team.get("/join/<token>")
@public  # protected by its random token, which is revocable and works once
@guessing
def join_form(token: str) -> Response:
    speak()
    return _join_page(inviting.look_up(db.session(), token), token, None)


@team.post("/join/<token>")
@public  # protected by the same token
@guessing
def join(token: str) -> Response:
    speak()
    try:
        with transaction() as session:
            inviting.look_up(session, token)
            name, password = forms.one_line("name", longest=100), request.form.get("password", "")
            user = inviting.join(session, token, name, password)
    except BadInput as wrong:
        return _join_page(inviting.look_up(db.session(), token), token, wrong)
    sign_in(user)
    return redirect(HOME, 303)


def _join_page(invitation: Invitation, token: str, problem: BadInput | None) -> Response:
    page = render_template(
        "customers/join.html",
        invitation=invitation,
        token=token,
        values=request.form,
        problem=problem,
    )
    return _private(page, problem.status if problem else 200)
