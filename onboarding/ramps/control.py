"""The control arm as a reference: its level of late, raised at once where it is seen to rise.

One tick of the control says little, so its rate over the last minutes is used, which is known far
better. What hits both arms at once then shows in the control's last ticks too: the reference is
never below what the last 1, 2, 4 … ticks of the control show for certain.
"""

import math
from collections import deque

import numpy as np

from onboarding.ramps.evidence import Floats

SPANS = (1, 2, 4, 8, 16, 32)  # ticks
CERTAIN = 1.5  # standard errors of a square root of a count: certain enough to raise the reference
HORIZONS = (20.0, 60.0, 300.0, 1800.0)  # seconds, half-lives of the level
TOLD = 40.0  # bad requests (over the dispersion) that make a level known well
LEAST = 10.0  # below this many there is no level
STRETCH = 20.0  # bad requests expected in a stretch over which the level is checked, at least
AWAY = (
    0.4  # standard deviation of a stretch's log rate from the level beyond which the level misleads
)
FADE = 0.995  # weight that a stretch loses with each that follows
SURE = 30.0  # stretches after which what was seen outweighs the assumption that it does not


class Level:
    """The control's rate at the shortest horizon that has seen enough."""

    def __init__(self, block: float) -> None:
        self.decays = [0.5 ** (block / horizon) for horizon in HORIZONS]
        self.sums = [[0.0, 0.0] for _ in HORIZONS]  # bad, requests
        self.known = (0.0, 0.0)  # bad and requests that the level rests on
        self.running = [0.0, 0.0]  # bad and expected of the running stretch
        self.away = [0.0, SURE]  # squares, stretches

    def follow(self, bad: float, requests: float, dispersion: float = 1.0) -> None:
        """Take one block of the control in."""
        self._check(bad, requests, dispersion)
        for sums, decay in zip(self.sums, self.decays, strict=True):
            sums[0] = sums[0] * decay + bad
            sums[1] = sums[1] * decay + requests

    @property
    def misleads(self) -> bool:
        """Whether the control moves faster than its level can follow: then only what both arms do
        in the same tick can be compared."""
        return self.away[0] > AWAY * AWAY * self.away[1]

    def _check(self, bad: float, requests: float, dispersion: float) -> None:
        """Hold a block against the level before it, over stretches that tell something."""
        running, (known, of) = self.running, self.known
        if known < LEAST * dispersion:
            return
        running[0] += bad
        running[1] += requests * known / of
        if running[1] < STRETCH:
            return
        apart = math.log((running[0] + 0.5) / (running[1] + 0.5))
        noise = dispersion * (1.0 / running[1] + 1.0 / known)
        self.away[0] = self.away[0] * FADE + min(apart * apart, 2.0) - noise
        self.away[1] = self.away[1] * FADE + 1.0
        self.running = [0.0, 0.0]

    def rate(self, dispersion: float) -> float:
        """One standard error above the level, 0 where too little was seen."""
        enough = (sums for sums in self.sums if sums[0] >= TOLD * dispersion)
        bad, requests = next(enough, self.sums[-1])
        self.known = (bad, requests)
        if bad < LEAST * dispersion or self.misleads:
            return 0.0
        return (math.sqrt(bad) + 0.5 * math.sqrt(dispersion)) ** 2 / requests

    def state(self) -> list[list[float]]:
        """Everything it knows, as JSON."""
        return [*self.sums, [*self.known], self.running, self.away]

    def restore(self, state: list[list[float]]) -> None:
        """The inverse of `state()`."""
        *sums, known, running, away = state
        self.sums = [list(one) for one in sums]
        self.known, self.running, self.away = (known[0], known[1]), list(running), list(away)


def empty_past() -> deque[tuple[float, float]]:
    """Running totals (bad, requests) of the control before each of the last ticks."""
    return deque([(0.0, 0.0)] * max(SPANS), maxlen=max(SPANS))


def floor(past: deque[tuple[float, float]], total: tuple[float, float], share: float) -> float:
    """The rate that the control's last ticks show for certain; `total` and `past` include this tick."""
    doubt = 0.5 * CERTAIN / math.sqrt(share)
    highest = 0.0
    # SPANS, spelt out: this is asked of every tick
    for bad, requests in (past[-1], past[-2], past[-4], past[-8], past[-16], past[-32]):
        root = math.sqrt(total[0] - bad) - doubt
        if root > 0.0:
            rate = root * root / (total[1] - requests)
            if rate > highest:
                highest = rate
    return highest


def floors(past: deque[tuple[float, float]], before: Floats, share: Floats) -> Floats:
    """`floor` for many ticks; `before` holds the totals before each and after the last."""
    known, ticks = np.vstack((past, before)), len(before) - 1
    doubt = 0.5 * CERTAIN / np.sqrt(share)
    highest = np.zeros(ticks)
    for span in SPANS:
        oldest = len(past) + 1 - span
        bad, requests = (before[1:] - known[oldest : oldest + ticks]).T
        root = np.maximum(np.sqrt(bad) - doubt, 0.0)
        np.maximum(highest, root * root / np.maximum(requests, 1.0), out=highest)
    return highest
