"""What standing by weighs on somebody, in weighted hours. Pure.

A duty weighs its hours, those outside the person's own working hours (nights, weekends) twice; a
backup's count half and a shadow's a quarter. Held against availability, the share of a full week
that somebody works, so that half the week is asked half as much.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from onboarding.rosters.windows import Span, WorkingHours, inside_spans, out_of_hours

WEIGHT = {"primary": 1.0, "backup": 0.5, "shadow": 0.25}
FULL_WEEK = 40.0  # hours
LEAST = 0.05  # of availability: nobody counts as never there
QUARTER = timedelta(weeks=13)


@dataclass(frozen=True)
class Burden:
    """One duty as it weighs: `hours` in all, `outside` of them outside working hours."""

    role: str
    hours: float
    outside: float

    @property
    def weighted(self) -> float:
        """Weighted hours."""
        return WEIGHT[self.role] * (self.hours + self.outside)


def burden(role: str, working: WorkingHours, start: datetime, end: datetime) -> Burden:
    """A seat of `role` in [start, end), aware."""
    hours = (end - start) / timedelta(hours=1)
    return Burden(role, hours, out_of_hours(working, start, end))


def working_hours(timezone: str, hours: str, days: Iterable[int]) -> WorkingHours:
    """`"09:00-17:30"` and ISO weekdays as windows see them."""
    starts, _, ends = hours.partition("-")
    return WorkingHours(timezone, _minutes(starts), _minutes(ends), frozenset(days))


def _minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in order; those that overlap or touch are one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def hours_there(
    working: WorkingHours, away: Iterable[Span], start: datetime, end: datetime
) -> float:
    """Working hours in [start, end) less the times away, which may overlap."""
    inside = sum((b - a for a, b in inside_spans(working, start, end)), timedelta())
    return inside / timedelta(hours=1) - _hours_lost(working, away, start, end)


def _hours_lost(
    working: WorkingHours, away: Iterable[Span], start: datetime, end: datetime
) -> float:
    lost = timedelta()
    for first, last in merged(away):
        low, high = max(first, start), min(last, end)
        if low < high:
            lost += sum((b - a for a, b in inside_spans(working, low, high)), timedelta())
    return lost / timedelta(hours=1)


def availability(
    working: WorkingHours, away: Iterable[Span], start: datetime, end: datetime
) -> float:
    """The share of a full week that somebody works in [start, end), 0.05 to 1, from the hours of
    their week less those they are away."""
    weeks = (end - start) / timedelta(weeks=1)
    length = (working.end - working.start) % 1440 or 1440
    there = len(working.days) * length / 60 * weeks - _hours_lost(working, away, start, end)
    return round(min(1.0, max(LEAST, there / (FULL_WEEK * weeks))), 3)
