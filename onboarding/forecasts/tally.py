"""Counts added up to hours: each second once, however often and in whatever pieces it is read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
LEAST_S = 1800.0  # counted seconds below which an hour is called missing


@dataclass(frozen=True)
class Interval:
    """Requests in [start, end); None where they are not known."""

    start: datetime
    end: datetime
    requests: float | None


@dataclass
class Tally:
    """Requests of an hour, and of how many of its seconds they are."""

    requests: float = 0.0
    seconds: float = 0.0


def hour_of(at: datetime) -> datetime:
    """The whole hour that `at` lies in."""
    return at.replace(minute=0, second=0, microsecond=0)


def first_hour(since: datetime) -> datetime:
    """The first hour that can be told of where counting begins at `since`."""
    whole = hour_of(since)
    return whole if (since - whole).total_seconds() <= LEAST_S else whole + HOUR


def add_up(
    intervals: Iterable[Interval], until: datetime
) -> tuple[dict[datetime, Tally], datetime]:
    """By hour what `intervals` (in order of time) hold beyond `until`, up to which all has been
    counted; and up to when it has now been. An interval that lies over an edge is split evenly."""
    found: dict[datetime, Tally] = {}
    for one in intervals:
        whole = (one.end - one.start).total_seconds()
        at = max(one.start, until)
        while one.requests is not None and at < one.end:
            edge = min(one.end, hour_of(at) + HOUR)
            seconds = (edge - at).total_seconds()
            tally = found.setdefault(hour_of(at), Tally())
            tally.requests += one.requests * seconds / whole
            tally.seconds += seconds
            at = edge
        until = max(until, one.end)
    return found, until
