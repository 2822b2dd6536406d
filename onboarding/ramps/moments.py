"""What is kept of a run's seconds: ten at a time, each alone around an alarm. Pure.

A run keeps `MOST` moments at most: when there are more, neighbours are put together two by two
and the moments to come are twice as long. So the first hours of a flip are kept by 10 seconds and
a week of it by some minutes, and what an alarm looked like is kept second by second for good.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from onboarding.metrics.base import ArmCounts, Sample

EVERY_S = 10.0
AFTER_ALARM_S = 30.0  # seconds that are kept one by one after an alarm; before it, up to EVERY_S
MOST = 2000
PARTS = ("requests", "errors", "slow", "misses")
Arm = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """Some seconds that end at `at`; the fields are those of `models.Moment`."""

    at: datetime
    seconds: float
    state: str
    step: int
    share: float | None
    counted_at: datetime | None = None
    moved: Arm | None = None
    control: Arm | None = None
    evidence: Mapping[str, float] = field(default_factory=dict)
    fine: bool = False


def together(seen: Sequence[Seen]) -> Seen:
    """Neighbours as one: counts added up, the highest evidence, and where the last of them stood."""
    last = seen[-1]
    evidence: dict[str, float] = {}
    for one in seen:
        for signal, value in one.evidence.items():
            evidence[signal] = max(value, evidence.get(signal, 0.0))
    counted = [one.counted_at for one in seen if one.counted_at is not None]
    return replace(
        last,
        seconds=sum(one.seconds for one in seen),
        counted_at=counted[-1] if counted else None,
        moved=_sum([one.moved for one in seen]),
        control=_sum([one.control for one in seen]),
        evidence=evidence,
    )


def _sum(arms: Iterable[Arm | None]) -> dict[str, Any] | None:
    known = [arm for arm in arms if arm is not None]
    if not known:
        return None
    names = dict.fromkeys(name for arm in known for name in arm)
    return {name: _total([arm.get(name) for arm in known]) for name in names}


def _total(values: Sequence[Any]) -> Any:
    """The sum, None where one of them is not known."""
    return None if None in values else sum(values)


class Gathering:
    """What one run has seen and not yet kept. `kept` moments are there already, the last that is
    not fine `every` seconds long. `phase`: the first ones come this much sooner, so that runs whose
    leases were taken together are not all written in the same tick."""

    def __init__(self, kept: int = 0, every: float = EVERY_S, phase: float = 0.0) -> None:
        self.kept, self.every = kept, max(EVERY_S, every)
        self.sooner = phase % self.every
        self.samples: list[Sample] = []
        self.ticks: list[Seen] = []
        self.fine_s = 0.0

    def took(self, samples: Sequence[Sample]) -> None:
        """Counts came."""
        self.samples.extend(samples)

    def alarm(self) -> None:
        """What is seen now is kept second by second."""
        self.fine_s = AFTER_ALARM_S

    def tick(self, now: Seen) -> list[Seen]:
        """`now`, without its counts, is over: what is to be kept by now, oldest first."""
        counted = [s for s in self.samples if s.moved is not None or s.control is not None]
        moved = _sum(_arm(s.moved, s.seconds) for s in counted)
        control = _sum(_arm(s.control, s.seconds) for s in counted)
        counted_at = counted[-1].at if counted else None
        self.samples = []
        left = self.rest() if self.ticks and self.ticks[-1].share != now.share else []
        self.ticks.append(replace(now, moved=moved, control=control, counted_at=counted_at))
        if self.fine_s > 0:
            self.fine_s -= now.seconds
            return left + self._kept([replace(tick, fine=True) for tick in self.ticks])
        if sum(tick.seconds for tick in self.ticks) >= self.every - self.sooner - 0.5:
            self.sooner = 0.0
            return left + self._kept([together(self.ticks)])
        return left

    def rest(self) -> list[Seen]:
        """What is left at the end of a run."""
        return self._kept([together(self.ticks)] if self.ticks else [])

    def _kept(self, rows: list[Seen]) -> list[Seen]:
        self.ticks, self.kept = [], self.kept + len(rows)
        return rows

    @property
    def too_many(self) -> bool:
        """Whether neighbours are to be put together."""
        return self.kept > MOST

    def halved(self, kept: int) -> None:
        """Neighbours were put together: `kept` are left, and those to come are longer."""
        self.kept, self.every = kept, self.every * 2


def pairs(seen: Sequence[Seen]) -> list[tuple[int, int]]:
    """Indices of neighbours to be put together: not those around an alarm, nor across two states
    or steps."""
    found, at = [], 0
    while at + 1 < len(seen):
        one, other = seen[at], seen[at + 1]
        same = (one.state, one.step, one.fine) == (other.state, other.step, other.fine)
        if same and not one.fine:
            found.append((at, at + 1))
            at += 1
        at += 1
    return found


def _arm(arm: ArmCounts | None, seconds: float) -> Arm | None:
    if arm is None:
        return None
    return {
        "seconds": seconds,
        **{part: getattr(arm, part) for part in PARTS},
        **(arm.origins._asdict() if arm.origins else {}),
    }
