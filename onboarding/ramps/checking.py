"""What a plan has checked before a step is taken and before one is left."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.forecasts import queries as forecasts
from onboarding.forecasts.loads import FIVE_MINUTE_FACTOR
from onboarding.forecasts.tally import HOUR, hour_of
from onboarding.readiness import evidence
from onboarding.trail.models import Entry, Stream

STALE_S = 15.0  # figures older than this tell nothing
SUSPICIOUS = 0.1  # of the evidence that a roll-back takes
#: The gate that lets a check of figures pass too, once two people have overruled it for the start.
GATE_OF: Mapping[str, str] = {"counts": "metrics"}

Figures = Mapping[str, Any]


def unmet(session: Session, cutover: Cutover, keys: Sequence[str], figures: Figures) -> str:
    """What of `keys` (of `cutovers.plan.CHECKS`) does not hold now, in one sentence; empty where
    all of it does. `figures` are those of a tick. In practice, what does not bind at the gates does
    not bind here, nor for the whole run what two people overruled for its start."""
    if not keys:
        return ""
    seen = {key: look(session, cutover, figures) for key, look in LOOKS.items() if key in keys}
    ruled = [key for key, why in seen.items() if why and key in GATE_OF]
    if not ruled and seen.keys() == set(keys):
        return "; ".join(seen[key] for key in keys if seen[key])
    passed = let_pass(session, cutover)
    for key in ruled:
        if GATE_OF[key] in passed:
            seen[key] = ""
    if any(key not in LOOKS for key in keys):
        gates = {gate.key: gate for gate in evidence.gates(session, cutover)}
        for key in keys:
            gate = gates.get(key)
            if gate is not None and gate.blocks and key not in passed:
                seen[key] = f"{gate.title}: {gate.why}"
    return "; ".join(seen[key] for key in keys if seen.get(key))


def let_pass(session: Session, cutover: Cutover) -> dict[str, Any]:
    """The gates that two people overruled for the run that is on, by key, as the trail has them of
    its start: what changes later does not take them back."""
    query = select(Entry).join(Stream).where(Stream.name == cutover.stream)
    query = query.where(Entry.kind == "ramp.started").order_by(Entry.number.desc()).limit(1)
    start = session.scalar(query)
    return {rule["key"]: rule for rule in start.payload.get("overruled", ())} if start else {}


def gone_past(session: Session, cutover: Cutover, keys: Sequence[str]) -> dict[str, Any]:
    """What of `keys` does not hold and was overruled, for the trail of a go."""
    passed = let_pass(session, cutover)
    keys = [GATE_OF.get(key, key) for key in keys]
    if not passed.keys() & set(keys):
        return {}
    rules = [
        {"key": gate.key, "title": gate.title, "why": gate.why}
        for gate in evidence.gates(session, cutover)
        if gate.key in passed and gate.key in keys and gate.needed and not gate.met
    ]
    return {"overruled": rules} if rules else {}


def _counts(session: Session, cutover: Cutover, figures: Figures) -> str:
    at = figures.get("at")
    if not at or (clock.now() - clock.parse(at)).total_seconds() > STALE_S:
        return "no fresh figures"
    return str(figures.get("doubt") or "")


def _quiet(session: Session, cutover: Cutover, figures: Figures) -> str:
    loud = [
        one["signal"]
        for one in figures.get("signals") or ()
        if one["verdict"] not in ("pass", "muted") or one["evidence"] >= SUSPICIOUS
    ]
    return f"the guard looks closer at {', '.join(loud)}" if loud else ""


def _expected(session: Session, cutover: Cutover, figures: Figures) -> str:
    """The last seconds against the high side of the hour's forecast, in its highest minutes."""
    arms = [arm for arm in (figures.get("moved"), figures.get("control")) if arm]
    seen = sum(arm["requests"] / arm["seconds"] for arm in arms if arm.get("seconds"))
    hour = hour_of(clock.now())
    point = forecasts.expected(session, cutover.turnup_id, hour, hour + HOUR).get(hour)
    if point is None:
        return "nothing was forecast for this hour"
    most = float(point["p90"]) * FIVE_MINUTE_FACTOR
    return f"{seen:,.0f} req/s come, {most:,.0f} were forecast at most" if seen > most else ""


#: Checks that look at figures; all others are gates of the same key.
LOOKS: Mapping[str, Callable[[Session, Cutover, Figures], str]] = {
    "counts": _counts,
    "quiet": _quiet,
    "expected": _expected,
}
