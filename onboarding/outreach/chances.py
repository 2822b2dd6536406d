"""Chances: what a live customer could gain by another round. Pure.

Each rule reads a week of figures and proposes nothing it cannot see.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

#: Each chance as a colleague reads it.
CHANCES = {
    "offload": "the hit ratio stays behind the customer's goal",
    "ttl": "lifetimes in the cache look too short: misses come evenly at all hours",
    "purges": "the whole cache is emptied again and again",
    "logs": "log streaming was left out",
}
BEHIND = 2.0  # percent points below the goal from which on it counts
ROOM = 10.0  # percent points below what could be cached
LEAST = 10_000  # requests in the days that are looked at
DAYS = 3  # with figures, at least
EVEN = 0.15  # the hit ratio's days differ by no more than this part of the misses
STORMS = 3  # in a week


@dataclass(frozen=True)
class Day:
    """One day's counts on the new path."""

    requests: int
    misses: int


@dataclass(frozen=True)
class Known:
    """What is known of a live turn-up. `days`: those with counts of misses, newest last; `goal`:
    offload in percent; `cacheable`: percent of the requests that could be cached; `storms`: times
    within a week that misses rose at once and fell again by themselves; `logs`: True where log
    streaming is wanted or set up, None where nobody can tell."""

    days: Sequence[Day] = ()
    goal: float | None = None
    cacheable: float | None = None
    storms: int = 0
    logs: bool | None = None


@dataclass(frozen=True)
class Chance:
    """A key of `CHANCES`, with what was seen (how often the cache was emptied, else percent of the
    requests) and what could be, in percent."""

    key: str
    observed: float | None = None
    could: float | None = None


def offload(days: Sequence[Day]) -> float | None:
    """Percent of the requests answered from the cache; None where too little is known."""
    requests = sum(day.requests for day in days)
    if len(days) < DAYS or requests < LEAST:
        return None
    return 100.0 * (1.0 - sum(day.misses for day in days) / requests)


def even(days: Sequence[Day]) -> bool:
    """Whether the misses are about the same part every day."""
    rates = [day.misses / day.requests for day in days if day.requests]
    return bool(rates) and max(rates) - min(rates) <= EVEN * max(rates)


def chances(known: Known) -> Iterator[Chance]:
    """What could be proposed, the most telling first; of the hit ratio one thing only."""
    hit = offload(known.days)
    if known.storms >= STORMS:
        yield Chance("purges", known.storms)
    elif hit is not None and known.cacheable is not None and _short(hit, known):
        yield Chance("ttl", hit, known.cacheable)
    elif hit is not None and known.goal is not None and hit < known.goal - BEHIND:
        yield Chance("offload", hit, known.goal)
    if known.logs is False:
        yield Chance("logs")


def _short(hit: float, known: Known) -> bool:
    assert known.cacheable is not None
    return hit < known.cacheable - ROOM and even(known.days)
