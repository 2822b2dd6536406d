"""The live stream of the customer's page: what moves it, what it carries, what ends it."""

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.live import feeds
from onboarding.live.pings import publish
from onboarding.posts import jobs as posts
from onboarding.rooms import actions as rooms
from onboarding.sharing import actions, showing
from onboarding.sharing.models import ShareLink
from onboarding.trail.log import SYSTEM, Actor, record
from tests.cast import Cast
from tests.sharing.links import full_path_of
from tests.stories import Known, book, customer


@pytest.fixture(autouse=True)
def _quick_and_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    showing.panel.cache_clear()
    monkeypatch.setattr(feeds, "POLL_S", 0.2)


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme")


def link(cast: Cast, known: Known) -> str:
    with transaction() as session:
        turnup = session.get_one(Turnup, known.turnup)
        return actions.make_link(session, Actor(f"user:{cast['ann']}", "web"), turnup)[1]


Events = Generator[tuple[str, str, str], None, None]


@contextmanager
def watching(
    app: Flask, token: str, after: str = "", of: str = "events"
) -> Generator[Events, None, None]:
    """(event, data, id) as they come over the wire to a browser."""
    headers = {"Last-Event-ID": after} if after else {}
    with app.test_client().get(f"/share/{token}/{of}", headers=headers) as answer:
        assert answer.mimetype == "text/event-stream"
        yield _events(answer)


def _events(answer: Any) -> Events:
    for chunk in answer.iter_encoded():
        for block in chunk.decode().split("\n\n"):
            lines = [line.split(": ", 1) for line in block.splitlines() if ": " in line]
            said = dict(lines[:-1])
            if any(line[0] == "event" for line in lines):
                name = next(line[1] for line in lines if line[0] == "event")
                data = "\n".join(line[1] for line in lines if line[0] == "data")
                yield name, data, said.get("id", lines[0][1])


def until(events: Events, name: str) -> tuple[str, str]:
    for found, data, number in events:
        if found == name:
            return data, number
    raise AssertionError(f"the stream ended without {name!r}")


@contextmanager
def again_and_again(do: Callable[[], object]) -> Generator[None, None, None]:
    """Ticks as a conductor sends them; one that nobody listens for yet is lost."""
    seen = threading.Event()

    def repeat() -> None:
        while not seen.wait(0.1):
            do()

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield
    finally:
        seen.set()
        thread.join()


def tell(number: int, kind: str, **payload: Any) -> None:
    with transaction() as session:
        record(session, f"cutover:{number}", kind, SYSTEM, payload)


def test_a_change_comes_as_the_page_and_so_does_its_post(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number, token = book(cast, acme), link(cast, acme)
    posts.follow()
    with watching(app, token) as events:
        assert next(events)[0] == "hello"
        tell(number, "ramp.share", share=5.0)
        assert "5 % of your traffic is on" not in until(events, "page")[0]
        posts.follow()
        assert "5 % of your traffic is on the new path" in until(events, "page")[0]


def test_who_comes_back_misses_nothing(app: Flask, cast: Cast, acme: Known) -> None:
    number, token = book(cast, acme), link(cast, acme)
    tell(number, "ramp.started", run=1)
    with watching(app, token, after="1") as events:
        assert until(events, "page")[1] == "2"


def test_a_tick_carries_its_fields_and_no_other(app: Flask, cast: Cast, acme: Known) -> None:
    number, token = book(cast, acme), link(cast, acme)
    arm = {"requests": 10, "errors": 1, "seconds": 1.0, "slow": 2, "misses": 3}
    figures = {
        "at": clock.iso(clock.now()),
        "share": 5.0,
        "target": 5.0,
        "state": "drifted",
        "moved": arm,
        "control": None,
        "signals": [{"signal": "errors", "verdict": "hold"}],
        "reason": "somebody turned it",
        "sentence": "At 5 %: drifted",
    }
    with (
        watching(app, token) as events,
        again_and_again(lambda: publish(f"cutover:{number}", "tick", figures)),
    ):
        said = json.loads(until(events, "tick")[0])
    assert set(said) == set(showing.TICK_FIELDS)
    assert said["moved"] == {"requests": 10, "errors": 1, "seconds": 1.0}
    assert said["state"] == "adrift"


def test_one_customers_stream_carries_nothing_of_anothers(
    app: Flask, cast: Cast, acme: Known
) -> None:
    other = customer("Globex")
    mine, theirs, token = book(cast, acme), book(cast, other), link(cast, acme)
    with watching(app, token) as events:
        assert next(events)[0] == "hello"
        publish(f"cutover:{theirs}", "tick", {"share": 99.0})
        tell(theirs, "ramp.share", share=99.0)
        posts.follow()
        tell(mine, "ramp.started", run=1)
        seen = []
        for name, data, _ in events:
            seen.append((name, data))
            if name == "page" and "We have begun" in data:
                break
            posts.follow()
    assert not any("99 %" in data or "lobex" in data or name == "tick" for name, data in seen)


def test_revoking_ends_an_open_stream_though_ticks_go_on(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number, token = book(cast, acme), link(cast, acme)
    ticking = again_and_again(lambda: publish(f"cutover:{number}", "tick", {"share": 5.0}))
    with watching(app, token) as events, ticking:
        assert next(events)[0] == "hello"
        until(events, "tick")
        with transaction() as session:
            one = session.scalars(select(ShareLink.id)).one()
            actions.revoke(session, Actor(f"user:{cast['ann']}", "web"), one)
        until(events, "gone")
        assert list(events) == []


def test_a_link_that_runs_out_ends_its_open_stream(app: Flask, cast: Cast, acme: Known) -> None:
    book(cast, acme)
    token = link(cast, acme)
    with watching(app, token) as events:
        assert next(events)[0] == "hello"
        with transaction() as session:
            past = clock.now() - timedelta(seconds=1)
            session.execute(update(ShareLink).values(expires_at=past))
        until(events, "gone")


@pytest.mark.parametrize("how", ["revoked", "run out", "left"])
def test_the_stream_of_the_room_ends_with_its_link_and_its_person(
    app: Flask, cast: Cast, acme: Known, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, path = book(cast, acme), full_path_of(cast, acme)
    with transaction() as session:
        rooms.of_cutover(session, session.get_one(Cutover, number))
    if how == "revoked":
        monkeypatch.setattr(feeds, "POLL_S", 3600.0)  # at once, not with the next look
    token = path.removeprefix("/share/")
    with watching(app, token, of="room/events") as events:
        assert next(events)[0] == "hello"
        with transaction() as session:
            [one] = session.scalars(select(ShareLink))
            if how == "revoked":
                actions.revoke(session, Actor(f"user:{cast['ann']}", "web"), one.id)
            elif how == "run out":
                one.expires_at = clock.now() - timedelta(seconds=1)
            else:
                assert one.user is not None
                one.user.active = False
        until(events, "gone")
        assert list(events) == []


def test_a_page_that_waits_for_a_date_is_told_to_look_at_the_new_cutover(
    app: Flask, cast: Cast, acme: Known
) -> None:
    token = link(cast, acme)
    with watching(app, token) as events:
        assert next(events)[0] == "hello"
        book(cast, acme)
        until(events, "moved")
