"""Live streams: what was missed comes first, then what happens; who never reads is dropped."""

import threading
from collections.abc import Generator, Iterator
from contextlib import closing
from typing import Any

import pytest
from flask import Flask

from onboarding.db import transaction
from onboarding.live import feeds, sse
from onboarding.live.feeds import WAITING, Feed, Source, Viewer
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
        response = sse.respond("page", STREAM, render, lambda figures: str(figures["share"]))
        assert response.headers["X-Accel-Buffering"] == "no", "nginx would hold it back"
        try:
            for chunk in response.response:
                for block in bytes(chunk).decode().split("\n\n"):
                    lines = (line.split(": ", 1) for line in block.splitlines() if ": " in line)
                    fields = dict(lines)
                    if "event" in fields:
                        yield fields["event"], fields.get("data", ""), fields["id"]
        finally:
            response.close()


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


def test_what_happens_is_told_at_once_not_at_the_next_look(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "POLL_S", 3600.0)
    write(1)

    def later() -> None:
        with app.app_context():
            write(1)

    with closing(events(app)) as found:
        assert next(found)[0] == "hello"
        threading.Timer(0.3, later).start()
        assert until(found, "entry") == [("2", "2")]


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


def test_two_viewers_are_served_by_one_reading(app: Flask) -> None:
    write(1)
    others = sse.hub.count()  # of other tests, whose servers ended first
    reads: list[int] = []

    def counting(_stream: str, entries: list[Any]) -> list[tuple[str, str]]:
        reads.append(len(entries))
        return [("entry", str(entry.number)) for entry in entries]

    with app.test_request_context("/"):
        open_pages = [sse.respond("one", STREAM, counting, str) for _ in range(2)]
    streams = [iter(page.response) for page in open_pages]
    assert all(b"hello" in bytes(next(stream)) for stream in streams)
    assert sse.hub.count() == others + 2
    write(1)
    assert [b"id: 2" in bytes(next(stream)) for stream in streams] == [True, True]
    assert reads == [1]
    for page in open_pages:
        page.close()
    assert sse.hub.count() == others


def test_ids_never_run_backwards_for_who_is_ahead_of_the_feed(app: Flask) -> None:
    write(2)
    with app.app_context():
        feed = Feed(Source(STREAM, render, str), lambda call: call(), Viewer())
        feed.number = 1  # as it is when the page was made after a commit that the feed has not read
        ahead = Viewer()
        feed.join(ahead)
        got = sse._wire(b"", feed, ahead, 2)
        assert next(got) == b""
        feed.tick({"share": 5})
        feed._give(feed._read_on())
        write(1)
        feed._give(feed._read_on())
    tick, entry = next(got), next(got)
    assert tick.startswith(b"id: 2\nevent: tick\n")
    assert entry == b"id: 3\nevent: entry\ndata: 3\n\n"


def test_who_polls_gets_what_was_missed_and_no_stream(app: Flask) -> None:
    write(3)
    with app.test_request_context("/?once=1&after=1"):
        response = sse.respond("page", STREAM, render, str)
        assert response.headers["X-Accel-Buffering"] == "no"
        assert response.headers["Cache-Control"] == "no-store"
        said = response.get_data(as_text=True)
    assert "data: 2" in said
    assert said.count("event: entry") == 2


def test_who_polls_gets_the_newest_figures_as_the_page_shows_them(app: Flask) -> None:
    write(1)
    for known, said in (({"share": 25, "inner": 1}, "event: tick\ndata: 25\n"), (None, "")):
        with app.test_request_context("/?once=1"):
            response = sse.respond(
                "page", STREAM, render, lambda f: str(f["share"]), newest=lambda known=known: known
            )
            text = response.get_data(as_text=True)
        assert text.count("event: tick") == bool(known)
        assert said in text


def test_an_id_that_cannot_be_is_taken_as_none(app: Flask) -> None:
    write(2)
    for given in ("99999", "9" * 5000, "\u00b2", "-1", "x"):
        with closing(events(app, after=given)) as found:
            assert next(found) == ("hello", "2", "2")


def test_who_never_reads_is_dropped_and_the_others_are_not(app: Flask) -> None:
    write(1)
    hung_up: list[bool] = []
    asleep, awake = Viewer(lambda: hung_up.append(True)), Viewer()
    with app.app_context():
        feed = Feed(Source(STREAM, render, lambda f: str(f["n"])), lambda call: call(), asleep)
        feed.join(awake)
        for number in range(WAITING + 10):
            feed.tick({"n": number})
            assert awake.waiting.get_nowait().data == str(number)
    assert hung_up == [True]
    assert feed.viewers == {awake}
