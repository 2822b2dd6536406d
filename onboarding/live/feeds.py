"""A feed: what all viewers of one page in this process get, read and rendered once for them all."""

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.orm import Session

from onboarding.db import db
from onboarding.trail.log import head_number, read

log = structlog.get_logger()
HEARTBEAT_S = 5.0
POLL_S = 2.5
#: Who watches is asked so often whether they still may, a few of hundreds at a time: each asks the
#: database, and what all wait for must not wait for that.
ASK_S = 5.0
ASKED_AT_ONCE = 40
#: Events that may wait for one viewer; who lets more wait is dropped, the others unharmed.
WAITING = 256

#: From a stream's name and the new entries to the events to send: (event, data) pairs.
Render = Callable[[str, list[Any]], list[tuple[str, str]]]
#: From a tick's figures to its data, or None where this page gets none.
Tick = Callable[[dict[str, Any]], str | None]
#: Something beside the trail that the page must know, or None; told whenever it has changed.
Pulse = Callable[[], str | None]
#: The figures that were ticked last, for whoever only asks; None where nothing ticks.
Newest = Callable[[], dict[str, Any] | None]
#: The name of a last event after which the stream ends, or "" while it goes on.
Ended = Callable[[], str]


#: Whether one viewer may watch on: they have not signed out since, and what let them in still does.
Lasts = Callable[[], bool]


def goes_on() -> str:
    """For streams that only their viewers end."""
    return ""


def nothing() -> None:
    """For streams of which only the trail is to be known, or that no figures come on."""


@dataclass(frozen=True)
class Source:
    """What a feed is made from. `render(stream, entries)` gives the events for new entries, which
    carry the number of the last of them as id; `ended()` and `pulse()` are asked with every entry,
    and every few seconds however many ticks there are; `newest()` only for who polls, whom no tick
    reaches."""

    stream: str
    render: Render
    tick: Tick
    ended: Ended = goes_on
    pulse: Pulse = nothing
    newest: Newest = nothing


@dataclass(frozen=True, slots=True)
class Event:
    """One event, encoded once for all. `kind` is "news" (moved the number), "tick" (repeats it)
    or "last" (the stream ends with it; with no name: the viewer should come back)."""

    kind: str
    name: str
    data: str
    number: int
    wire: bytes

    def numbered(self, number: int) -> bytes:
        """The same as it goes to a viewer who is ahead of the feed: ids never run backwards."""
        return encode(self.name, self.data, number)


def encode(name: str, data: str, number: int) -> bytes:
    """One event as it goes over the wire; `number` is the trail number, its id."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"id: {number}\nevent: {name}\n{lines}\n".encode()


def made(kind: str, name: str, data: str, number: int) -> Event:
    """The event with its wire form."""
    return Event(kind, name, data, number, encode(name, data, number))


LOST = Event("last", "", "", 0, b"")


@dataclass(eq=False)
class Viewer:
    """One open page. `hang_up` ends its connection where it does not read any more; `lasts` says
    whether it may still watch, and is asked every few seconds."""

    hang_up: Callable[[], object] = lambda: None
    lasts: Lasts | None = None
    asked: float = field(default_factory=time.monotonic)
    waiting: "queue.SimpleQueue[Event]" = field(default_factory=queue.SimpleQueue)

    def give(self, event: Event) -> bool:
        """Queue `event`; False where too many wait: the viewer is then dropped."""
        if self.waiting.qsize() >= WAITING:
            self.hang_up()
            return False
        self.waiting.put(event)
        return True


class Feed:
    """Follows `source` from the head of its stream while anybody watches; `first` does.

    `within(call)` runs `call` in an app context of its own. Whoever joins is told the number from
    which on it gets everything, so that it can read what lies before by itself.
    """

    def __init__(
        self, source: Source, within: Callable[[Callable[[], Any]], Any], first: Viewer
    ) -> None:
        self.source, self.within = source, within
        self.number: int = within(lambda: head_number(db.session(), source.stream))
        self.viewers = {first}
        self.over = False
        self._lock = threading.Lock()
        self._moved = threading.Event()
        self._told = time.monotonic()
        self._newest: Event | None = None
        self._pulse: Event | None = None

    def join(self, viewer: Viewer) -> int | None:
        """Give `viewer` everything after the returned number, the newest tick and pulse first; None
        where the feed has ended."""
        with self._lock:
            if self.over:
                return None
            self.viewers.add(viewer)
            for known in (self._newest, self._pulse):
                if known is not None:
                    viewer.give(known)
            return self.number

    def leave(self, viewer: Viewer) -> None:
        """Nothing more for `viewer`; a feed that nobody watches ends by itself."""
        with self._lock:
            self.viewers.discard(viewer)
            if not self.viewers:
                self._moved.set()

    def look(self) -> None:
        """There may be new entries."""
        self._moved.set()

    def tick(self, figures: dict[str, Any]) -> None:
        """Give everybody the figures, as this page shows them."""
        data = self.source.tick(figures)
        if data is not None:
            self._newest = made("tick", "tick", data, self.number)
            self._give([self._newest])

    def follow(self) -> None:
        """Read on until nobody watches, the source ends, or it breaks (viewers then come back)."""
        try:
            while self._goes_on():
                self._moved.clear()
                self.within(self._let_go)
                self._give(self.within(self._read_on))
                if not self.over:
                    self._moved.wait(POLL_S)
                    self._beat()
        except Exception:
            log.exception("feed.broken", stream=self.source.stream)
            self._give([LOST])

    def _goes_on(self) -> bool:
        with self._lock:
            self.over = self.over or not self.viewers
            return not self.over

    def _let_go(self) -> None:
        """Whoever may not watch any more gets nothing more: their browser comes back, and the door
        tells it why it stays shut."""
        now, often = time.monotonic(), min(ASK_S, 2 * POLL_S)
        with self._lock:
            due = [
                one for one in self.viewers if one.lasts is not None and now - one.asked >= often
            ]
        gone = set()
        for viewer in due[:ASKED_AT_ONCE]:
            viewer.asked = now
            if viewer.lasts is not None and not viewer.lasts():
                gone.add(viewer)
        with self._lock:
            for viewer in gone:
                viewer.give(LOST)
            self.viewers -= gone

    def _read_on(self) -> list[Event]:
        last = self.source.ended()
        if last:
            return [made("last", last, "", self.number)]
        events = news(db.session(), self.source, self.number)
        pulse = self.source.pulse()
        if pulse is not None and (self._pulse is None or pulse != self._pulse.data):
            number = events[-1].number if events else self.number
            self._pulse = made("tick", "pulse", pulse, number)
            events.append(self._pulse)
        return events

    def _give(self, events: list[Event]) -> None:
        if not events:
            return
        with self._lock:
            self._told = time.monotonic()
            for event in events:
                self.viewers -= {viewer for viewer in self.viewers if not viewer.give(event)}
            self.number = max(self.number, events[-1].number)
            self.over = self.over or events[-1].kind == "last"

    def _beat(self) -> None:
        if time.monotonic() - self._told > HEARTBEAT_S:
            self._give([made("tick", "beat", "", self.number)])  # the page sees the line is up


def news(session: Session, source: Source, after: int, until: int | None = None) -> list[Event]:
    """Events for the entries with numbers above `after` (and up to `until`), however many."""
    entries: list[Any] = []
    while True:
        page = read(session, source.stream, entries[-1].number if entries else after)
        entries += [entry for entry in page if until is None or entry.number <= until]
        if not page or (until is not None and page[-1].number >= until):
            break
    if not entries:
        return []
    number = entries[-1].number
    events = source.render(source.stream, entries) or [("seen", str(number))]
    return [made("news", name, data, number) for name, data in events]
