"""The RQ edge of watching: verdicts judged anew, and traffic that has left its forecast."""

from onboarding.db import db, transaction
from onboarding.faults import fault_point
from onboarding.forecasts import watch


def judge() -> None:
    """Judge the latest forecast of every turn-up against capacity as it is now."""
    for turnup_id in watch.turnups_to_judge(db.session()):
        with transaction() as session:
            watch.judge(session, turnup_id)
            fault_point("forecast.judged")


def look() -> None:
    """Look for traffic that has left its forecast."""
    for turnup_id in watch.turnups_to_judge(db.session()):
        with transaction() as session:
            watch.leave(session, turnup_id)
