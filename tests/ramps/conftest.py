"""A cutover to flip, with both clocks in the hand of the test."""

from collections.abc import Iterator

import pytest
from flask import Flask

from onboarding import clock
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.ramps.conducting import Nursery
from tests.ramps.lab import Lab, Time, book


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    found = Time()
    monkeypatch.setattr(clock, "now", lambda: found.wall)
    monkeypatch.setattr(clock, "ticks", lambda: found.passed)
    return found


@pytest.fixture
def lab(app: Flask, cast: Cast, time: Time) -> Lab:
    return Lab(book(cast["ann"]), time, person=Actor(f"user:{cast['ann']}", "web"))


@pytest.fixture(scope="session")
def one_nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("conductors") / "log") as nursery:
        yield nursery


@pytest.fixture
def nursery(one_nursery: Nursery, app: Flask) -> Iterator[Nursery]:
    """`start()` makes a conductor process on the test's database; all are killed at its end."""
    yield one_nursery
    one_nursery.clear()
