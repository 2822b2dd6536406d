"""The RQ edge of the reports: count what is over, remind of follow-ups."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from onboarding.db import db, transaction
from onboarding.people.holidays import holiday
from onboarding.reports import counting, forecast_counting, monthly, reminding, run_counting

AT_ONCE = 500
FEW = 50  # runs and weeks of forecasts: each is read with all that belongs to it
BATCHES = 20  # in one pass: an installation with a long past is counted within the hour


def sweep() -> None:
    """Count stays, journeys and runs that are over and not counted yet, in short transactions."""
    _all(counting.count_stays, AT_ONCE)
    _all(counting.count_journeys, AT_ONCE)
    _all(run_counting.count_runs, FEW)


def weigh() -> None:
    """Hold the forecasts of the last whole week against what came."""
    _all(forecast_counting.count_weeks, FEW)


def _all(count: Callable[[Session, int], int], at_once: int) -> None:
    for _ in range(BATCHES):
        with transaction() as session:
            done = count(session, at_once)
        if done < at_once:
            return


def remind() -> None:
    """Remind of follow-ups, turn-up by turn-up."""
    late = reminding.late_turnups(db.session())
    db.session.rollback()
    for turnup_id in late:
        with transaction() as session:
            reminding.remind(session, turnup_id, holiday)


def mail() -> None:
    """Write the letters of last month's figures that are due, each in a transaction of its own."""
    waiting = monthly.due(db.session())
    db.session.rollback()
    for user_id in waiting:
        with transaction() as session:
            monthly.write(session, user_id)
