"""Server-Sent Events (HTML Living Standard, section 9.2) from the trail and the hub."""

import socket
from collections.abc import Callable, Hashable, Iterator
from typing import Any

from flask import Response, copy_current_request_context, g, request

from onboarding.db import db
from onboarding.live.feeds import (
    Ended,
    Feed,
    Lasts,
    Newest,
    Pulse,
    Render,
    Source,
    Tick,
    Viewer,
    encode,
    goes_on,
    news,
    nothing,
)
from onboarding.live.hub import hub
from onboarding.trail.log import head_number

# "Connection" is the server's own (PEP 3333): Werkzeug's goes by what an application says there, and
# swallowed the request that a browser sent after a stream that had ended.
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def respond(
    view: Hashable,
    stream: str,
    render: Render,
    tick: Tick,
    ended: Ended = goes_on,
    pulse: Pulse = nothing,
    newest: Newest = nothing,
    lasts: Lasts | None = None,
) -> Response:
    """An SSE response that follows `stream`: what came after `Last-Event-ID`, then live.

    Viewers with the same `view` and language share what is rendered: `view` names all else that
    the events depend on (the page, for whom). For `render`, `tick`, `ended`, `pulse`,
    `newest` see `feeds.Source`; `lasts` is this viewer's own. With `?once` the response ends where live begins: browsers poll so
    where streams are blocked.
    """
    source, session = Source(stream, render, tick, ended, pulse, newest), db.session()
    start = _start(head_number(session, stream))
    if "once" in request.args:
        return Response(_once(source, start), mimetype="text/event-stream", headers=HEADERS)
    viewer = Viewer(_hang_up(request.environ.get("gunicorn.socket")), lasts)
    feed, joined = hub.join((view, g.get("language")), source, _within(), viewer)
    # what lies between is this viewer's alone; read now, while there is a request to read in
    missed = news(session, source, start, joined) if start < joined else []
    greeting = [b"retry: 1000\n\n", encode("hello", str(start), start), *(e.wire for e in missed)]
    response = Response(
        _wire(b"".join(greeting), feed, viewer, max(start, joined)),
        mimetype="text/event-stream",
        headers=HEADERS,
    )
    response.call_on_close(lambda: feed.leave(viewer))
    return response


def _once(source: Source, start: int) -> bytes:
    """What a stream would say until it waits."""
    wires, last = [encode("hello", str(start), start)], source.ended()
    if last:
        return b"".join([*wires, encode(last, "", start)])
    events = news(db.session(), source, start)
    wires += [event.wire for event in events]
    number = events[-1].number if events else start
    figures, pulse = source.newest(), source.pulse()
    ticked = source.tick(figures) if figures else None
    wires += [
        encode(name, data, number)
        for name, data in (("tick", ticked), ("pulse", pulse))
        if data is not None
    ]
    return b"".join(wires)


def _start(head: int) -> int:
    """The number that the browser says it has seen; the head where it says none that can be."""
    given = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    return min(int(given), head) if given.isdecimal() and len(given) < 16 else head


def _within() -> Callable[[Callable[[], Any]], Any]:
    """Runs a call in a copy of this request, so that what it renders has its addresses and words,
    and ends its session: nobody holds a transaction open while waiting."""
    language = g.get("language")

    def run(call: Callable[[], Any]) -> Any:
        if language:
            g.language = language
        return call()

    return copy_current_request_context(run)


def _hang_up(connection: socket.socket | None) -> Callable[[], None]:
    """Ends the viewer's connection, so that a write that hangs on it fails at once."""

    def shut() -> None:
        if connection is not None:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it had gone by itself

    return shut


def _wire(greeting: bytes, feed: Feed, viewer: Viewer, number: int) -> Iterator[bytes]:
    """Everything after `number` as it goes to this viewer, until it or the stream ends."""
    yield greeting
    seen, waiting = number, viewer.waiting
    while viewer in feed.viewers or not waiting.empty():
        event = waiting.get()
        if event.number >= number and not (event.kind == "news" and event.number <= seen):
            number = event.number
            yield event.wire
        elif event.kind == "tick":
            yield event.numbered(number)
        if event.kind == "last":
            return
