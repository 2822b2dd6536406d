"""Evidence of a slight fault, one that the margin hides: it takes minutes, and it may only hold.

The detector's margin leaves room for what the level of the control does not tell in time. Here both
arms are compared in the same blocks of ticks and by nothing else, so that what they share falls out
and a small margin is enough: of the bad requests of both, how many are the moved arm's.
"""

import math
from typing import Any

from onboarding.ramps.baseline import BLOCK, SCARCE, Baseline
from onboarding.ramps.evidence import Evidence, Mark

FACTORS = (1.25, 1.7, 2.5)
DOUBT = 26.0  # from this part of the limit on nothing is learnt of the moved arm


class Slight:
    """`limit`: mean ticks between holds for nothing. `told`: the hold was asked for."""

    def __init__(self, limit: float, start: Mark) -> None:
        self.limit, self.told = limit, False
        self.cap = math.log(limit / BLOCK) / 3.0
        self.evidence = Evidence(start, FACTORS)

    @property
    def value(self) -> float:
        """The evidence in ticks, as the detector's."""
        return self.evidence.value * BLOCK

    @property
    def doubtful(self) -> bool:
        """Whether the moved arm may be in trouble, and must not teach what is healthy."""
        return self.value >= self.limit / DOUBT

    @property
    def found(self) -> bool:
        """Whether it is enough to hold."""
        return self.evidence.value * BLOCK >= self.limit

    def follow(self, sums: list[float], known: Baseline, start: Mark) -> None:
        """Take one block in: counts as in `Tick`, and where it began."""
        bad, requests, control_bad, control_requests = sums
        if known.exact is not None:
            return
        if not 0 < control_requests >= SCARCE * requests > 0:
            self.evidence.fade()  # an arm that is alone now must not be in doubt for ever
            return
        odds = known.slight * requests / control_requests
        self.evidence.add(bad, bad + control_bad, odds, known.share, self.cap, start)
        self.told = self.told and self.doubtful

    def clear(self, start: Mark) -> None:
        """Begin from nothing."""
        self.evidence.clear(start)
        self.told = False

    def state(self) -> dict[str, Any]:
        """Everything it knows, as JSON."""
        began = [tuple(mark) for mark in self.evidence.began]
        return {"mix": self.evidence.mix, "began": began, "told": self.told}

    def restore(self, state: dict[str, Any]) -> None:
        """The inverse of `state()`."""
        self.evidence.restore(state["mix"], state["began"])
        self.told = state["told"]


def learn(
    slight: Slight, known: Baseline, sums: list[float], start: Mark, *, warm: bool, calm: bool
) -> None:
    """Take one block in, as live and replay both do. `calm`: the detector has no evidence."""
    moved, control = (sums[0], sums[1]), (sums[2], sums[3])
    if not warm:
        slight.follow(sums, known, start)
    if not calm:
        known.follow(control)
    elif slight.doubtful:
        known.learn((0.0, 0.0), control, warm)
    else:
        known.learn(moved, control, warm)
