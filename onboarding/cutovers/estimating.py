"""What each step of a plan would bring, beside the form that it is typed into."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from onboarding.cutovers import plan, queries
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.plan import StepPlan
from onboarding.forecasts.origin import OriginStep
from onboarding.forecasts.regions import origin_load
from onboarding.forecasts.step_fit import StepFit, fit_of_steps

WARM = timedelta(days=1)  # what moved before a plan's steps to come has filled its caches by then


@dataclass(frozen=True)
class Estimate:
    """`steps`: for each the plan, when it begins if nothing but the plan holds it up, its fit, and
    what the customer's origin bears while caches are cold (both None without a forecast); `over` is when the plan is. `peak` is the daily peak, None where
    nobody knows it."""

    steps: Sequence[tuple[StepPlan, datetime, StepFit | None, OriginStep | None]]
    over: datetime
    peak: queries.Peak | None


def estimate(
    session: Session,
    turnup_id: int,
    start: datetime,
    steps: Sequence[StepPlan],
    assumed: int | None,
    moved: float = 0.0,
) -> Estimate | None:
    """The estimate of a plan begun at `start`, with `moved` percent on the new path before; None
    where there are no steps."""
    if not steps:
        return None
    peak = queries.peak_of(session, turnup_id, assumed)
    times = plan.timetable(start, steps, peak.hour if peak else None)
    fits = fit_of_steps(session, turnup_id, times, [step.share for step in steps])
    loads = _origin(session, turnup_id, times, steps, moved)
    rows = [
        (step, at, fits[number] if fits else None, loads.get(number))
        for number, (step, at) in enumerate(zip(steps, times, strict=False))
    ]
    return Estimate(rows, times[-1], peak)


def origin_of(
    session: Session, cutover: Cutover, times: Sequence[datetime]
) -> dict[int, OriginStep]:
    """What the origin bears at each step of a booked plan, by the step's number; `times` is its
    timetable. Nothing without a forecast."""
    if not times:
        return {}
    loads = _origin(session, cutover.turnup_id, times, queries.plan_of(cutover), 0.0)
    return {index + 1: load for index, load in loads.items()}


def _origin(
    session: Session,
    turnup_id: int,
    times: Sequence[datetime],
    steps: Sequence[StepPlan],
    moved: float,
) -> dict[int, OriginStep]:
    """What the origin bears at each step by its index; nothing without a forecast."""
    planned = [(at, step.share) for at, step in zip(times, steps, strict=False)]
    found = origin_load(session, turnup_id, [(times[0] - WARM, moved), *planned])
    return dict(enumerate(found.steps[1:])) if found else {}
