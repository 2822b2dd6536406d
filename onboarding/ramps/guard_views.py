"""/cutovers/<id>/guard: how far each signal may go, and how the guard rolls back."""

from flask import Blueprint, Response, render_template, request

from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, requires
from onboarding.ramps import guarding
from onboarding.ramps.counts import SIGNALS
from onboarding.ramps.watched import FACTOR, FACTORS, LONGEST_S, REACHES, WAYS_BACK, Watched
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
    cutovers.get(db.session(), cutover_id)
    try:
        version = int(forms.number("version", least=1, most=10**9))
        watched = _read()
        with transaction() as session:
            guarding.decide(session, actor(), cutover_id, watched, version)
    except BadInput as error:
        return _page(cutovers.get(db.session(), cutover_id), error), error.status
    return done(f"/cutovers/{cutover_id}")


def _read() -> Watched:
    return Watched(
        signals=tuple(one for one in SIGNALS if one in request.form.getlist("signals")),
        baselines=_baselines() or None,
        false_alarms_per_30d=forms.number("false_alarms_per_30d", least=0.01, most=1000),
        reach={signal: forms.choice(signal, REACHES) for signal in SIGNALS},
        back=forms.choice("back", WAYS_BACK),
        wait_s=forms.number("wait_s", least=0, most=LONGEST_S),
        pause_s=forms.number("pause_s", least=1, most=LONGEST_S),
        bytes_factor=_factor(),
    )


def _factor() -> float:
    """How far the bytes a request of the two paths may be apart; empty where by any factor."""
    if "bytes_factor" not in request.form:
        return FACTOR
    if not forms.text("bytes_factor", longest=20, needed=False):
        return 0.0
    return forms.number("bytes_factor", least=FACTORS[0], most=FACTORS[1])


def _baselines() -> dict[str, float]:
    """The healthy rates that are known exactly: percent in the form, empty where the guard learns."""
    found = {}
    for signal in SIGNALS:
        if given := forms.text(f"baseline_{signal}", longest=20, needed=False):
            percent = forms.number_from(given, f"baseline_{signal}", least=0.0001, most=50)
            found[signal] = percent / 100
    return found


def _page(cutover: Cutover, problem: BadInput | None) -> str:
    watched = guarding.watched_of(cutover)
    values = {signal: watched.reach_of(signal) for signal in SIGNALS}
    values |= {"back": watched.back, "wait_s": f"{watched.wait_s:g}"}
    values |= {"pause_s": f"{watched.pause_s:g}"}
    values["bytes_factor"] = f"{watched.bytes_factor:g}" if watched.bytes_factor else ""
    values |= {"false_alarms_per_30d": f"{watched.false_alarms_per_30d:g}"}
    known = watched.baselines or {}
    for signal in SIGNALS:
        values[f"baseline_{signal}"] = f"{100 * known[signal]:g}" if signal in known else ""
    if problem is not None:
        values |= {name: request.form.get(name, "") for name in values}
    return render_template(
        "ramps/guard.html",
        cutover=cutover,
        values=values,
        problem=problem,
        signals=SIGNALS,
        watched=request.form.getlist("signals") if problem else watched.signals,
    )
