"""The RQ edge of seats in doubt: remind and replace those who do not answer, or are away then."""

from collections.abc import Callable

import structlog
from sqlalchemy.orm import Session

from onboarding.db import db, transaction
from onboarding.errors import NotFound
from onboarding.rosters import absences, unanswered

log = structlog.get_logger()


def sweep() -> None:
    """Look at every seat whose person is away then or owes an answer, each by itself: one that
    breaks stops no other."""
    reading = db.session()
    doubtful, waiting = absences.doubtful(reading), unanswered.waiting(reading)
    reading.rollback()
    looks: list[tuple[Callable[[Session, int], None], int]] = []
    looks += [(absences.look, seat_id) for seat_id in doubtful]
    looks += [(unanswered.look, seat_id) for seat_id in waiting]
    errors = []
    for look, seat_id in looks:
        try:
            with transaction() as session:
                look(session, seat_id)
        except NotFound:  # solved again meanwhile: the seat is no more
            continue
        except Exception as error:
            log.error("seat.failed", seat=seat_id, exc_info=error)
            errors.append(error)
    if errors:
        raise errors[0]
