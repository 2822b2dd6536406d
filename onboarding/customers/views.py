"""Forms about a customer and a turn-up, for the vendor's people and the customer's own alike."""

from datetime import date

from flask import Blueprint, request
from flask_login import current_user
from werkzeug.wrappers import Response

from onboarding.customers import actions, inviting, queries, wording
from onboarding.db import transaction
from onboarding.errors import BadInput, marked
from onboarding.people.access import actor, me, requires
from onboarding.people.models import User
from onboarding.web import forms
from onboarding.web.fragments import again, done
from onboarding.web.language import _

customers = Blueprint("customers", __name__)
customers.add_app_template_global(wording.stage_name)
customers.add_app_template_global(wording.team_name)
customers.add_app_template_global(wording.stage_meaning)
customers.add_app_template_global(wording.levels)
customers.add_app_template_global(wording.goal_kinds)
EDIT = ("customers.edit", "workspace.edit")
#: The kinds of goals whose figure is a number, with their bounds.
FIGURES = {"offload": (0.0, 100.0), "latency": (0.0, 600_000.0), "traffic": (0.0, 1e15)}


def home_of(turnup_id: int) -> str:
    """The page of a turn-up for whoever asks: the customer's own, or the vendor's."""
    if current_user.role == "customer":
        return f"/workspace?turnup={turnup_id}"
    return f"/turnups/{turnup_id}"


@customers.post("/turnups/<int:turnup_id>/goals")
@requires(*EDIT)
def add_goal(turnup_id: int) -> Response:
    back = home_of(turnup_id)
    try:
        with transaction() as session:
            found = queries.visible_turnup(session, me(), turnup_id)
            actions.add_goal(session, actor(), found, _wish())
    except BadInput as wrong:
        form, title = "customers/_goal_form.html", _("Add a goal")
        return again(form, wrong, title=title, turnup_id=turnup_id, back=back)
    return done(back)


def _wish() -> actions.Wish:
    kind = forms.text("kind", longest=40)
    words = forms.text("words", longest=500, needed=False)
    figure, day = None, None
    if kind in FIGURES and forms.text("figure", longest=40, needed=False):
        least, most = FIGURES[kind]
        figure = forms.number("figure", least=least, most=most)
    elif kind == "launch_date":
        day = _day("figure")
    return actions.Wish(kind, words, figure, day)


def _day(name: str) -> date:
    value = forms.text(name, longest=20)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise BadInput(
            marked("{value} is not a day", value=repr(value)),
            place=name,
            hint=marked("like 2027-01-31"),
        ) from None


@customers.post("/turnups/<int:turnup_id>/goals/<int:goal_id>/remove")
@requires(*EDIT)
def remove_goal(turnup_id: int, goal_id: int) -> Response:
    with transaction() as session:
        found = queries.visible_turnup(session, me(), turnup_id)
        actions.remove_goal(session, actor(), found, goal_id)
    return done(home_of(turnup_id))


@customers.post("/turnups/<int:turnup_id>/hostnames")
@requires(*EDIT)
def add_hostname(turnup_id: int) -> Response:
    back = home_of(turnup_id)
    try:
        with transaction() as session:
            found = queries.visible_turnup(session, me(), turnup_id)
            actions.add_hostname(session, actor(), found, forms.text("hostname", longest=500))
    except BadInput as wrong:
        form, title = "customers/_hostname_form.html", _("Add a hostname")
        return again(form, wrong, title=title, turnup_id=turnup_id, back=back)
    return done(back)


@customers.post("/turnups/<int:turnup_id>/hostnames/<int:hostname_id>/remove")
@requires(*EDIT)
def remove_hostname(turnup_id: int, hostname_id: int) -> Response:
    with transaction() as session:
        found = queries.visible_turnup(session, me(), turnup_id)
        actions.remove_hostname(session, actor(), found, hostname_id)
    return done(home_of(turnup_id))


@customers.post("/customers/<slug>/invitations")
@requires("customers.edit")
def invite(slug: str) -> Response:
    back = f"/customers/{slug}"
    try:
        with transaction() as session:
            email = forms.text("email", longest=254)
            inviting.invite(session, actor(), queries.by_slug(session, slug), me(), email)
    except BadInput as wrong:
        form, title = "customers/_invite_form.html", _("Invite somebody of theirs")
        return again(form, wrong, title=title, back=back, invite_to=f"{back}/invitations")
    return done(back)


@customers.post("/turnups/<int:turnup_id>/outlook")
@requires("customers.edit")
def show_outlook(turnup_id: int) -> Response:
    shown = forms.choice("shown", ("yes", "no")) == "yes"
    with transaction() as session:
        actions.show_outlook(session, actor(), queries.turnup(session, turnup_id), shown)
    return done(home_of(turnup_id))


@customers.post("/customers/<slug>/manager")
@requires("customers.edit")
def assign(slug: str) -> Response:
    chosen = request.form.get("manager", "")
    with transaction() as session:
        customer = queries.by_slug(session, slug)
        manager = session.get(User, int(chosen)) if chosen.isdigit() else None
        if chosen and manager is None:
            raise BadInput(
                marked("there is no such person"),
                place="manager",
                hint=marked("choose from the list"),
            )
        actions.assign(session, actor(), customer, manager)
    return done(f"/customers/{slug}")
