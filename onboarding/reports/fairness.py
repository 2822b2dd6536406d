"""How evenly load is carried, and how much of a duty falls into the night. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from onboarding.rosters.windows import WorkingHours, inside_spans

NIGHT_FROM, NIGHT_TO = 22 * 60, 6 * 60  # minutes after midnight on the person's wall clock
EVERY_DAY = frozenset(range(1, 8))


def gini(values: Sequence[float]) -> float:
    """Gini's coefficient of values from 0 on: 0 where all carry the same, near 1 where one carries
    all; 0 where nobody carries anything."""
    total, count = sum(values), len(values)
    if not total:
        return 0.0
    weighted = sum(place * value for place, value in enumerate(sorted(values), start=1))
    return max(0.0, 2 * weighted / (count * total) - (count + 1) / count)


def night_hours(timezone: str, start: datetime, end: datetime) -> float:
    """Hours of [start, end) between 22:00 and 06:00 on the wall clock of `timezone`."""
    night = WorkingHours(timezone, NIGHT_FROM, NIGHT_TO, EVERY_DAY)
    inside = sum((b - a for a, b in inside_spans(night, start, end)), timedelta())
    return inside / timedelta(hours=1)


def works_at(working: WorkingHours, at: datetime) -> bool:
    """Whether `at` lies within somebody's working hours."""
    return any(True for _ in inside_spans(working, at, at + timedelta(seconds=1)))
