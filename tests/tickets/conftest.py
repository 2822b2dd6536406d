"""What the tests of tickets share."""

import pytest

from onboarding import clock
from tests.tickets.watched import Time


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    found = Time()
    monkeypatch.setattr(clock, "now", lambda: found.now)
    return found
