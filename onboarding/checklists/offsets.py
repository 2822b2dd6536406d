"""Times relative to T, the planned start of the cutover, and plain durations.

`T-7d` is seven days before T, `T+30m` half an hour after, `T` the start itself. Units: m, h, d, w.
A day is 24 hours: an item due at `T-1d` moves with T across a change to summer time.
"""

import re
from datetime import datetime, timedelta

_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"([0-9]{1,5})([mhdw])")
_OFFSET = re.compile(r"T(?:([+-])([0-9]{1,5}[mhdw]))?")
LONGEST = timedelta(days=730)


def parse_duration(text: str) -> timedelta:
    """A duration from `15m`, `2h`, `3d` or `2w`. Raises ValueError, also beyond two years."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError("expected a number and one of m, h, d, w, such as 15m or 2h")
    span = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if span > LONGEST:
        raise ValueError("expected at most two years")
    return span


def parse_offset(text: str) -> timedelta:
    """An offset from T from `T`, `T-7d`, `T+3d`. Raises ValueError."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError("expected T, T-7d, T-24h or T+3d (units m, h, d, w)")
    if match[1] is None:
        return timedelta()
    span = parse_duration(match[2])
    return -span if match[1] == "-" else span


def show_duration(span: timedelta) -> str:
    """A whole number of minutes in days, hours or minutes, the largest that divides it."""
    minutes = int(span.total_seconds()) // 60
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def show_offset(offset: timedelta) -> str:
    """The text that `parse_offset` reads back as this offset."""
    if not offset:
        return "T"
    return f"T-{show_duration(-offset)}" if offset < timedelta() else f"T+{show_duration(offset)}"


def due_at(offset: timedelta | None, cutover_at: datetime | None) -> datetime | None:
    """When an item is due: None without an offset, and until T is known."""
    return None if offset is None or cutover_at is None else cutover_at + offset
