"""Whether a live customer's traffic is gone: what came of late beside what came before. Pure.

The level is a mean that halves its memory every `HALF_LIFE_S`, so that nights pass without a word
and only a sudden end is one. What came of late is judged over as many seconds as should have
brought `LEAST` requests: quiet customers are judged slowly, very quiet ones not at all.
"""

from collections import deque
from collections.abc import Mapping
from typing import Any

LEAST = 100.0  # requests that should have come in what is judged
SHORTEST_S, LONGEST_S = 15.0, 300.0  # of what is judged
HALF_LIFE_S = 600.0
WARM_S = 60.0  # of traffic that must be known before anything is judged
GONE, BACK = 0.1, 0.4  # parts of the level: below the one it is gone, above the other it is back


class Flow:
    """One customer's traffic. `since` is when it went (seconds since the epoch), None while it is
    there."""

    def __init__(self, state: Mapping[str, Any] | None = None) -> None:
        kept = state or {}
        self.level: float = kept.get("level", 0.0)
        self.known_s: float = kept.get("known_s", 0.0)
        self.since: float | None = kept.get("since")
        rows = kept.get("late", ())
        self.late: deque[tuple[float, float, float]] = deque((a, b, c) for a, b, c in rows)

    @property
    def seconds(self) -> float:
        """How much time is judged at the moment."""
        return sum(row[1] for row in self.late)

    @property
    def rate(self) -> float:
        """Requests a second over what is judged; 0 where that is nothing."""
        seconds = self.seconds
        return sum(row[2] for row in self.late) / seconds if seconds else 0.0

    def feed(self, ts: float, seconds: float, requests: float) -> None:
        """Take an interval in that ends at `ts`."""
        if self.late and ts <= self.late[-1][0]:
            return
        self.late.append((ts, seconds, requests))
        while self.late and self._enough(self.seconds - self.late[0][1]):
            _, passed, came = self.late.popleft()
            if self.since is None:
                self._learn(passed, came)
        if self._judged():
            self._judge()

    def _enough(self, seconds: float) -> bool:
        if seconds >= LONGEST_S:
            return True
        return seconds >= SHORTEST_S and (not self.level or seconds * self.level >= LEAST)

    def _learn(self, seconds: float, requests: float) -> None:
        keep = 0.5 ** (seconds / HALF_LIFE_S) if self.known_s >= WARM_S else 0.0
        if not keep:  # a plain mean at first
            keep = self.known_s / (self.known_s + seconds)
        self.level = keep * self.level + (1.0 - keep) * requests / seconds
        self.known_s += seconds

    def _judged(self) -> bool:
        return self.known_s >= WARM_S and self.seconds * self.level >= LEAST

    def _judge(self) -> None:
        if self.since is None and self.rate <= GONE * self.level:
            self.since = self.late[0][0] - self.late[0][1]
        elif self.since is not None and self.rate >= BACK * self.level:
            self.since = None

    def state(self) -> dict[str, Any]:
        """Everything that is known, as JSON."""
        return {
            "level": self.level,
            "known_s": self.known_s,
            "since": self.since,
            "late": [list(row) for row in self.late],
        }
