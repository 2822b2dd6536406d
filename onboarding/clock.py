"""The one source of the time. Tests and the practice world replace it here."""

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The current time, aware, in UTC."""
    return datetime.now(UTC)


def ticks() -> float:
    """Seconds on a clock that nobody sets; only differences mean anything. It may stand still
    while the machine is suspended."""
    return time.monotonic()


def iso(at: datetime) -> str:
    """`at` as ISO 8601 in UTC with `Z`, to the second, or to the microsecond where it has any."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """An aware UTC datetime from ISO 8601; a time without an offset is UTC. Raises ValueError."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def spoken(start: datetime, end: datetime, zone: str) -> str:
    """A window on the wall clocks of `zone`: "Tue 01 Dec 2026 09:00 to 13:00 CET". Where the clocks
    change within it, both names of the zone are said."""
    begin, finish = start.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    until = f"{finish:%H:%M}" if begin.date() == finish.date() else f"{finish:%a %d %b %H:%M}"
    first = f" {begin.tzname()}" if begin.tzname() != finish.tzname() else ""
    return f"{begin:%a %d %b %Y %H:%M}{first} to {until} {finish.tzname()}"
