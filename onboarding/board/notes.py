"""Add to a cutover's timeline by hand, mend what was added, pin what matters.

The trail is append-only: a mended entry is another entry about the first, and both stay.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import iso
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.errors import BadInput, NotAllowed, NotFound
from onboarding.trail.log import Actor, lock_stream, record
from onboarding.trail.models import Entry, Stream

LONGEST = 2000
AHEAD = timedelta(minutes=1)  # what the clock of who writes may be fast by


def add(
    session: Session, actor: Actor, cutover_id: int, text: str, happened_at: datetime | None
) -> Entry:
    """A line of one's own; `happened_at` where it was not just now."""
    cutover = cutovers.get(session, cutover_id)
    if happened_at is not None and happened_at > clock.now() + AHEAD:
        raise BadInput("this is yet to come", place="happened_at", hint="say what has happened")
    payload = {"happened_at": iso(happened_at)} if happened_at else {}
    return record(session, cutover.stream, "note.added", actor, payload, {"text": text})


def edit(session: Session, actor: Actor, cutover_id: int, number: int, text: str) -> None:
    """Another wording of what oneself has added; the former ones stay to be read."""
    cutover, entry = _entry(session, cutover_id, number)
    if entry.kind != "note.added":
        raise NotAllowed("The program wrote this line", hint="add one of your own beside it")
    if entry.actor != actor.name:
        raise NotAllowed("Somebody else added this line", hint="add one of your own beside it")
    record(session, cutover.stream, "note.edited", actor, {"entry": number}, {"text": text})


def pin(session: Session, actor: Actor, cutover_id: int, number: int, pinned: bool) -> None:
    """Keep a line in sight at the top, or let it go; the same twice is once."""
    cutover, _found = _entry(session, cutover_id, number)
    query = select(Entry.kind, Entry.payload).join(Stream).where(Stream.name == cutover.stream)
    query = query.where(Entry.kind.in_(("note.pinned", "note.unpinned"))).order_by(Entry.number)
    said = [kind for kind, payload in session.execute(query) if payload["entry"] == number]
    if (said[-1:] == ["note.pinned"]) != pinned:
        kind = "note.pinned" if pinned else "note.unpinned"
        record(session, cutover.stream, kind, actor, {"entry": number})


def _entry(session: Session, cutover_id: int, number: int) -> tuple[Cutover, Entry]:
    """The line, with the stream's lock: of two who mend or pin at once the second sees the first."""
    cutover = cutovers.get(session, cutover_id)
    stream = lock_stream(session, cutover.stream)
    query = select(Entry).where(Entry.stream_id == stream.id, Entry.number == number)
    entry = session.scalar(query)
    if entry is None:
        raise NotFound(f"There is no line {number} in this timeline")
    return cutover, entry
