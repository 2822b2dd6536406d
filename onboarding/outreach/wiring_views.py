"""Wire what tells of a live customer's origin, on the page of their turn-up."""

import json
from typing import Any

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from onboarding.customers.models import Turnup
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.fields import read_config
from onboarding.outreach import wiring
from onboarding.outreach.models import OriginWiring
from onboarding.people.access import actor, requires
from onboarding.web import forms
from onboarding.web.fragments import again, done

wiring_views = Blueprint("origins", __name__)


@wiring_views.post("/turnups/<int:turnup_id>/origin")
@requires("cutovers.wire")
def wire(turnup_id: int) -> Response:
    if db.session().get(Turnup, turnup_id) is None:
        raise NotFound(f"There is no turn-up {turnup_id}")
    try:
        kind = forms.text("metrics", longest=50)
        config = forms.text("metrics_config", longest=20000, needed=False) or "{}"
        metrics = {"kind": kind, "config": read_config(config, "metrics_config")}
        wiring.usable(metrics)
        with transaction() as session:
            wiring.wire(session, actor(), turnup_id, metrics)
    except BadInput as problem:
        return again(
            "outreach/_wire_form.html",
            _in_the_form(problem),
            title="Wire the origin's metrics",
            turnup_id=turnup_id,
            wire_kinds=wiring.KINDS,
        )
    return done(f"/turnups/{turnup_id}#outreach")


@wiring_views.post("/turnups/<int:turnup_id>/origin/end")
@requires("cutovers.wire")
def unwire(turnup_id: int) -> Response:
    with transaction() as session:
        wiring.unwire(session, actor(), turnup_id)
    return done(f"/turnups/{turnup_id}#outreach")


def _in_the_form(problem: BadInput) -> BadInput:
    """The problem at a field of the form: a key of the config is in its text."""
    if not problem.place.startswith("metrics."):
        return problem
    said = f"{problem.place.removeprefix('metrics.')}: {problem.message}"
    return BadInput(said, place="metrics_config", hint=problem.hint)


def shown(session: Session, turnup_id: int) -> dict[str, Any]:
    """What the card of a turn-up's origin needs: who wired what, and the form as it stands."""
    row = session.get(OriginWiring, turnup_id)
    if row is not None and not row.metrics:
        row = None
    values = {"metrics": wiring.KINDS[0], "metrics_config": "{}"}
    if row is not None:
        given = json.dumps(row.metrics["config"], indent=1)
        values = {"metrics": row.metrics["kind"], "metrics_config": given}
    return {"origin_wiring": row, "wire_kinds": wiring.KINDS, "wire_values": values}
