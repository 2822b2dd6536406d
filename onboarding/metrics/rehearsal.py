"""The counts of a rehearsal, from the practice world."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from onboarding import clock
from onboarding.db import Apart
from onboarding.errors import PassingFault
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.origins import Origins
from onboarding.simulation import queries
from onboarding.simulation.settings import practice
from onboarding.simulation.world import ArmSecond, World, seed_of


class RehearsalMetrics:
    """Config: `rate` and `seed` as the rehearsal's switch has them, both optional."""

    def __init__(self, config: Mapping[str, Any], feed: str) -> None:
        rate, seed = practice(config, "metrics")
        self.feed = feed
        self.untouched = World(seed_of(feed) if seed is None else seed, rate)
        self.apart = Apart()

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        """Second by second. Raises PassingFault while the fault `metrics_gone` is on."""
        until = min(until, clock.now())
        with self.apart.open() as session:
            row = queries.find(session, self.feed)
            world = row.world() if row else self.untouched
        if world.active("metrics_gone", until.timestamp()):
            raise PassingFault(
                "the metrics of the practice world are gone",
                hint="nothing can be judged until they are back; clear the fault",
            )
        return [
            Sample(
                datetime.fromtimestamp(second.at, UTC),
                1.0,
                _arm(second.moved),
                _arm(second.control),
            )
            for second in world.seconds(since.timestamp(), until.timestamp())
        ]


def _arm(counts: ArmSecond | None) -> ArmCounts | None:
    if counts is None:
        return None
    arose = Origins(*counts.arose)
    return ArmCounts(
        counts.requests,
        counts.errors,
        counts.slow,
        counts.misses,
        origins=arose,
        bytes=counts.sent,
    )
