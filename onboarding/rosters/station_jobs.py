"""The RQ edge of the call to station."""

import structlog

from onboarding import clock
from onboarding.cutovers import queries as cutovers
from onboarding.db import db, transaction
from onboarding.rosters import queries, station

log = structlog.get_logger()


def sweep() -> None:
    """Call every seat that is silent half an hour before its window; each by itself."""
    session = db.session()
    silent = [(seat.id, cutover.id) for seat, cutover in station.silent(session, clock.now())]
    called = {cutover_id: set(_called(cutover_id)) for _, cutover_id in silent}
    for seat_id, cutover_id in silent:
        if seat_id in called[cutover_id]:
            continue
        with transaction() as writing:
            seat, cutover = queries.seat_and_cutover(writing, seat_id)
            if seat.state == "accepted" and seat.on_station_at is None:
                station.call(writing, seat, cutover)


def _called(cutover_id: int) -> dict[int, object]:
    session = db.session()
    return dict(station.calls(session, cutovers.get(session, cutover_id)))
