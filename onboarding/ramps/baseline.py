"""What the guard knows of healthy traffic: rate, dispersion, and how far the arms drift apart.

All learning happens once per block of BLOCK ticks, from the block's sums, so that a live guard and
a vectorised replay learn the same numbers to the last bit.
"""

import math
from collections import deque
from typing import Any

from onboarding.ramps.control import FADE, Level

BLOCK = 10  # ticks whose sums are learnt from together
HALF_LIFE = 4 * 3600.0  # seconds, of the rate
LAG = 300.0  # seconds by which learning stays behind, so that a fault is not learnt as normal
WINDOW = 600.0  # seconds over which the arms' ratio is compared
ALONE = 3.0  # how many times worse than its own past an arm may be at least, without a control
WANDER = 4.0  # ... and by how many standard deviations of its own healthy wandering
SETTLED = 120.0  # stretches after which what was seen outweighs the assumed wandering
TOLD = 20.0  # bad requests expected in a stretch over which wandering is measured, at least
BESIDE = 1.5  # how many times worse than the control, at least
SLIGHT = 1.2  # ... over minutes, to hold
BRIEF = 60.0  # seconds over which it is compared too: arms that part for a minute, and meet again
TELLING = 20.0  # bad requests of each arm that such a window needs
DOUBTED = 30.0  # such windows after which what was seen outweighs the assumed spread
FEW = 5.0  # bad requests below which a window of learning goes on: their ratio says too little
SCARCE = 0.02  # a control below this fraction of the moved arm's requests tells nothing
ENOUGH = 60  # ticks to learn from before an arm without control is judged
MOST_RATE = 0.999  # a higher rate counts as this one: its odds have no end


def odds_of(rate: float) -> float:
    """The odds of a rate."""
    rate = min(rate, MOST_RATE)
    return rate / (1.0 - rate)


class Baseline:
    """Learns one signal. `exact` is a rate the operator vouches for: then nothing is learnt."""

    def __init__(self, every: float, exact: float | None = None) -> None:
        self.every, self.exact = every, exact
        block = BLOCK * every
        self.decay = 0.5 ** (block / HALF_LIFE)
        self.behind = math.ceil(LAG / block)
        self.window = max(1, math.ceil(WINDOW / block))
        self.calm = 0.5 ** (block / 3600.0)
        self.bad, self.requests, self.ticks = 0.0, 0.0, 0
        self.waiting: deque[tuple[float, float, float, float]] = deque()
        self.squares, self.expected = 15.0, 10.0  # dispersion 1.5, as if 10 bad had been seen
        self.ratio = [0.0, 0.0, 0.0, 0.0]  # sums of the running window: both arms
        self.blocks = 0
        assumed = (math.log(BESIDE) / 3.0) ** 2
        self.spread, self.weight = assumed, 1.0
        self.brief = [0.0, 0.0, 0.0, 0.0]  # sums of the running brief window
        self.brief_blocks, self.least = 0, max(1, math.ceil(BRIEF / block))
        self.brief_spread, self.brief_weight = assumed * DOUBTED, DOUBTED
        self.passing = [0.0, 0.0, 0.0]  # bad, requests and blocks of the running stretch
        self.wander = [SETTLED * (math.log(ALONE) / WANDER) ** 2, SETTLED]  # squares, stretches
        self.level = Level(block)
        self.beside = 0.0  # the control's rate of late, 0 while unknown
        self.odds = 0.0  # highest healthy odds of a request of the moved arm being bad
        self.margin = BESIDE  # highest healthy ratio of the arms
        self.slight = SLIGHT  # ... over minutes
        self.share = 1.0  # 1 / dispersion
        self.refresh()

    @property
    def rate(self) -> float | None:
        """Bad requests per request in healthy traffic, None while unknown."""
        if self.exact is not None:
            return self.exact
        return self.bad / self.requests if self.requests > 0 else None

    @property
    def ready(self) -> bool:
        """Whether an arm can be judged without a control."""
        return self.exact is not None or (self.ticks >= ENOUGH and self.requests > 0)

    def refresh(self) -> None:
        """Recompute what the evidence uses: `odds`, `margin`, `share`, `beside`."""
        if self.exact is not None:
            self.odds = odds_of(self.exact)
            return
        dispersion = min(10.0, max(1.0, self.squares / self.expected))
        self.share = 1.0 / dispersion
        spread = max(0.0, self.spread / self.weight, self.brief_spread / self.brief_weight)
        self.margin = max(BESIDE, math.exp(3.0 * math.sqrt(spread)))
        self.slight = max(SLIGHT, math.exp(2.0 * math.sqrt(spread)))
        self.beside = self.level.rate(dispersion)
        if self.requests > 0:
            # one standard error above, because what was learnt so far may have been a lucky stretch
            upper = (math.sqrt(self.bad / dispersion) + 1.0) ** 2 * dispersion / self.requests
            wander = math.sqrt(max(0.0, self.wander[0]) / self.wander[1])
            self.odds = max(ALONE, math.exp(WANDER * wander)) * odds_of(upper)

    def learn(self, moved: tuple[float, float], control: tuple[float, float], warm: bool) -> None:
        """Take one healthy block in: (bad, requests) of each arm; `warm`: declared healthy."""
        if self.exact is not None:
            return
        self.level.follow(*control, 1.0 / self.share)
        if warm or not self.ready:
            self._absorb(*moved, *control)
        else:
            self.waiting.append((*moved, *control))
            if len(self.waiting) > self.behind:
                self._absorb(*self.waiting.popleft())
        self.refresh()

    def follow(self, control: tuple[float, float]) -> None:
        """Take the control of a block in that may be part of a fault of the moved arm."""
        if self.exact is None:
            self.level.follow(*control, 1.0 / self.share)
            self.refresh()

    def _absorb(self, bad: float, requests: float, bad_c: float, requests_c: float) -> None:
        beside = requests_c > 0 and requests_c >= SCARCE * requests
        if not (beside or requests > 0):
            return
        if not beside:
            bad_c = requests_c = 0.0
        seen = (bad_c, requests_c) if beside else (bad, requests)
        self._wander(*seen)
        self.bad = self.bad * self.decay + seen[0]
        self.requests = self.requests * self.decay + seen[1]
        self.ticks += BLOCK
        if requests > 0:
            self._dispersion(bad, requests, bad_c, requests_c)
            if beside:
                self._ratio(bad, requests, bad_c, requests_c)

    def _wander(self, bad: float, requests: float) -> None:
        passing = self.passing
        passing[0] += bad
        passing[1] += requests
        passing[2] += 1.0
        if not self.ready or self.bad <= 0:
            return
        expected = passing[1] * self.bad / self.requests
        if expected < TOLD:
            return
        apart = math.log((passing[0] + 0.5) / (expected + 0.5))
        decay = self.decay ** passing[2]
        noise = 1.0 / (self.share * expected)
        self.wander[0] = self.wander[0] * decay + min(apart * apart, 2.0) - noise
        self.wander[1] = self.wander[1] * decay + 1.0
        self.passing = [0.0, 0.0, 0.0]

    def _dispersion(self, bad: float, requests: float, bad_c: float, requests_c: float) -> None:
        if requests_c > 0:
            healthy, trials = requests / (requests + requests_c), bad + bad_c
        else:
            healthy, trials = self.bad / self.requests, requests
        expected = trials * healthy * (1.0 - healthy)
        if expected > 0:
            square = (bad - trials * healthy) ** 2
            self.squares = self.squares * self.calm + min(square, 100.0 * expected)
            self.expected = self.expected * self.calm + expected

    def _ratio(self, bad: float, requests: float, bad_c: float, requests_c: float) -> None:
        sums, brief = self.ratio, self.brief
        for i, part in enumerate((bad, requests, bad_c, requests_c)):
            sums[i] += part
            brief[i] += part
        self.blocks += 1
        self.brief_blocks += 1
        if self.brief_blocks >= self.least and min(brief[0], brief[2]) >= TELLING:
            self.brief_spread = self.brief_spread * FADE + min(4.0, _apart(brief, self.share))
            self.brief_weight = self.brief_weight * FADE + 1.0
            self.brief, self.brief_blocks = [0.0, 0.0, 0.0, 0.0], 0
        if self.blocks < self.window or min(sums[0], sums[2]) < FEW:
            return
        self.spread += _apart(sums, self.share)
        self.weight += 1.0
        self.ratio, self.blocks = [0.0, 0.0, 0.0, 0.0], 0

    def doubt(self) -> None:
        """Drop what waits to be learnt: it may hold the beginning of a fault."""
        self.waiting.clear()
        self.passing = [0.0, 0.0, 0.0]
        self.ratio, self.blocks = [0.0, 0.0, 0.0, 0.0], 0
        self.brief, self.brief_blocks = [0.0, 0.0, 0.0, 0.0], 0

    def state(self) -> dict[str, Any]:
        """Everything learnt, as JSON."""
        return {
            "every": self.every,
            "exact": self.exact,
            "rate": [self.bad, self.requests, self.ticks],
            "waiting": list(self.waiting),
            "dispersion": [self.squares, self.expected],
            "ratio": [*self.ratio, self.blocks],
            "spread": [self.spread, self.weight],
            "wander": [*self.passing, *self.wander],
            "brief": [*self.brief, self.brief_blocks, self.brief_spread, self.brief_weight],
            "level": self.level.state(),
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "Baseline":
        """The inverse of `state()`."""
        made = cls(state["every"], state["exact"])
        made.bad, made.requests, made.ticks = state["rate"]
        made.waiting = deque((a, b, c, d) for a, b, c, d in state["waiting"])
        made.squares, made.expected = state["dispersion"]
        *made.ratio, made.blocks = state["ratio"]
        made.spread, made.weight = state["spread"]
        made.passing, made.wander = state["wander"][:3], state["wander"][3:]
        *made.brief, made.brief_blocks, made.brief_spread, made.brief_weight = state["brief"]
        made.level.restore(state["level"])
        made.refresh()
        return made


def _apart(sums: list[float], share: float) -> float:
    """The squared log ratio of the arms' rates, less what chance alone makes of it."""
    x, n, y, m = sums[0] + 0.5, sums[1], sums[2] + 0.5, sums[3]
    return math.log(x / n * m / y) ** 2 - (1.0 / x + 1.0 / y) / share
