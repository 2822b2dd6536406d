"""The RQ edge of reminders."""

from datetime import timedelta

from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.faults import fault_point
from onboarding.nudges import queries, risk_actions, waiting
from onboarding.nudges.actions import remind
from onboarding.people.holidays import holiday
from onboarding.trail.following import each_behind
from onboarding.trail.following import follow as follow_stream

FOLLOWER = "nudges"


def sweep() -> None:
    """Remind people of what is overdue, turn-up by turn-up, each in a transaction of its own; and
    look for customers who have been silent for too long."""
    session = db.session()
    watched = queries.watched(session)
    for start in range(0, len(watched), queries.AT_ONCE):
        late = queries.with_overdue(session, watched[start : start + queries.AT_ONCE])
        session.rollback()
        for turnup_id in late:
            with transaction() as writing:
                remind(writing, turnup_id, holiday)
                fault_point("nudges.sent")
    silent = waiting.candidates(session, timedelta(days=settings().quiet_days))
    session.rollback()
    for turnup_id in silent:
        with transaction() as writing:
            risk_actions.watch(writing, turnup_id, holiday)


def follow() -> None:
    """Take the flag of a customer down as soon as they act."""
    each_behind(FOLLOWER, _read_on)


def _read_on(stream: str) -> None:
    with transaction() as session:
        follow_stream(session, FOLLOWER, stream, risk_actions.react)
