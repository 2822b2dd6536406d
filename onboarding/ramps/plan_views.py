"""Change the steps to come of a running cutover."""

import secrets

from flask import Blueprint, Response, make_response, render_template

from onboarding import clock
from onboarding.clock import iso
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers import reading, showing
from onboarding.cutovers.actions import Wiring
from onboarding.cutovers.checking import check_rest
from onboarding.db import db, transaction
from onboarding.errors import BadInput, Refused
from onboarding.people.access import actor, me, requires
from onboarding.ramps import actions
from onboarding.ramps.machine import TABLE
from onboarding.ramps.queries import standing
from onboarding.ramps.stand_in import answer
from onboarding.readiness.evidence import ready
from onboarding.web import forms
from onboarding.web.fragments import done

plans = Blueprint("plans", __name__)
WAIT_S = 4.0


@plans.get("/cutovers/<int:cutover_id>/ramp/plan")
@requires("ramps.replan")
def edit(cutover_id: int) -> Response:
    return _page(cutover_id, None)


@plans.post("/cutovers/<int:cutover_id>/ramp/plan")
@requires("ramps.replan")
def change(cutover_id: int) -> Response:
    """Checked here, so that a fault is shown at its field, and again by whoever drives the ramp."""
    session = db.session()
    try:
        cutover = cutovers.get(session, cutover_id)
        taken = int(forms.number("taken", least=0, most=1000))
        steps = [*cutovers.plan_of(cutover)[:taken], *reading.steps(first=taken + 1)]
        check_rest(session, cutover, steps, taken, Wiring(cutover.switch, cutover.metrics).check())
        arguments = {
            "steps": [step.as_json() for step in steps],
            "version": int(forms.number("version", least=1, most=10**9)),
        }
        session.rollback()
        with transaction() as writing:
            command = actions.ask(
                writing,
                actor(),
                cutover_id,
                "replan",
                key=forms.text("key", longest=100, needed=False) or secrets.token_hex(12),
                arguments=arguments,
                reason=forms.text("reason", longest=2000, needed=False),
            )
            command_id = command.id
        answer(command_id, ready, seconds=WAIT_S).check()
    except (BadInput, Refused) as wrong:
        session.rollback()
        return _page(cutover_id, wrong)
    return done(f"/cutovers/{cutover_id}")


def _page(cutover_id: int, error: BadInput | Refused | None) -> Response:
    """The steps taken as they are, those to come as fields."""
    session, zone = db.session(), me().timezone
    cutover = cutovers.get(session, cutover_id)
    now = standing(session, cutover_id)
    if "replan" not in TABLE[now.state] and error is None:
        raise Refused(
            "The steps of this cutover cannot be changed now",
            hint="while a run holds or waits; before it starts, change the cutover itself",
        )
    plan = cutovers.plan_of(cutover)
    shown = showing.rest_of(cutover, now.step, zone)
    moved = plan[now.step - 1].share if now.step else 0.0
    response = make_response(
        render_template(
            "ramps/plan.html",
            cutover=cutover,
            taken=plan[: now.step],
            shown=shown,
            error=error,
            key=secrets.token_hex(12),
            now=iso(clock.now()),
            **showing.plan_context(session, cutover.turnup_id, shown, zone, now.step + 1, moved),
        )
    )
    response.status_code = error.status if error else 200
    return response
