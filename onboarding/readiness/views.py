"""Votes and stage moves."""

from flask import Blueprint, Response

from onboarding.customers.models import Turnup
from onboarding.db import transaction
from onboarding.errors import NotFound
from onboarding.people.access import actor, me, requires
from onboarding.readiness import actions
from onboarding.web import forms
from onboarding.web.fragments import done

readiness = Blueprint("readiness", __name__)


@readiness.post("/cutovers/<int:cutover_id>/vote")
@requires("readiness.vote")
def vote(cutover_id: int) -> Response:
    go = forms.choice("vote", ["go", "no_go"]) == "go"
    reason = forms.text("reason", longest=500, needed=False)
    with transaction() as session:
        actions.vote(session, actor(), me(), cutover_id, go, reason)
    return done(f"/cutovers/{cutover_id}")


@readiness.post("/turnups/<int:turnup_id>/advance")
@requires("stages.move")
def advance(turnup_id: int) -> Response:
    with transaction() as session:
        turnup = session.get(Turnup, turnup_id, with_for_update={"of": Turnup})
        if turnup is None:
            raise NotFound(f"There is no turn-up {turnup_id}")
        actions.advance(session, actor(), turnup)
    return done(f"/turnups/{turnup_id}")
