"""Write a cutover's traffic, hour by hour, into the forecasts' reservations."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.cutovers.queries import timetable
from onboarding.forecasts.actions import release, reserve
from onboarding.forecasts.queries import hourly_rates

AFTER = timedelta(days=28)


def reserve_capacity(session: Session, cutover: Cutover) -> None:
    """Replace what `cutover` holds by what its plan brings now: the forecast's rate of each hour
    times the share of the step reached by then, from its start to 28 days on; and when each
    step begins. Practice holds nothing."""
    release(session, cutover.stream)
    if cutover.practice:
        return
    start = cutover.starts_at.replace(minute=0, second=0, microsecond=0)
    rates = hourly_rates(session, cutover.turnup_id, start, start + AFTER)
    steps = timetable(session, cutover)
    hours = [
        (hour, rate * share / 100, share)
        for hour, rate in rates
        if (share := share_at(steps, hour + timedelta(hours=1))) > 0
    ]
    held = [row for row in hours if row[1] > 0]
    reserve(session, cutover.stream, cutover.turnup_id, held, steps)


def share_at(steps: list[tuple[datetime, float]], at: datetime) -> float:
    """The share in force just before `at` if every step begins on time (percent)."""
    return max((share for start, share in steps if start < at), default=0.0)
