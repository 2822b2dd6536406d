"""Whose turn it is on a team's rotation, and where nobody's is. Pure.

A layer hands over at a time of day in a zone of its own: several layers follow the sun. Turns are
worked out in the layer's local time and only then made UTC, so that a hand-over at 09:00 is at
09:00 on both sides of a change of clocks. A local time that a change of clocks skips is read with
the offset before it, one that comes twice is its first (PEP 495, fold 0).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from onboarding.errors import BadInput
from onboarding.zones import zones

#: The days between which a layer may begin: no zone carries a turn out of the calendar.
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Layer:
    """One part of a rotation. `starts` and `ends` are local times in `zone`: an end that is not
    after the start is on the next day. A turn is on each of `days` (ISO 1 to 7, of its start);
    after `turn_days` days the next of `people` follows, the first from `since` on."""

    name: str
    zone: str
    starts: time
    ends: time
    days: tuple[int, ...]
    people: tuple[int, ...]
    turn_days: int
    since: date


@dataclass(frozen=True)
class Turn:
    """Somebody's turn: from `start` to `end`, aware. `layer` is its name, or why it was changed."""

    person: int
    start: datetime
    end: datetime
    layer: str = ""


@dataclass(frozen=True)
class Gap:
    """A time in which nobody has a turn."""

    start: datetime
    end: datetime


def check(layer: Layer) -> None:
    """Raises BadInput naming the field that makes no layer."""
    if not layer.name.strip() or len(layer.name) > 60:
        raise BadInput("a layer needs a name", place="name", hint="such as London day")
    if layer.zone not in zones():
        hint = "like Europe/London"
        raise BadInput(f"{layer.zone!r} is not a time zone", place="zone", hint=hint)
    if not layer.days or not set(layer.days) <= set(range(1, 8)):
        raise BadInput("a layer needs days", place="days", hint="1 (Monday) to 7")
    if not layer.people or len(set(layer.people)) != len(layer.people):
        raise BadInput("a layer needs people, each once", place="people", hint="in their order")
    if not FIRST <= layer.since <= LAST:
        hint = f"between {FIRST} and {LAST}"
        raise BadInput(f"{layer.since} is no day to begin", place="since", hint=hint)
    if not 1 <= layer.turn_days <= 28:
        hint = "1 for a daily hand-over, 7 for a weekly one, 28 at most"
        raise BadInput("this is no length of a turn", place="turn_days", hint=hint)


def turns(
    layers: Iterable[Layer],
    overrides: Sequence[Turn],
    since: datetime,
    until: datetime,
    planned: Sequence[Turn] = (),
) -> list[Turn]:
    """Every turn that touches [since, until), by start, of the layers and of those `planned`
    elsewhere; whoever stands in by an override has the whole of its time, the last of two that
    overlap, and the turns beneath it are cut."""
    found = [turn for layer in layers for turn in _of(layer, since, until)]
    found += [turn for turn in planned if turn.start < until and turn.end > since]
    for one in overrides:
        if one.start < until and one.end > since:
            found = [rest for turn in found for rest in _without(turn, one)] + [one]
    return sorted(found, key=lambda turn: (turn.start, turn.end, turn.person))


def _of(layer: Layer, since: datetime, until: datetime) -> list[Turn]:
    zone, found = ZoneInfo(layer.zone), []
    day = max(layer.since, since.astimezone(zone).date() - timedelta(days=2))
    while (start := _at(day, layer.starts, zone)) < until:
        over_night = layer.ends <= layer.starts
        end = _at(day + timedelta(days=1) if over_night else day, layer.ends, zone)
        if day.isoweekday() in layer.days and end > since:
            turn = (day - layer.since).days // layer.turn_days
            person = layer.people[turn % len(layer.people)]
            found.append(Turn(person, start, end, layer.name))
        day += timedelta(days=1)
    return found


def _at(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _without(turn: Turn, one: Turn) -> list[Turn]:
    """What is left of `turn` beside `one`."""
    if one.end <= turn.start or one.start >= turn.end:
        return [turn]
    before = replace(turn, end=one.start)
    after = replace(turn, start=one.end)
    return [rest for rest in (before, after) if rest.start < rest.end]


def gaps(
    found: Iterable[Turn],
    away: Iterable[Turn],
    since: datetime,
    until: datetime,
) -> list[Gap]:
    """The times in [since, until) in which nobody has a turn, or only somebody who is away then
    (`away`: a Turn for each time that somebody is)."""
    absent = list(away)
    there = [turn for turn in found if turn.start < until and turn.end > since]
    for one in absent:
        there = [
            rest
            for turn in there
            for rest in (_without(turn, one) if turn.person == one.person else [turn])
        ]
    empty, at = [], since
    for turn in sorted(there, key=lambda turn: turn.start):
        if turn.start > at:
            empty.append(Gap(at, turn.start))
        at = max(at, turn.end)
    return [*empty, Gap(at, until)] if at < until else empty


def now_and_next(found: Sequence[Turn], at: datetime) -> tuple[list[Turn], list[Turn]]:
    """Those whose turn it is at `at`, and the turns that begin next."""
    on = [turn for turn in found if turn.start <= at < turn.end]
    coming = [turn for turn in found if turn.start > at]
    first = min((turn.start for turn in coming), default=None)
    return on, [turn for turn in coming if turn.start == first]
