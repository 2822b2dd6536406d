"""Sign in and out."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from onboarding.db import db
from onboarding.errors import NotAllowed
from onboarding.people import access
from onboarding.people.access import public, requires
from onboarding.people.actions import authenticate
from onboarding.web.forms import local_path
from onboarding.web.language import speak
from onboarding.web.limits import limiter

people = Blueprint("people", __name__)


@people.get("/login")
@public
def login() -> str | Response:
    if current_user.is_authenticated:
        return redirect("/")
    speak()
    return render_template("people/login.html", next=request.args.get("next", "/"), error=None)


@people.post("/login")
@public
@limiter.limit("20 per minute")
def sign_in() -> tuple[str, int] | Response:
    speak()
    going_to = local_path(request.form.get("next", "/"))
    try:
        user = authenticate(
            db.session(), request.form.get("email", ""), request.form.get("password", "")
        )
    except NotAllowed as refused:
        page = render_template("people/login.html", next=going_to, error=refused)
        return page, refused.status
    access.sign_in(user)
    return redirect(going_to, 303)


@people.post("/logout")
@requires("profile.edit")
def logout() -> Response:
    access.sign_out()
    return redirect(url_for("people.login"), 303)


@people.post("/logout/everywhere")
@requires("profile.edit")
def logout_everywhere() -> Response:
    """Every browser in which this person is signed in, this one too."""
    access.sign_out(everywhere=True)
    return redirect(url_for("people.login"), 303)
