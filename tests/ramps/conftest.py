"""A cutover to flip, with both clocks in the hand of the test."""

import pytest
from flask import Flask

from onboarding import clock
from onboarding.trail.log import Actor
from tests.cast import Cast
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
