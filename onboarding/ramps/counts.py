"""What a guard is fed: one arm's counts in one interval."""

import math
from dataclasses import dataclass

from onboarding.errors import BadInput

SIGNALS = ("errors", "slow", "misses")


@dataclass(frozen=True, slots=True)
class Counts:
    """One arm's counts in one interval; None where the source does not give the signal."""

    requests: float
    errors: float | None = None
    slow: float | None = None
    misses: float | None = None

    def check(self, arm: str) -> None:
        """Raises BadInput naming the field for counts that can't be."""
        if self._can_be():
            return
        _check_count(self.requests, f"{arm}.requests")
        for signal in SIGNALS:
            count = getattr(self, signal)
            if count is None:
                continue
            _check_count(count, f"{arm}.{signal}")
            if count > self.requests:
                raise BadInput(
                    f"{count:g} {signal} of {self.requests:g} requests",
                    place=f"{arm}.{signal}",
                    hint=f"{signal} are counted among the requests of the same interval",
                )

    def _can_be(self) -> bool:
        """Whether all is well, told quickly: every tick of every ramp is asked."""
        requests = self.requests
        if not 0 <= requests < math.inf:
            return False
        for count in (self.errors, self.slow, self.misses):
            if count is not None and not 0 <= count <= requests:
                return False
        return True


def _check_count(count: float, place: str) -> None:
    if not math.isfinite(count) or count < 0:
        raise BadInput(f"{count} is no count", place=place, hint="expected a number of 0 or more")
