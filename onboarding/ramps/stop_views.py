"""/stop: hold every ramp that runs by one press, and lift it again; what pages say while it is so."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from onboarding.db import db, transaction
from onboarding.errors import BadInput, TurnupError
from onboarding.people.access import actor, requires
from onboarding.ramps import stopping
from onboarding.ramps.models import Stop
from onboarding.ramps.queries import name_of, stop_in_force
from onboarding.ramps.stand_in import unanswered
from onboarding.ramps.states import STATES
from onboarding.readiness.evidence import ready
from onboarding.web import forms
from onboarding.web.fragments import done

stops = Blueprint("stops", __name__)
WAIT_S = 8.0  # for all of them: long enough for a dead conductor's lease to run out


@stops.app_context_processor
def in_force() -> dict[str, Any]:
    """`stop_in_force()`: what every page of staff shows while ramps are held by it."""
    return {"stop_in_force": _held}


def _held() -> tuple[Stop, str] | None:
    """The stop in force and who pressed it."""
    stop = stop_in_force(db.session())
    return (stop, name_of(db.session(), stop.actor)) if stop else None


@stops.get("/stop")
@requires("ramps.see")
def show() -> Response:
    return _page()


@stops.get("/stop/band")
@requires("ramps.see")
def band() -> Response:
    """What open pages ask for now and then, and as soon as their own cutover changes."""
    return make_response(render_template("ramps/_stop_band.html"))


def _page(problem: TurnupError | None = None) -> Response:
    running = stopping.running(db.session())
    context = {"running": running, "states": STATES, "values": request.form, "problem": problem}
    response = make_response(render_template("ramps/stop.html", **context))
    response.status_code = problem.status if problem else 200
    return response


@stops.post("/stop")
@requires("ramps.stop")
def press() -> Response:
    try:
        reason = forms.text("reason", longest=stopping.LONGEST)
        if forms.text("sure", longest=10, needed=False) != "yes":
            raise BadInput("this is to be confirmed", place="sure", hint="tick the box")
        with transaction() as session:
            stop_id = stopping.press(session, actor(), reason).id
    except BadInput as problem:
        return _page(problem)
    with transaction() as session:
        asked = stopping.asked(session, actor(), stop_id)
    unanswered(asked, ready, seconds=WAIT_S)
    return done("/stop")


@stops.post("/stop/lift")
@requires("ramps.stop")
def lift() -> Response:
    with transaction() as session:
        stopping.lift(session, actor())
    return done("/stop")
