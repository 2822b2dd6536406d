"""Fixed limits that an operator sets beside the guard, such as "never over 2 % errors"."""

from collections import deque
from dataclasses import dataclass
from typing import Any, Literal

from onboarding.errors import BadInput

Action = Literal["hold", "rollback"]


@dataclass(frozen=True, slots=True)
class Limit:
    """`signal` above `rate` over the last `seconds` asks for `action`, given `min_requests`."""

    signal: str
    rate: float
    seconds: float = 10.0
    min_requests: int = 100
    action: Action = "rollback"

    def __post_init__(self) -> None:
        place = f"limits.{self.signal}"
        if not 0 < self.rate < 1:
            raise BadInput(
                f"a limit of {self.rate} is no share of requests",
                place=place,
                hint="give a rate above 0 and below 1, such as 0.02 for 2 %",
            )
        if not self.seconds > 0 or self.min_requests < 1:
            raise BadInput(
                "a limit needs a window and a least number of requests",
                place=place,
                hint="give seconds above 0 and min_requests of 1 or more",
            )
        if self.action not in ("hold", "rollback"):
            raise BadInput(
                f"a limit can't ask for {self.action!r}", place=place, hint="hold or rollback"
            )


class Window:
    """Counts of the moved arm over the last `seconds`, the newest tick included."""

    __slots__ = ("bad", "requests", "rows", "seconds")

    def __init__(self, seconds: float, rows: list[list[float]] | None = None) -> None:
        self.seconds = seconds
        self.rows = deque((ts, bad, requests) for ts, bad, requests in rows or [])
        self.bad = sum(row[1] for row in self.rows)
        self.requests = sum(row[2] for row in self.rows)

    def add(self, ts: float, bad: float, requests: float) -> None:
        """Take a tick in and let go of those that are `seconds` old."""
        self.rows.append((ts, bad, requests))
        self.bad += bad
        self.requests += requests
        while self.rows[0][0] <= ts - self.seconds:
            _, old_bad, old_requests = self.rows.popleft()
            self.bad -= old_bad
            self.requests -= old_requests

    @property
    def began(self) -> float:
        """The time of the oldest tick in the window."""
        return self.rows[0][0]

    def clear(self) -> None:
        """Forget the ticks, as after a rollback."""
        self.rows.clear()
        self.bad = self.requests = 0.0

    def state(self) -> list[tuple[Any, ...]]:
        """The ticks in the window, as JSON."""
        return list(self.rows)
