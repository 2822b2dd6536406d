"""The RQ edge of reminding and replacing those who do not answer."""

from onboarding.db import db, transaction
from onboarding.rosters import unanswered


def sweep() -> None:
    """Look at every seat that waits for an answer; each by itself."""
    reading = db.session()
    waiting = unanswered.waiting(reading)
    reading.rollback()
    for seat_id in waiting:
        with transaction() as session:
            unanswered.look(session, seat_id)
