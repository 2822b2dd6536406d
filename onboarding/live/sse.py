"""Server-Sent Events (HTML Living Standard, section 9.2) from the trail and the hub."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, request, stream_with_context

from onboarding.db import db
from onboarding.live.hub import hub
from onboarding.trail.log import head_number, read

HEARTBEAT_S = 5.0
POLL_S = 2.5

#: From a stream's name and the new entries to the events to send: (event, data) pairs.
Render = Callable[[str, list[Any]], list[tuple[str, str]]]
Tick = Callable[[dict[str, Any]], str | None]
#: The name of a last event after which the stream ends, or "" while it goes on.
Ended = Callable[[], str]


def event(name: str, data: str, number: int) -> str:
    """One event as it goes over the wire; `number` is the trail number, its id."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"id: {number}\nevent: {name}\n{lines}\n"


def goes_on() -> str:
    """For streams that only their viewers end."""
    return ""


def respond(stream: str, render: Render, tick: Tick, ended: Ended = goes_on) -> Response:
    """An SSE response that follows `stream`: what came after `Last-Event-ID`, then live.

    `render(stream, entries)` gives the events for new entries, which carry the number of the last
    of them as id; `tick(figures)` gives the data of a tick, or None where this viewer gets none.
    `ended()` is asked with every entry, and every few seconds however many ticks there are.
    """
    given = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    start = int(given) if given.isdigit() else head_number(db.session(), stream)
    body = stream_with_context(_events(stream, start, render, tick, ended))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Connection": "keep-alive"}
    return Response(body, mimetype="text/event-stream", headers=headers)


def _events(stream: str, number: int, render: Render, tick: Tick, ended: Ended) -> Iterator[str]:
    with hub.viewer(stream) as viewer:
        yield "retry: 1000\n\n" + event("hello", str(number), number)
        unread, last_beat, looked = True, time.monotonic(), time.monotonic()
        while True:
            if unread or time.monotonic() - looked > POLL_S:
                looked = time.monotonic()
                last = _asked(ended)
                if last:
                    yield event(last, "", number)
                    return
                texts, number = _fresh(stream, number, render)
                yield from texts
            ping = viewer.next(POLL_S)
            unread = ping is None or ping.kind == "entry"
            if ping is not None and ping.kind == "lost":
                return
            if ping is not None and ping.kind == "tick":
                data = tick(ping.data)
                if data is not None:
                    yield event("tick", data, number)
            if time.monotonic() - last_beat > HEARTBEAT_S:
                last_beat = time.monotonic()
                yield event("beat", "", number)  # the page sees that the line is up


def _asked(ended: Ended) -> str:
    try:
        return ended()
    finally:
        db.session().rollback()


def _fresh(stream: str, number: int, render: Render) -> tuple[list[str], int]:
    """New entries as events, and the number of the last; the read ends at once, so that a viewer
    holds no transaction open while it waits."""
    session = db.session()
    try:
        entries = list(read(session, stream, number))
        rendered = render(stream, entries) if entries else []
        number = entries[-1].number if entries else number
    finally:
        session.rollback()
    if entries and not rendered:
        rendered = [("seen", str(number))]
    return [event(name, data, number) for name, data in rendered], number
