"""A customer who is live, with both clocks in the hand of the test."""

import pytest

from tests.cast import Cast
from tests.outreach.watching import Live, gone_live, in_hand
from tests.ramps.lab import Time


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return in_hand(monkeypatch)


@pytest.fixture
def acme(cast: Cast, time: Time) -> Live:
    """Acme, whose account manager is Ann."""
    return gone_live(cast, time)
