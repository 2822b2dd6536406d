"""What is odd in a history: gaps, outliers, clock changes; to be shown, and left out by a person."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Literal
from zoneinfo import ZoneInfo

from onboarding.forecasts.history import DAY_HOURS, HOUR, WEEK_HOURS

Kind = Literal["gap", "outlier", "clock"]
FAR = 6.0  # robust standard deviations
LEAST_RATIO = math.log(2)  # and at least twice, or half, of what is usual
MOST = 60


@dataclass(frozen=True)
class Mark:
    """`hours` hours from position `first` on, and why they are marked."""

    kind: Kind
    first: int
    hours: int
    what: str

    @property
    def end(self) -> int:
        """The position after the last hour."""
        return self.first + self.hours


def marks(
    values: Sequence[float], start: datetime, gaps: Collection[int], zone: str = "UTC"
) -> list[Mark]:
    """The marks of hourly `values` from `start` (UTC) on, in order of time; the longest 60 of them.
    `gaps` are positions that were filled in, `zone` that of the people whose traffic it is."""
    found = [
        *(Mark("gap", first, size, "missing, filled in") for first, size in _runs(sorted(gaps))),
        *_outliers(values, gaps),
        *_clock_changes(len(values), start, zone),
    ]
    found = sorted(found, key=lambda mark: -mark.hours)[:MOST]
    return sorted(found, key=lambda mark: (mark.first, mark.kind))


def _outliers(values: Sequence[float], gaps: Collection[int]) -> list[Mark]:
    """Hours far from the middle of the same hour of other weeks (of other days in short histories)."""
    missing = frozenset(gaps)
    period = WEEK_HOURS if len(values) >= 3 * WEEK_HOURS else DAY_HOURS
    if len(values) < 4 * DAY_HOURS:
        return []
    floor = 0.01 * sum(values) / len(values)
    if floor <= 0:
        return []
    usual = []
    for phase in range(period):
        here = [values[i] for i in range(phase, len(values), period) if i not in missing]
        usual.append(median(here) if here else 0.0)
    off = [
        math.log((value + floor) / (usual[i % period] + floor)) for i, value in enumerate(values)
    ]
    spread = 1.4826 * median(abs(x) for i, x in enumerate(off) if i not in missing)
    limit = max(FAR * spread, LEAST_RATIO)
    far = [i for i, x in enumerate(off) if abs(x) > limit and i not in missing]
    return [
        Mark("outlier", first, size, _said(max(off[first : first + size], key=abs)))
        for first, size in _runs(far)
    ]


def _said(off: float) -> str:
    ratio = math.exp(abs(off))
    return f"{ratio:.1f} times {'above' if off > 0 else 'below'} what is usual then"


def _clock_changes(hours: int, start: datetime, zone: str) -> list[Mark]:
    local = ZoneInfo(zone)
    found = []
    for day in range(0, hours, DAY_HOURS):
        first = (start + day * HOUR).astimezone(local).utcoffset()
        last = (start + min(day + DAY_HOURS, hours) * HOUR).astimezone(local).utcoffset()
        if first == last or first is None or last is None:
            continue
        at = next(
            i
            for i in range(day, day + DAY_HOURS + 1)
            if (start + i * HOUR).astimezone(local).utcoffset() != first
        )
        word = "forward" if last > first else "back"
        if at < hours:
            found.append(Mark("clock", at, 1, f"clocks are put {word} in {zone}"))
    return found


def _runs(positions: Sequence[int]) -> list[tuple[int, int]]:
    """Neighbouring positions as (first, how many)."""
    runs: list[tuple[int, int]] = []
    for i in positions:
        if runs and sum(runs[-1]) == i:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((i, 1))
    return runs
