"""Counts that are pushed for a cutover, and what of them those who run it have to know.

What comes for a time that was judged already is kept, and not judged any more; an exporter that was
started anew began at nothing. Both are told to whoever pushes, and while a ramp is driven in the
trail: the second arm comes too late, a clock was set back, or a restart hides behind a fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.metrics.actions import push
from onboarding.metrics.pushes import Row
from onboarding.ramps.queries import current
from onboarding.ramps.states import DRIVEN
from onboarding.trail.log import Actor, record
from onboarding.trail.models import Entry, Stream

PUSH = Actor("push", "api")
LATE, RESTARTED = "metrics.late", "metrics.restarted"
AGAIN = timedelta(minutes=1)  # between two entries of a kind


@dataclass(frozen=True)
class Taken:
    """How many rows were new, and what whoever pushed them has to hear, in words."""

    new: int
    warning: str


def take_in(
    session: Session, cutover_id: int, feed: str, rows: Sequence[Row], restarts: Sequence[str] = ()
) -> Taken:
    """Store what is new of `rows`; raises BadInput as `metrics.actions.push`."""
    new = push(session, feed, rows)
    ramp = current(session, cutover_id)
    driven = ramp is not None and ramp.state in DRIVEN
    until = ramp.metrics_until if ramp is not None and driven and new else None
    late = _late(new, until) if until else ""
    restarted = "; ".join(restarts)
    if driven:
        for kind, said in ((LATE, late), (RESTARTED, restarted)):
            if said and not _told(session, feed, kind):
                record(session, feed, kind, PUSH, {"reason": said})
    return Taken(len(new), "; ".join(filter(None, (restarted, late))))


def _late(rows: Sequence[Row], until: datetime) -> str:
    """Which of the rows end at a time that was judged before they came."""
    late = [row for row in rows if row.at <= until]
    if not late:
        return ""
    first = min(late, key=lambda row: row.at)
    which = f"{first.arm} at {clock.iso(first.at)}"
    more = f" and {len(late) - 1} more" if len(late) > 1 else ""
    return (
        f"{which}{more} came too late to be judged, as {clock.iso(until)} was already: counts go "
        "forward in time; is a clock set back, or an arm slower than `grace`?"
    )


def _told(session: Session, feed: str, kind: str) -> bool:
    """Whether the trail said so a moment ago."""
    query = select(Entry.id).join(Stream).where(Stream.name == feed, Entry.kind == kind)
    return session.scalar(query.where(Entry.at > clock.now() - AGAIN).limit(1)) is not None
