"""What was measured of a turn-up that is live, gathered from the floors that measure."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
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
    seen = _last_figures(session, turnup)
    arm = seen.get("moved") or {}
    counted = bool(arm.get("requests")) and arm.get("misses") is not None
    return Measured(
        launched=since.astimezone(ZoneInfo(turnup.customer.timezone)).date(),
        offload=100.0 * (1.0 - arm["misses"] / arm["requests"]) if counted else None,
        offload_at=parse(seen["at"]) if counted else None,
        busiest=session.scalar(query),
        expected=peak or None,
    )


def _last_figures(session: Session, turnup: Turnup) -> dict[str, Any]:
    """Those of the run that moved this turn-up's traffic last and left it there; practice tells
    nothing of a real one."""
    query = (
        select(Ramp.figures, Ramp.target_share)
        .join(Cutover)
        .where(Cutover.turnup_id == turnup.id, Cutover.practice.is_(turnup.practice))
        .order_by(Ramp.started_at.desc(), Ramp.id.desc())
    )
    last = session.execute(query.limit(1)).first()
    return last.figures if last and last.target_share > 0 else {}
