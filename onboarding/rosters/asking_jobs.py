"""The RQ edge of seats in doubt: remind and replace those who do not answer, or are away then."""

from onboarding.db import db, transaction
from onboarding.rosters import absences, unanswered


def sweep() -> None:
    """Look at every seat whose person is away then or owes an answer; each by itself."""
    reading = db.session()
    doubtful, waiting = absences.doubtful(reading), unanswered.waiting(reading)
    reading.rollback()
    for seat_id in doubtful:
        with transaction() as session:
            absences.look(session, seat_id)
    for seat_id in waiting:
        with transaction() as session:
            unanswered.look(session, seat_id)
