"""The RQ edge of metering: every few minutes each source is asked for what has come since."""

from datetime import datetime, timedelta

import structlog

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import TurnupError
from onboarding.faults import fault_point
from onboarding.metrics.base import MetricsSource, Sample
from onboarding.queues import enqueue
from onboarding.ramps import metering
from onboarding.ramps.adapters import REGISTERED, Wiring
from onboarding.ramps.metering import LATE, Wanted

log = structlog.get_logger()
COUNT = "onboarding.ramps.metering_jobs.count"
MOST_READINGS = 30  # in one job: a source that is far behind goes on at the next

#: HAProxy's counters are told apart from those of the reading before, which the source keeps.
_sources: dict[str, tuple[Wiring, MetricsSource]] = {}


def sweep() -> None:
    """Ask for the counts of everybody whose traffic is metered."""
    for ramp_id in metering.metered(db.session()):
        enqueue("default", COUNT, ramp_id, once=f"meter:{ramp_id}")


def count(ramp_id: int) -> None:
    """Read what has come since the last time, and add it up to hours. Nothing is kept but by the
    commit that also says until when was counted: a crash in between counts nothing twice, and what
    it had read is read again."""
    for _ in range(MOST_READINGS):
        asked = metering.wanted(db.session(), ramp_id)
        db.session.rollback()
        if asked is None:
            return
        samples, problem = _read(asked)
        fault_point("traffic.read")
        with transaction() as session:
            until = metering.take_in(session, asked, samples, problem)
            fault_point("traffic.added")
        if problem or until <= asked.since or until >= clock.now() - LATE:
            return


def _read(asked: Wanted) -> tuple[list[Sample], str]:
    source = _source(asked)
    try:
        return source.read(asked.since, _end(asked, source)), ""
    except TurnupError as fault:
        log.warning("traffic.unread", stream=asked.stream, error=fault.line())
        return [], fault.line()


def _end(asked: Wanted, source: MetricsSource) -> datetime:
    """Until when one reading goes: some sources give only the last part of a longer time."""
    now = clock.now()
    reach: timedelta | None = getattr(source, "reach", None)
    return min(now, asked.since + reach) if reach is not None else now


def _source(asked: Wanted) -> MetricsSource:
    kept = _sources.get(asked.stream)
    if kept is None or kept[0] != asked.wiring:
        kept = (asked.wiring, REGISTERED.source(asked.wiring, asked.stream))
        _sources[asked.stream] = kept
    return kept[1]
