"""A feed that gives no counts of slow requests but a p95: it may hold a ramp, and never roll it back.

A quantile is no count: nobody can add two of them up or say how sure one is. So there is no
evidence here, only a fixed rule: the median of the new path's p95 against the old path's. Pure.
"""

from collections import deque
from statistics import median
from typing import Any

from onboarding.metrics.base import Sample
from onboarding.ramps.verdicts import Verdict

SIGNAL = "p95"
WINDOW_S = 30.0  # what the medians are taken over
SURE_S = 20.0  # as much of it must be known
RATIO = 1.5  # the new path may be so many times as slow
LEAST_REQUESTS = 5  # in an interval; the p95 of fewer is the slowest of them
REMEMBERED = 600  # p95s of the old path that are kept for when it falls silent


class Quantiles:
    """Watches the p95 of both arms."""

    def __init__(self, state: list[float] | None = None) -> None:
        #: (end, seconds, new path's p95) of the last WINDOW_S, where it is known
        self.seen: deque[tuple[float, float, float]] = deque()
        self.old: deque[float] = deque(state or (), maxlen=REMEMBERED)
        self.onset: float | None = None

    def state(self) -> list[float]:
        """What a restart goes on from: the old path's last p95s, as JSON."""
        return list(self.old)

    def clear(self) -> None:
        """What was told may be told again, as after a mute."""
        self.onset = None

    def feed(self, sample: Sample) -> Verdict | None:
        """One interval's verdict: a hold where the new path has become too slow, else nothing."""
        end = sample.at.timestamp()
        moved, control = sample.moved, sample.control
        if control is not None and control.p95 is not None and control.requests >= LEAST_REQUESTS:
            self.old.append(control.p95)
        if moved is not None and moved.p95 is not None and moved.requests >= LEAST_REQUESTS:
            self.seen.append((end, sample.seconds, moved.p95))
        while self.seen and not 0 <= end - self.seen[0][0] < WINDOW_S:
            self.seen.popleft()
        if sum(seconds for _, seconds, _ in self.seen) < SURE_S or not self.old:
            self.onset = None
            return None
        usual = median(list(self.old)[-int(WINDOW_S) :])
        now = median(p95 for _, _, p95 in self.seen)
        if now <= RATIO * usual:
            self.onset = None
            return None
        new, self.onset = self.onset is None, self.onset or self._began(usual)
        return Verdict(
            SIGNAL,
            "hold",
            end,
            self.onset,
            baseline=usual,
            observed=now,
            every=sample.seconds,
            limit=RATIO * usual,
            reason="a p95 alone holds, it takes nothing back",
            new=new,
        )

    def _began(self, usual: float) -> float:
        """When the first of the intervals that are too slow in a row ended."""
        onset = self.seen[-1][0]
        for end, _, p95 in reversed(self.seen):
            if p95 <= RATIO * usual:
                break
            onset = end
        return onset

    def shown(self, verdict: Verdict | None) -> dict[str, Any] | None:
        """The signal as the cockpit shows it; nothing where no p95 comes. Its evidence is how much
        of what may hold is reached, and never a full bar: it can't roll back."""
        if not self.seen or not self.old:
            return None
        usual = median(list(self.old)[-int(WINDOW_S) :])
        now = median(p95 for _, _, p95 in self.seen)
        return {
            "signal": SIGNAL,
            "observed": now,
            "control": usual,
            "baseline": usual,
            "evidence": min(0.99, max(0.0, (now / usual - 1) / (RATIO - 1) / 2)) if usual else 0.0,
            "verdict": verdict.action if verdict else "pass",
            "onset": verdict.onset if verdict else None,
            "sentence": verdict.sentence() if verdict else "",
        }
