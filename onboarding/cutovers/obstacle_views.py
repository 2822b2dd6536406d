"""Freezes and ships on the calendar: adding them, readiness of support, letting a turn-up through."""

from flask import Blueprint, Response

from onboarding.cutovers import actions
from onboarding.cutovers import obstacles as deciding
from onboarding.db import transaction
from onboarding.people.access import actor, me, requires
from onboarding.web import forms
from onboarding.web.fragments import done

obstacles = Blueprint("obstacles", __name__)


@obstacles.post("/freezes")
@requires("cutovers.plan")
def add_freeze() -> Response:
    zone = me().timezone
    name, reason = forms.text("name", longest=100), forms.text("reason", needed=False)
    start, end = forms.moment("starts_at", zone), forms.moment("ends_at", zone)
    with transaction() as session:
        actions.add_freeze(session, actor(), name, start, end, reason)
    return done("/cutovers")


@obstacles.post("/ships")
@requires("ships.edit")
def add_ship() -> Response:
    zone = me().timezone
    name, owner = forms.text("name", longest=100), forms.text("owner", longest=100)
    risk = forms.choice("risk", deciding.RISKS)
    start, end = forms.moment("starts_at", zone), forms.moment("ends_at", zone)
    note = forms.text("note", needed=False)
    with transaction() as session:
        deciding.add_ship(
            session,
            actor(),
            name=name,
            owner=owner,
            risk=risk,
            starts_at=start,
            ends_at=end,
            note=note,
        )
    return done("/cutovers")


@obstacles.post("/ships/<int:ship_id>/ready")
@requires("ships.ready")
def mark_ready(ship_id: int) -> Response:
    with transaction() as session:
        deciding.mark_ready(session, actor(), ship_id)
    return done("/cutovers")


@obstacles.post("/exceptions")
@requires("cutovers.overrule")
def let_through() -> Response:
    obstacle, reason = forms.text("obstacle", longest=40), forms.text("reason", longest=500)
    turnup_id = int(forms.number("turnup", least=1, most=2**31 - 1))
    with transaction() as session:
        deciding.let_through(session, actor(), obstacle, turnup_id, reason)
    return done("/cutovers")
