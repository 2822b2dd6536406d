"""Bytes a request: where the new path sends much more or much less of them, the ramp holds. Pure.

Sizes have no healthy rate and heavy tails (one download outweighs ten thousand pages), so that no
evidence can be added up from them as from counts. Here is a fixed limit instead, the operator's:
bytes a request within a factor of the old path's, by the median of a number of blocks of time, each
of which holds both paths. It may hold a ramp, and never rolls it back.
"""

import math
from collections import deque
from statistics import median
from typing import Any

from onboarding.metrics.base import Sample
from onboarding.ramps.verdicts import Verdict
from onboarding.ramps.watched import FACTOR

SIGNAL = "bytes"
BLOCKS = 15  # whose median counts: a download spoils the blocks that it is in
BLOCK_S = 4.0  # seconds of a block, at least
LEAST_REQUESTS = 200  # of either path in a block, at least: the mean of fewer says too little
SILENT_S = 60.0  # without both paths after which what was seen is over

NOTHING = (0.0, 0.0, 0.0, 0.0, 0.0)  # of a block that begins: both paths' counts, seconds

Block = tuple[float, float, float]  # end, bytes a request of the new path and of the old one


class Volume:
    """Compares both paths. `factor` 0: nothing is compared."""

    def __init__(self, factor: float = FACTOR, state: dict[str, Any] | None = None) -> None:
        known = state or {}
        self.factor = factor
        self.blocks: deque[Block] = deque(map(tuple, known.get("blocks", ())), maxlen=BLOCKS)
        self.running: list[float] = list(known.get("running", ()))
        self.told = bool(known.get("told"))
        self.last: float | None = known.get("last")
        self._settle()

    def state(self) -> dict[str, Any]:
        """What a restart goes on from, as JSON."""
        blocks = list(self.blocks)
        return {"blocks": blocks, "running": self.running, "told": self.told, "last": self.last}

    def clear(self) -> None:
        """Begin from nothing."""
        self.blocks.clear()
        self.running, self.told = [], False
        self._settle()

    def _settle(self) -> None:
        """Work out from the blocks, once for each, what both paths bring: the medians, and how far
        apart they are, as the logarithm of a factor; None before enough was seen."""
        self.now = median(now for _, now, _ in self.blocks) if self.blocks else 0.0
        self.usual = median(old for _, _, old in self.blocks) if self.blocks else 0.0
        whole = len(self.blocks) == BLOCKS
        self.apart = median(_ratio(block) for block in self.blocks) if whole else None

    def feed(self, sample: Sample) -> Verdict | None:
        """One interval's verdict: a hold where the two paths are too far apart, else nothing."""
        moved, control, end = sample.moved, sample.control, sample.at.timestamp()
        if moved is None or control is None or moved.bytes is None or control.bytes is None:
            return None
        if self.last is not None and not 0 < end - self.last <= SILENT_S:
            self.clear()
        self.last = end
        new, asked, old, asked_old, seconds = self.running or NOTHING
        new, asked = new + moved.bytes, asked + moved.requests
        old, asked_old = old + control.bytes, asked_old + control.requests
        seconds += sample.seconds
        if seconds < BLOCK_S or asked < LEAST_REQUESTS or asked_old < LEAST_REQUESTS:
            self.running = [new, asked, old, asked_old, seconds]
        else:
            self.running = []
            self.blocks.append((end, round(new / asked, 1), round(old / asked_old, 1)))
            self._settle()
        return self._verdict(end, sample.seconds)

    def _verdict(self, end: float, seconds: float) -> Verdict | None:
        apart = self.apart
        if not self.factor or apart is None or abs(apart) <= math.log(self.factor):
            self.told = False
            return None
        new, self.told = not self.told, True
        beyond = f"over {self.factor:g} times" if apart > 0 else f"under 1/{self.factor:g} of"
        return Verdict(
            SIGNAL,
            "hold",
            end,
            self._began(apart),
            baseline=self.usual,
            observed=self.now,
            every=seconds,
            reason=f"{beyond} what a request brings on the old path; bytes alone hold, they take"
            " nothing back",
            new=new,
        )

    def _began(self, apart: float) -> float:
        """When the first of the blocks ended that are too far apart in a row, the same way."""
        limit, onset = math.log(self.factor), self.blocks[-1][0]
        for block in reversed(self.blocks):
            if math.copysign(1.0, apart) * _ratio(block) <= limit:
                break
            onset = block[0]
        return onset

    def shown(self, verdict: Verdict | None) -> dict[str, Any] | None:
        """The signal as the cockpit shows it; nothing where it is not compared. Its evidence is how
        much of what may hold is reached, and never a full bar: it can't roll back."""
        if self.apart is None or not self.factor:
            return None
        return {
            "signal": SIGNAL,
            "observed": self.now,
            "control": self.usual,
            "baseline": self.usual,
            "evidence": min(0.99, (self.apart / math.log(self.factor)) ** 2 / 2),
            "verdict": verdict.action if verdict else "pass",
            "onset": verdict.onset if verdict else None,
            "sentence": verdict.sentence() if verdict else "",
        }


def _ratio(block: Block) -> float:
    _, now, old = block
    return math.log((now + 1.0) / (old + 1.0))
