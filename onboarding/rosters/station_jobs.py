"""The RQ edge of the call to station."""

import structlog

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import NotFound
from onboarding.paging import queries as paging
from onboarding.rosters import queries, station

log = structlog.get_logger()


def sweep() -> None:
    """Call every seat that is silent half an hour before its window, each by itself: one that
    breaks stops no other."""
    session = db.session()
    silent = [
        seat.id
        for seat, _ in station.silent(session, clock.now())
        if paging.by_key(session, station.key(seat)) is None
    ]
    session.rollback()
    errors = []
    for seat_id in silent:
        try:
            with transaction() as writing:
                seat, cutover = queries.seat_and_cutover(writing, seat_id)
                if station.is_silent(seat):
                    station.call(writing, seat, cutover)
        except NotFound:  # solved again meanwhile: the seat is no more
            continue
        except Exception as error:
            log.error("station.failed", seat=seat_id, exc_info=error)
            errors.append(error)
    if errors:
        raise errors[0]
