"""The practice world as a source: its traffic comes by itself as time goes on."""

from datetime import timedelta

import pytest

from onboarding import clock
from onboarding.db import transaction
from onboarding.simulation import actions
from tests.contracts.own_stands import KEY, RehearsalStand


class PracticeTraffic(RehearsalStand):
    """At 50 percent; `traffic` lets some seconds pass."""

    exact = False
    faults: tuple[str, ...] = ("gone",)
    library: dict[str, str] = {"gone": "metrics_gone"}

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = clock.now().replace(microsecond=0)
        monkeypatch.setattr(clock, "now", lambda: self.now)
        with transaction() as session:
            actions.world(session, KEY, rate=100, seed=5)
            actions.set_share(session, KEY, 50.0, "start")

    def traffic(self, moved: int, control: int, errors: int = 0) -> None:
        self.now += timedelta(seconds=5)
