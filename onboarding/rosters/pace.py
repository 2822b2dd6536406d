"""How far through its time the search for one team is: by the clock, or by the work done.

Work is the same on every machine: moves that were tried and CP-SAT's deterministic time. A search that is
paced by it gives the same roster for the same seed, however busy the machine; on a slow one it takes longer.
"""

import math
import time
from dataclasses import dataclass, field

MOVES_A_SECOND = 100_000
"""Moves of annealing that count as one second of work; about what a core of 2026 does."""

EFFORT_A_SECOND = 0.8
"""CP-SAT's deterministic seconds that count as one second of work, likewise."""


@dataclass
class Pace:
    """`seconds` for one team, from now on; `steady`: paced by work and not by the clock."""

    seconds: float
    steady: bool = False
    done: float = 0.0
    began: float = field(default_factory=time.monotonic)

    def left(self, part: float = 1.0) -> float:
        """Seconds that are left until `part` of the time is over; 0 where it is."""
        used = self.done if self.steady else time.monotonic() - self.began
        return max(0.0, part * self.seconds - used)

    def ends(self, part: float = 1.0) -> float:
        """When on the monotonic clock `part` of the time is over: never where work paces."""
        return math.inf if self.steady else self.began + part * self.seconds

    def tried(self, moves: int) -> None:
        """Note the moves that were tried."""
        self.done += moves / MOVES_A_SECOND

    def limits(self, effort: float) -> dict[str, object]:
        """CP-SAT's limits for a search of at most `effort` deterministic seconds in the time that is left."""
        if self.steady:
            return {"max_deterministic_time": min(effort, self.left() * EFFORT_A_SECOND)}
        return {"max_time_in_seconds": max(0.05, self.left()), "max_deterministic_time": effort}

    def asked(self, effort: float) -> None:
        """Note the deterministic seconds that CP-SAT took."""
        self.done += effort / EFFORT_A_SECOND
