"""The whole timeline of a cutover: every entry of its trail, with what people added, pinned and
mended later put where it belongs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.board.sentences import sentence
from onboarding.board.timeline import names, words
from onboarding.trail.log import read
from onboarding.trail.models import Entry, Stream

#: What only changes other entries and is no line of its own.
AMENDS = ("note.edited", "note.pinned", "note.unpinned", "post.made")
PAGE = 1000


@dataclass(frozen=True)
class Wording:
    """What a hand-added entry said until it was mended: since when, by whom."""

    at: datetime
    who: str
    text: str


@dataclass(frozen=True)
class Line:
    """One line. `at` is when it happened, as far as whoever added it by hand said so; `source` is
    the door it came through (web, cli, api, job, rule). `history` holds former wordings, oldest
    first; `mine` may be mended."""

    number: int
    at: datetime
    actor: str
    who: str
    source: str
    kind: str
    what: str
    words: str
    pinned: bool = False
    by_hand: bool = False
    history: tuple[Wording, ...] = ()


def chronicle(session: Session, stream: str) -> list[Line]:
    """All lines, in the order in which they happened."""
    entries = list(_all(session, stream))
    called = names(session, entries)
    pinned = pins(entries)
    edits: dict[int, list[Entry]] = {}
    for one in entries:
        if one.kind == "note.edited":
            edits.setdefault(one.payload["entry"], []).append(one)
    lines = [
        _line(one, called, one.number in pinned, edits.get(one.number, []))
        for one in entries
        if one.kind not in AMENDS
    ]
    return sorted(lines, key=lambda line: (line.at, line.number))


def pins(entries: Sequence[Entry]) -> set[int]:
    """Numbers of the entries that are pinned now."""
    found: set[int] = set()
    for one in entries:
        if one.kind == "note.pinned":
            found.add(one.payload["entry"])
        elif one.kind == "note.unpinned":
            found.discard(one.payload["entry"])
    return found


def pinned_lines(session: Session, stream: str) -> list[Line]:
    """The pinned lines alone, oldest first; one short query where there are none."""
    query = select(Entry.id).join(Stream).where(Stream.name == stream, Entry.kind == "note.pinned")
    if session.scalar(query.limit(1)) is None:
        return []
    return [line for line in chronicle(session, stream) if line.pinned]


def _all(session: Session, stream: str) -> Iterator[Entry]:
    after = 0
    while found := read(session, stream, after, PAGE):
        yield from found
        after = found[-1].number


def _line(entry: Entry, called: dict[str, str], pinned: bool, edits: Sequence[Entry]) -> Line:
    given = [entry, *edits]
    former = tuple(
        Wording(one.at, called.get(one.actor, one.actor), words(one)) for one in given[:-1]
    )
    by_hand = entry.kind == "note.added"
    happened = entry.payload.get("happened_at") if by_hand else None
    return Line(
        number=entry.number,
        at=clock.parse(happened) if happened else entry.at,
        actor=entry.actor,
        who=called.get(entry.actor, entry.actor.capitalize()),
        source=entry.source,
        kind=entry.kind,
        what=sentence(entry),
        words=words(given[-1]),
        pinned=pinned,
        by_hand=by_hand,
        history=former,
    )
