"""The trail as people read it: one line for each entry."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.board.sentences import sentence
from onboarding.people.models import User
from onboarding.trail.models import Entry, Stream


@dataclass(frozen=True)
class Told:
    """One line of a timeline: when, by whom, what, what they said with it, and how many times in
    a row."""

    at: datetime
    who: str
    what: str
    words: str
    times: int = 1


#: What only moves pages: posts are shown beside the timeline, with their text.
UNTOLD = ("post.made", "note.edited", "note.pinned", "note.unpinned")


def timeline(session: Session, streams: Sequence[str], limit: int = 40) -> list[Told]:
    """The last entries of some streams together, the newest first."""
    query = select(Entry).join(Stream).where(Stream.name.in_(streams), Entry.kind.not_in(UNTOLD))
    found = session.scalars(query.order_by(Entry.at.desc(), Entry.id.desc()).limit(limit)).all()
    called = names(session, found)
    mended = _mended(session, found)
    told = [
        Told(
            one.at,
            called.get(one.actor, one.actor.capitalize()),
            sentence(one),
            words(mended.get((one.stream_id, one.number), one)),
        )
        for one in found
    ]
    return _folded(told)


def _mended(session: Session, found: Sequence[Entry]) -> dict[tuple[int, int], Entry]:
    """(stream, number) of lines added by hand → the entry with their newest wording."""
    of = {one.stream_id for one in found if one.kind == "note.added"}
    if not of:
        return {}
    query = select(Entry).where(Entry.stream_id.in_(of), Entry.kind == "note.edited")
    edits = session.scalars(query.order_by(Entry.number))
    return {(one.stream_id, one.payload["entry"]): one for one in edits}


def _folded(told: Sequence[Told]) -> list[Told]:
    """Lines that say the same in a row as one, at the time of the newest."""
    groups = groupby(told, key=lambda one: (one.who, one.what, one.words))
    lines = [list(group) for _key, group in groups]
    return [replace(group[0], times=len(group)) for group in lines]


def words(entry: Entry) -> str:
    """What its actor said with it, as far as it was not erased."""
    said = entry.personal or {}
    return str(
        next((said[key] for key in ("note", "words", "reason", "text") if said.get(key)), "")
    )


def names(session: Session, entries: Sequence[Entry]) -> dict[str, str]:
    """Actors that are people → their names."""
    ids = {int(one.actor[5:]) for one in entries if one.actor.startswith("user:")}
    users = session.scalars(select(User).where(User.id.in_(ids)))
    return {f"user:{user.id}": user.name for user in users}
