"""Evidence that one arm is worse than its reference: a Shiryaev-Roberts mixture over factors.

Per tick there are `trials` of which `bad` fall on the watched side. Healthy, the odds of that are
at most `odds`; at a fault of factor r they are r times that. With l the logarithm of the
likelihood ratio of the two, divided by the dispersion and capped,

    R_r <- (1 + R_r) e^l        E = mean of R_r over the factors

E minus the number of ticks is a martingale in healthy traffic, so the mean time until E reaches A
is at least A ticks (Pollak 1985; Shiryaev-Roberts). E is a mean time between false alarms counted
in ticks, not odds.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FACTORS = (1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)
LOGS = tuple(math.log(r) for r in FACTORS)
TOP = 1e15  # keeps a muted signal's evidence finite

Floats = NDArray[np.float64]


class Mark(NamedTuple):
    """Where evidence began: the tick, its time, and all counts before that tick."""

    tick: int
    ts: float
    bad: float
    requests: float
    control_bad: float
    control_requests: float


class Evidence:
    """The accumulators of one signal. `mix[i]` is R for `factors[i]`, `began[i]` where it rose."""

    __slots__ = ("began", "factors", "logs", "mix", "odds", "rates", "value")

    def __init__(self, start: Mark, factors: Sequence[float] = FACTORS) -> None:
        self.factors, self.logs = tuple(factors), tuple(math.log(r) for r in factors)
        self._healthy_at(0.0)
        self.clear(start)

    def _healthy_at(self, odds: float) -> None:
        """Work out what each bad request adds to the evidence and each trial takes from it; the
        odds stay for many ticks."""
        base = math.log1p(odds)
        losses = [base - math.log1p(r * odds) for r in self.factors]
        self.odds, self.rates = odds, tuple(zip(self.logs, losses, strict=True))

    def clear(self, start: Mark) -> None:
        """Forget everything, as after a rollback."""
        self.mix = [0.0] * len(self.factors)
        self.began = [start] * len(self.factors)
        self.value = 0.0

    def fade(self) -> None:
        """Lose a tenth, where there is nothing to compare with any more."""
        self.mix = [0.9 * one for one in self.mix]
        self.value *= 0.9

    def restore(self, mix: Sequence[float], began: Sequence[Sequence[float]]) -> None:
        """Go on from what was kept."""
        self.mix, self.began = list(mix), [Mark(*mark) for mark in began]  # type: ignore[arg-type]
        self.value = sum(self.mix) / len(self.mix)

    def add(
        self, bad: float, trials: float, odds: float, share: float, cap: float, now: Mark
    ) -> None:
        """Take one tick in. `share` multiplies the log likelihood ratio (1 / dispersion)."""
        if odds != self.odds:
            self._healthy_at(odds)
        exp, mix, began = math.exp, self.mix, self.began
        bad, trials = bad * share, trials * share
        total, i = 0.0, 0
        for log, loss in self.rates:  # the hot loop: an index by hand and no min() in it
            after = mix[i]
            if after < 1.0:
                began[i] = now
            gain = bad * log + trials * loss
            if gain > cap:
                gain = cap
            after = (1.0 + after) * exp(gain)
            if after > TOP:
                after = TOP
            mix[i] = after
            total += after
            i += 1
        self.value = total / i


def gains(bad: Floats, trials: Floats, odds: Floats, share: Floats, cap: float) -> Floats:
    """e^l for many ticks at once, shape (ticks, factors): the formula of `Evidence.add`."""
    factors, logs = np.array(FACTORS), np.array(LOGS)
    gain = np.log1p(factors * odds[:, None])
    np.subtract(np.log1p(odds)[:, None], gain, out=gain)
    gain *= trials[:, None]
    gain += bad[:, None] * logs
    gain *= share[:, None]
    np.minimum(gain, cap, out=gain)
    np.exp(gain, out=gain)
    return gain


def accumulate(gain: Floats, start: list[float], width: int = 256) -> Floats:
    """R after every tick, shape (ticks, factors), from e^l and R before the first.

    R <- (1 + R) g is affine, so runs of `width` ticks are stepped side by side from 0, joined one
    after the other, and stepped once more from where each really starts.
    """
    ticks, kinds = gain.shape
    lanes = -(-ticks // width)
    padded = np.zeros((lanes * width, kinds))
    padded[:ticks] = gain
    steps = np.ascontiguousarray(padded.reshape(lanes, width, kinds).transpose(1, 0, 2))
    scale, offset = np.ones((lanes, kinds)), np.zeros((lanes, kinds))
    for step in steps:
        np.multiply(offset + 1.0, step, out=offset)
        np.multiply(scale, step, out=scale)
        np.minimum(offset, TOP, out=offset)
        np.minimum(scale, TOP, out=scale)
    current = np.empty((lanes, kinds))
    first = np.array(start)
    for lane in range(lanes):
        current[lane] = first
        first = np.minimum(offset[lane] + scale[lane] * first, TOP)
    for step in steps:
        np.multiply(current + 1.0, step, out=current)
        np.minimum(current, TOP, out=current)
        step[:] = current
    joined: Floats = steps.transpose(1, 0, 2).reshape(lanes * width, kinds)[:ticks]
    return joined
