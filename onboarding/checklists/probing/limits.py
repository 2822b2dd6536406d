"""How long a probe may take and how much it may read."""

import time
from dataclasses import dataclass

from onboarding.checklists.probing.seen import NotSeen
from onboarding.errors import marked


@dataclass(frozen=True)
class Limits:
    """Bounds of one probe of one name. `seconds` is in total, over all its connections and
    look-ups; `header_bytes` and `body_bytes` bound one answer, on the wire and unpacked."""

    seconds: float = 10.0
    header_bytes: int = 64 * 1024
    body_bytes: int = 1024 * 1024
    redirects: int = 20


class Deadline:
    """A moment that all steps of a look share."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left, above zero. Raises NotSeen once there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> NotSeen:
        """The error to raise when time is up."""
        return NotSeen(
            marked("no complete answer within {n} seconds", n=f"{self.seconds:g}"),
            hint=marked("see whether the server is overloaded, or a firewall drops our packets"),
        )


class Budget:
    """Bytes that may still be read from a connection, until its deadline."""

    def __init__(self, deadline: Deadline, most: int) -> None:
        self.deadline = deadline
        self._left = most

    def allow(self, more: int) -> None:
        """Raise the bound by `more` bytes."""
        self._left += more

    def spend(self, count: int) -> None:
        """`count` bytes were read. Raises TooMuch beyond the bound."""
        self._left -= count
        if self._left < 0:
            raise TooMuch("more bytes than allowed")


class TooMuch(Exception):
    """A server sent more than we are willing to read."""
