"""Working hours on the wall clock, and how much of a duty falls outside them. Pure.

Working hours are what the wall clock shows: on the night a zone changes its offset, 01:30 to 04:00 is
shorter or longer than two and a half hours, and a duty is measured against what the clock then shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
REST = timedelta(hours=11)

Span = tuple[datetime, datetime]
"""From (inclusive) to (exclusive)."""


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """`start` and `end` in minutes after midnight in the IANA zone `tz`, on ISO weekdays `days` (1 = Monday).

    `end` <= `start` is a night shift: it ends on the following day and belongs to the day it starts on.
    """

    tz: str
    start: int
    end: int
    days: frozenset[int]


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises ValueError where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(f"no such zone: {name}") from error


def out_of_hours(working: WorkingHours, start: datetime, end: datetime) -> float:
    """Hours of [start, end) that lie outside `working`. Both times are aware."""
    inside = sum((b - a for a, b in inside_spans(working, start, end)), timedelta())
    return (end - start - inside) / timedelta(hours=1)


def inside_spans(working: WorkingHours, start: datetime, end: datetime) -> Iterator[Span]:
    """The parts of [start, end) that lie inside `working`, in order, in UTC, not overlapping."""
    tz = zone(working.tz)
    for piece_start, piece_end in _steady_pieces(tz, start.astimezone(UTC), end.astimezone(UTC)):
        offset = _offset(tz, piece_start)
        wall_start = (piece_start + offset).replace(tzinfo=None)
        wall_end = (piece_end + offset).replace(tzinfo=None)
        for a, b in _wall_spans(working, wall_start.date() - DAY, wall_end.date()):
            low, high = max(a, wall_start), min(b, wall_end)
            if low < high:
                yield low.replace(tzinfo=UTC) - offset, high.replace(tzinfo=UTC) - offset


def _wall_spans(working: WorkingHours, first: date, last: date) -> Iterator[Span]:
    """Working spans that begin on the wall-clock days `first` to `last`, as naive times."""
    length = (
        (working.end - working.start)
        if working.end > working.start
        else (working.end + 1440 - working.start)
    )
    day = first
    while day <= last:
        if day.isoweekday() in working.days:
            begin = datetime.combine(day, time()) + timedelta(minutes=working.start)
            yield begin, begin + timedelta(minutes=length)
        day += DAY


def _steady_pieces(tz: ZoneInfo, start: datetime, end: datetime) -> Iterator[Span]:
    """[start, end) cut where the zone's offset changes, so that each piece has one offset."""
    begin = at = start
    while at < end:
        step = min(at + DAY, end)
        if _offset(tz, at) != _offset(tz, step):
            change = _change_between(tz, at, step)
            if change < end:
                yield begin, change
                begin = change
        at = step
    yield begin, end


def _change_between(tz: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first instant in (low, high] with another offset than `low`, to the second; at most one change a day."""
    before = _offset(tz, low)
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle <= low:
            break
        low, high = (middle, high) if _offset(tz, middle) == before else (low, middle)
    return high


def _offset(tz: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(tz).utcoffset()
    assert offset is not None
    return offset
