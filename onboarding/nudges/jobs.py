"""The RQ edge of reminders."""

from onboarding.db import db, transaction
from onboarding.faults import fault_point
from onboarding.nudges import queries
from onboarding.nudges.actions import remind


def sweep() -> None:
    """Remind people of what is overdue, turn-up by turn-up, each in a transaction of its own."""
    session = db.session()
    watched = queries.watched(session)
    for start in range(0, len(watched), queries.AT_ONCE):
        late = queries.with_overdue(session, watched[start : start + queries.AT_ONCE])
        session.rollback()
        for turnup_id in late:
            with transaction() as writing:
                remind(writing, turnup_id)
                fault_point("nudges.sent")
