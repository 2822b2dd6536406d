"""/cutovers/<id>/guard: how far each signal may go, and how the guard rolls back."""

from dataclasses import replace

from flask import Blueprint, Response, render_template, request

from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, requires
from onboarding.ramps import guarding
from onboarding.ramps.counts import SIGNALS
from onboarding.ramps.watched import LONGEST_S, REACHES, WAYS_BACK, Watched
from onboarding.web import forms
from onboarding.web.fragments import done

guards = Blueprint("guards", __name__)


@guards.get("/cutovers/<int:cutover_id>/guard")
@requires("ramps.see")
def page(cutover_id: int) -> str:
    return _page(cutovers.get(db.session(), cutover_id), None)


@guards.post("/cutovers/<int:cutover_id>/guard")
@requires("cutovers.wire")
def decide(cutover_id: int) -> Response | tuple[str, int]:
    cutover = cutovers.get(db.session(), cutover_id)
    try:
        version = int(forms.number("version", least=1, most=10**9))
        watched = _read(guarding.watched_of(cutover))
        with transaction() as session:
            guarding.decide(session, actor(), cutover_id, watched, version)
    except BadInput as error:
        return _page(cutovers.get(db.session(), cutover_id), error), error.status
    return done(f"/cutovers/{cutover_id}")


def _read(before: Watched) -> Watched:
    """The form; signals and baselines, which it does not show, stay as they were."""
    return replace(
        before,
        reach={signal: forms.choice(signal, REACHES) for signal in SIGNALS},
        back=forms.choice("back", WAYS_BACK),
        wait_s=forms.number("wait_s", least=0, most=LONGEST_S),
        pause_s=forms.number("pause_s", least=1, most=LONGEST_S),
    )


def _page(cutover: Cutover, problem: BadInput | None) -> str:
    watched = guarding.watched_of(cutover)
    values = {signal: watched.reach_of(signal) for signal in SIGNALS}
    values |= {"back": watched.back, "wait_s": f"{watched.wait_s:g}"}
    values |= {"pause_s": f"{watched.pause_s:g}"}
    if problem is not None:
        values |= {name: request.form.get(name, "") for name in values}
    return render_template(
        "ramps/guard.html", cutover=cutover, values=values, problem=problem, signals=SIGNALS
    )
