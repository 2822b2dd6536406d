"""What every metrics source must do: counts per arm and second, what is missing named."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from onboarding.metrics.origins import Origins


@dataclass(frozen=True)
class ArmCounts:
    """Counts of one arm in one interval; None where the source does not know the signal. `p95`, in
    seconds, is for a source that can't count slow requests: it may hold a ramp, no more, and so do
    `bytes`, what was sent in answer. `origins` says where the errors arose, as far as the source can
    tell."""

    requests: int
    errors: int
    slow: int | None = None
    misses: int | None = None
    p95: float | None = None
    origins: Origins | None = None
    bytes: int | None = None


@dataclass(frozen=True)
class Sample:
    """One interval that ends at `at`: the moved arm (new path) and the control arm (old path).

    An arm is None where the source has nothing for it: missing, which is not the same as zero.
    `picked`: of what is on the old path, what selectors pick (in the words of `str(Selector)`),
    where the source can tell: the past of what is to be moved whole.
    """

    at: datetime
    seconds: float
    moved: ArmCounts | None
    control: ArmCounts | None
    picked: Mapping[str, ArmCounts] = field(default_factory=dict)


class MetricsSource(Protocol):
    """Where a cutover's counts come from. `read` gives the complete intervals in (since, until],
    oldest first, or raises PassingFault or PermanentFault within some seconds.

    What is still to come (a late record) is left out at the end, so the next `since` is the `at`
    of the last sample that was given, not the last `until`. An interval whose counts will never
    come is given with None for the arm. A source is made once for a cutover and kept (some
    remember the counters of their last reading); it is called from one thread at a time.
    """

    def read(self, since: datetime, until: datetime) -> list[Sample]: ...


@runtime_checkable
class Checked(Protocol):
    """A source that can tell before the flip whether everything it is asked for is there. `check`
    changes nothing; raises PassingFault or PermanentFault where the far side does not answer, and
    BadInput, with the place in the config, where it answers and something is missing."""

    def check(self) -> None: ...
