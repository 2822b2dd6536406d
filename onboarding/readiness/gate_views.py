"""What people do at gates beside voting: prove the roll-back, overrule by two."""

from flask import Blueprint, Response, request

from onboarding.db import transaction
from onboarding.people.access import actor, me, requires
from onboarding.readiness import overruling, proving
from onboarding.web import forms
from onboarding.web.fragments import done

gating = Blueprint("gating", __name__)


@gating.post("/cutovers/<int:cutover_id>/proofs")
@requires("readiness.prove")
def prove(cutover_id: int) -> Response:
    with transaction() as session:
        proving.ask(session, actor(), me(), cutover_id)
    return done(f"/cutovers/{cutover_id}#gates")


@gating.post("/cutovers/<int:cutover_id>/overrules")
@requires("readiness.overrule")
def propose(cutover_id: int) -> Response:
    keys = request.form.getlist("gate")
    reason = forms.text("reason", longest=1000)
    with transaction() as session:
        overruling.propose(session, actor(), me(), cutover_id, keys, reason)
    return done(f"/cutovers/{cutover_id}#gates")


@gating.post("/cutovers/<int:cutover_id>/overrules/<int:number>/confirm")
@requires("readiness.overrule")
def second(cutover_id: int, number: int) -> Response:
    with transaction() as session:
        overruling.second(session, actor(), me(), cutover_id, number)
    return done(f"/cutovers/{cutover_id}#gates")


@gating.post("/cutovers/<int:cutover_id>/overrules/<int:number>/withdraw")
@requires("readiness.overrule")
def withdraw(cutover_id: int, number: int) -> Response:
    with transaction() as session:
        overruling.withdraw(session, actor(), me(), cutover_id, number)
    return done(f"/cutovers/{cutover_id}#gates")
