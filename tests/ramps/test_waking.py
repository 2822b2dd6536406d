"""How soon a conductor sees what people ask for: woken by a ping, else by looking every 100 ms."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from redis import Redis

from onboarding import conductor
from onboarding.live.pings import WAKE
from onboarding.queues import redis_client
from onboarding.ramps.engine import Engine
from tests.cast import Cast
from tests.ramps.lab import Lab, Time, always, book
from tests.services.programs import wait_until

NEVER_S = 600.0


@contextmanager
def conducting(app: Flask) -> Iterator[None]:
    """A conductor of this process, in a thread."""
    running: list[conductor.Conductor] = []

    def run() -> None:
        with app.app_context():
            running.append(conductor.Conductor(app, Engine("one", ready=always)))
            running[0].run()

    thread = threading.Thread(target=run)
    thread.start()
    wait_until(lambda: running, "it is made")
    yield
    running[0].stop()
    thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def lab(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setattr(conductor, "TICK_S", NEVER_S)
    return Lab(book(cast["ann"], [(5, 600, False)]), Time())


def answered(lab: Lab) -> None:
    number = lab.press("start")
    wait_until(lambda: lab.command(number).state == "done", "the command is carried out")


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_ping_wakes_it(app: Flask, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conductor, "POLL_S", NEVER_S)
    with conducting(app):
        heard = lambda: redis_client().pubsub_numsub(WAKE)[0][1]  # noqa: E731
        wait_until(heard, "it listens")
        answered(lab)


def test_without_redis_it_looks_every_tenth_of_a_second(
    app: Flask, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Redis.from_url("unix:///nonexistent/redis.sock")
    monkeypatch.setattr("onboarding.queues.redis_client", lambda: nowhere)
    monkeypatch.setattr(conductor, "own_client", lambda: nowhere)
    assert conductor.POLL_S == 0.1
    with conducting(app):
        answered(lab)
