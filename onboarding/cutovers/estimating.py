"""What each step of a plan would bring, beside the form that it is typed into."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from onboarding.cutovers import plan, queries
from onboarding.cutovers.plan import StepPlan
from onboarding.forecasts.step_fit import StepFit, fit_of_steps


@dataclass(frozen=True)
class Estimate:
    """`steps`: for each the plan, when it begins if nothing but the plan holds it up, and its fit
    (None without a forecast); `over` is when the plan is. `peak` is the daily peak, None where
    nobody knows it."""

    steps: Sequence[tuple[StepPlan, datetime, StepFit | None]]
    over: datetime
    peak: queries.Peak | None


def estimate(
    session: Session,
    turnup_id: int,
    start: datetime,
    steps: Sequence[StepPlan],
    assumed: int | None,
) -> Estimate | None:
    """The estimate of a plan begun at `start`; None where there are no steps."""
    if not steps:
        return None
    peak = queries.peak_of(session, turnup_id, assumed)
    times = plan.timetable(start, steps, peak.hour if peak else None)
    fits = fit_of_steps(session, turnup_id, times, [step.share for step in steps])
    rows = [
        (step, at, fits[number] if fits else None)
        for number, (step, at) in enumerate(zip(steps, times, strict=False))
    ]
    return Estimate(rows, times[-1], peak)
