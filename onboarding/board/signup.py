"""Signing up: a customer, a first turn-up with its checklist, and in."""

from typing import Any

import structlog
from flask import Blueprint, redirect, render_template, request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from onboarding.checklists import actions as checklists
from onboarding.checklists.shelf import template
from onboarding.config import settings
from onboarding.customers import actions as customers
from onboarding.customers import confirming
from onboarding.customers.hostnames import several
from onboarding.customers.models import Customer, Turnup
from onboarding.db import transaction
from onboarding.errors import BadInput, TurnupError
from onboarding.people.access import public, sign_in
from onboarding.people.models import User
from onboarding.trail.log import Actor
from onboarding.web import forms
from onboarding.web.language import speak
from onboarding.web.limits import limiter
from onboarding.zones import zones

log = structlog.get_logger()
signup = Blueprint("signup", __name__)
TEMPLATE = "cdn-turn-up"


def usable(key: str = TEMPLATE) -> bool:
    """Whether the template can be started. False, and an error in the log, where its file is
    unusable: that must keep nobody from signing up, and a planner can start it later."""
    try:
        template(settings().checklists, key)
    except TurnupError as fault:
        log.error("signup.no_checklist", template=key, error=fault.line())
        return False
    return True


def welcome(session: Session, **fields: Any) -> tuple[Customer, Turnup, User]:
    """`customers.sign_up(**fields)`, the checklist with it, and a letter to confirm the address."""
    customer, turnup, user = customers.sign_up(session, **fields)
    confirming.send_link(session, customer, user)
    if usable():
        actor = Actor(f"user:{user.id}", fields.get("source", "web"))
        checklists.start(session, actor, turnup, TEMPLATE)
    return customer, turnup, user


@signup.before_request
def _in_their_language() -> None:
    speak()


@signup.get("/signup")
@public  # anybody may become a customer
def form() -> str | Response:
    if current_user.is_authenticated:
        return redirect("/")
    return _page({"timezone": "UTC"}, None)


@signup.post("/signup")
@public
@limiter.limit("30 per hour")
def sign_up() -> tuple[str, int] | Response:
    if current_user.is_authenticated:
        return redirect("/", 303)
    try:
        fields = _fields()
        with transaction() as session:
            _customer, _turnup, user = welcome(session, **fields)
        sign_in(user)
    except BadInput as wrong:
        return _page(request.form, wrong), wrong.status
    return redirect("/workspace", 303)


def _fields() -> dict[str, Any]:
    names = several(forms.text("hostnames", longest=5000))
    return {
        "company": forms.one_line("company", longest=100),
        "name": forms.one_line("name", longest=100),
        "email": forms.text("email", longest=254),
        "password": request.form.get("password", ""),
        "timezone": forms.text("timezone", longest=60),
        "names": names,
    }


def _page(values: Any, problem: BadInput | None) -> str:
    offered = [(zone, zone) for zone in zones()]
    return render_template("board/signup.html", values=values, problem=problem, zones=offered)
