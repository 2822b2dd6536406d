"""What was measured of a turn-up that is live, gathered from the floors that measure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from onboarding.clock import parse
from onboarding.customers.models import Turnup
from onboarding.customers.queries import stage_entries
from onboarding.customers.results import Aim, Measured, Result, results
from onboarding.cutovers.models import Cutover
from onboarding.forecasts import queries as forecasts
from onboarding.forecasts.traffic_models import TrafficActual
from onboarding.ramps.models import Ramp

LIVE = ("live", "tuning")


def goal_results(session: Session, turnup: Turnup) -> dict[int, Result]:
    """The result beside each goal with a figure, by its id; none before the turn-up is live."""
    if turnup.stage not in LIVE:
        return {}
    aims = [Aim(goal.id, goal.kind, goal.figure, goal.day) for goal in turnup.goals]
    return results(aims, _measured(session, turnup))


def _measured(session: Session, turnup: Turnup) -> Measured:
    since = next(one.entered_at for one in stage_entries(session, turnup) if one.stage == "live")
    query = select(func.max(TrafficActual.rate))
    query = query.where(TrafficActual.turnup_id == turnup.id, TrafficActual.hour >= since)
    forecast = forecasts.latest(session, turnup.id)
    peak = forecasts.peak_rate(forecast) if forecast and forecast.state == "done" else 0.0
    known = Measured(
        launched=since.astimezone(ZoneInfo(turnup.customer.timezone)).date(),
        busiest=session.scalar(query),
        expected=peak or None,
    )
    last = _last_run(session, turnup)
    return _with_figures(known, last.figures, last.metrics) if last is not None else known


def _with_figures(known: Measured, seen: Mapping[str, Any], metrics: Mapping[str, Any]) -> Measured:
    """With what the run's last figures tell of the new path; `metrics` is how it was counted."""
    arm = seen.get("moved") or {}
    if not arm.get("requests"):
        return known
    of_hundred = 100.0 / arm["requests"]
    misses, slow = arm.get("misses"), arm.get("slow")
    return replace(
        known,
        seen_at=parse(seen["at"]),
        offload=None if misses is None else 100.0 - misses * of_hundred,
        p95=_p95(seen.get("signals") or ()),
        slow=None if slow is None else slow * of_hundred,
        slow_from=_slow_from(metrics.get("config") or {}),
    )


def _p95(signals: Iterable[Mapping[str, Any]]) -> float | None:
    """Milliseconds, where the source gives a p95 (in seconds)."""
    told = (one.get("observed") for one in signals if one.get("signal") == "p95")
    return next((1000.0 * seconds for seconds in told if seconds is not None), None)


def _slow_from(config: Mapping[str, Any]) -> float | None:
    """From how many milliseconds on a request counts as slow, where the source is told that."""
    seconds = config.get("slow")
    given = isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds > 0
    return 1000.0 * seconds if given else None  # type: ignore[operator]


def _last_run(session: Session, turnup: Turnup) -> Row[Any] | None:
    """The `figures` and `metrics` of the run that moved this turn-up's traffic last, where it left
    it there; practice tells nothing of a real one."""
    query = (
        select(Ramp.figures, Ramp.target_share, Cutover.metrics)
        .join(Cutover)
        .where(Cutover.turnup_id == turnup.id, Cutover.practice.is_(turnup.practice))
        .order_by(Ramp.started_at.desc(), Ramp.id.desc())
    )
    last = session.execute(query.limit(1)).first()
    return last if last is not None and last.target_share > 0 else None
