"""Live streams: what was missed comes first, then what happens; who never reads is dropped."""

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

from flask import Flask

from onboarding.db import transaction
from onboarding.live import sse
from onboarding.live.hub import WAITING, Hub, Ping
from onboarding.live.pings import publish
from onboarding.trail.log import SYSTEM, record

STREAM = "cutover:7"


def write(count: int) -> None:
    for _ in range(count):
        with transaction() as session:
            record(session, STREAM, "test.wrote", SYSTEM)


def render(_stream: str, entries: list[Any]) -> list[tuple[str, str]]:
    return [("entry", str(entry.number)) for entry in entries]


def events(app: Flask, after: str = "") -> Generator[tuple[str, str, str], None, None]:
    """(event, data, id) of the stream as a browser that saw `after` gets them."""
    headers = {"Last-Event-ID": after} if after else {}
    with app.test_request_context("/", headers=headers):
        response = sse.respond(STREAM, render, lambda figures: str(figures["share"]))
        try:
            for chunk in response.response:
                for block in str(chunk).split("\n\n"):
                    lines = (line.split(": ", 1) for line in block.splitlines() if ": " in line)
                    fields = dict(lines)
                    if "event" in fields:
                        yield fields["event"], fields.get("data", ""), fields["id"]
        finally:
            response.response.close()  # type: ignore[union-attr]


def until(
    found: Iterator[tuple[str, str, str]], event: str, count: int = 1
) -> list[tuple[str, str]]:
    got: list[tuple[str, str]] = []
    for name, data, number in found:
        if name == event:
            got.append((data, number))
        if len(got) == count:
            return got
    raise AssertionError(got)


def test_a_viewer_that_comes_back_misses_nothing(app: Flask) -> None:
    write(5)
    with closing(events(app, after="2")) as found:
        assert until(found, "entry", 3) == [("3", "5"), ("4", "5"), ("5", "5")]


def test_what_happens_is_seen_within_a_second(app: Flask) -> None:
    write(1)
    started: list[float] = []

    def later() -> None:
        with app.app_context():
            started.append(time.monotonic())
            write(1)

    with closing(events(app)) as found:
        assert next(found)[0] == "hello"
        threading.Timer(0.3, later).start()
        assert until(found, "entry") == [("2", "2")]
    assert time.monotonic() - started[0] < 1.0


def publish_until(seen: threading.Event) -> None:
    """Ticks as a conductor sends them; one that nobody listens for yet is lost, as it should be."""
    while not seen.wait(0.2):
        publish(STREAM, "tick", {"share": 25})


def test_a_tick_repeats_the_last_number(app: Flask) -> None:
    write(3)
    with closing(events(app)) as found:
        assert next(found) == ("hello", "3", "3")
        seen = threading.Event()
        threading.Thread(target=publish_until, args=(seen,)).start()
        assert until(found, "tick") == [("25", "3")]
        seen.set()


def test_who_never_reads_is_dropped_and_the_others_are_not() -> None:
    hub = Hub()
    hub._thread = threading.current_thread()  # no Redis in this test: pings are fanned out by hand
    with hub.viewer("s") as asleep, hub.viewer("s") as awake:
        for number in range(WAITING + 10):
            hub.fan_out("s", Ping("entry", {"number": number}))
            assert awake.next(1.0) == Ping("entry", {"number": number})
        assert asleep.next(1.0) == Ping("lost", {})
    assert hub.count() == 0
