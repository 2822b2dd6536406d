"""Start another round: from a chance, or on the page of a live turn-up."""

from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from onboarding.customers.queries import turnup as turnup_of
from onboarding.cutovers.queries import plan_of
from onboarding.cutovers.shapes import TEMPLATES
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.outreach import queries, rounds
from onboarding.outreach.booking import Booking, last_flip, steps_of, wiring_of
from onboarding.people.access import actor, me, requires
from onboarding.web import forms
from onboarding.web.fragments import again, done

round_views = Blueprint("rounds", __name__)


@round_views.post("/outreach/<int:outreach_id>/round")
@requires("outreach.send")
def from_chance(outreach_id: int) -> Response:
    turnup_id = queries.get(db.session(), outreach_id).turnup_id
    return _start(turnup_id, outreach_id)


@round_views.post("/turnups/<int:turnup_id>/round")
@requires("outreach.send")
def from_turnup(turnup_id: int) -> Response:
    return _start(turnup_id, None)


def _start(turnup_id: int, outreach_id: int | None) -> Response:
    turnup_of(db.session(), turnup_id)
    try:
        wish = forms.one_line("wish", longest=60)
        booking, names = _booking(turnup_id), _names()
        with transaction() as session:
            made = rounds.start(
                session, actor(), turnup_id, wish, booking, outreach_id=outreach_id, names=names
            )
            number = made.id
    except BadInput as problem:
        return again(
            "outreach/_round_form.html",
            problem,
            title="Another round",
            where=request.path,
            **round_form(db.session(), turnup_id),
        )
    return done(f"/turnups/{number}")


def _booking(turnup_id: int) -> Booking | None:
    """What is to be booked; None without a time. The switch and source that are taken over are asked
    whether they are as they have to be, as where a cutover is booked."""
    if not request.form.get("at", "").strip():
        return None
    zone = me().timezone
    found = Booking(
        forms.moment("at", zone),
        forms.text("plan", longest=40, needed=False),
        zone,
        forms.text("despite", longest=500, needed=False),
    )
    last = last_flip(db.session(), turnup_id)
    steps_of(last, found.plan)
    wiring = wiring_of(last)
    wiring.check()
    wiring.reach()
    return found


def _names() -> list[str] | None:
    """The hostnames that are chosen; None in a form that names none to choose from."""
    return request.form.getlist("hostname") if "hostnames" in request.form else None


def round_form(session: Session, turnup_id: int) -> dict[str, Any]:
    """What the form needs: the last flip, what it offers to choose, and what is chosen."""
    last = last_flip(session, turnup_id)
    hosts = [host.name for host in turnup_of(session, turnup_id).hostnames]
    plans = [(key, template.name) for key, template in TEMPLATES.items()]
    if last is not None:
        shares = " → ".join(str(step) for step in plan_of(last))
        plans.insert(0, ("", f"as the last flip: {shares}"))
    names = _names()
    return {
        "last": last,
        "round_hosts": hosts,
        "round_chosen": hosts if names is None else names,
        "round_plans": plans,
    }
