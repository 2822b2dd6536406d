"""What is marked in the charts of a run: where its steps began, alarms, and what people did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.board.sentences import sentence
from onboarding.trail.models import Entry, Stream

#: Kinds of entries that are marked; every one of them begins, ends or questions a step.
MARKED = (
    "ramp.started",
    "ramp.share",
    "ramp.held",
    "ramp.resumed",
    "ramp.skipped",
    "ramp.back",
    "ramp.proposed",
    "ramp.rollback",
    "ramp.rolled_back",
    "ramp.finished",
    "ramp.abandoned",
    "ramp.adopted",
    "ramp.restored",
    "switch.drift",
    "guard.alarm",
    "ramp.muted",
    "ramp.unmuted",
    "gate.overruled",
)
MOST = 200


@dataclass(frozen=True)
class Mark:
    """A numbered line in a chart and what it stands for."""

    number: int
    at: datetime
    kind: str
    what: str


def marks(session: Session, stream: str, since: datetime, until: datetime | None) -> list[Mark]:
    """The marks of a run that went from `since` to `until` (None: it goes on), oldest first."""
    query = select(Entry).join(Stream).where(Stream.name == stream, Entry.kind.in_(MARKED))
    query = query.where(Entry.at >= since)
    if until is not None:
        query = query.where(Entry.at <= until)
    found: Sequence[Entry] = session.scalars(query.order_by(Entry.number).limit(MOST)).all()
    return [Mark(n, one.at, one.kind, sentence(one)) for n, one in enumerate(found, start=1)]
