"""Growing totals that are pushed to us (OTLP's cumulative sums), as what they grew by. Pure.

An exporter tells the total of each of its counters again and again. Known of each exporter are the
totals of its last export; what came since is the difference. A total that fell, or that counts from
a later start, is of an exporter that was started anew: all its totals began again at nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from onboarding import clock
from onboarding.errors import BadInput

LONGEST = 300 * 10**9  # nanoseconds between two exports that still make an interval


@dataclass(frozen=True)
class Point:
    """One count of one arm. `starts` and `ends` in nanoseconds since the epoch; where it is a total
    `exporter` says whose (resource, scope and arm) and `series` which of its counters, else both
    are empty. `name` is the metric's, `place` its JSON path."""

    arm: str
    signal: str
    starts: int
    ends: int
    count: float
    name: str = ""
    place: str = ""
    exporter: str = ""
    series: str = ""


@dataclass(frozen=True)
class Totals:
    """What an exporter told last: when, and by series since when it counts and what it came to."""

    at: int
    series: Mapping[str, tuple[int, int]]


@dataclass
class Gained:
    """`points`: what came since the last export, as counts of intervals. `known`: by exporter, what
    is told now. `restarts`: in words, what began anew."""

    points: list[Point] = field(default_factory=list)
    known: dict[str, Totals] = field(default_factory=dict)
    restarts: list[str] = field(default_factory=list)


def gained(points: Sequence[Point], known: Mapping[str, Totals]) -> Gained:
    """What the totals among `points` grew by since those that are `known`; other points as they
    are. The first export of an exporter is the beginning and counts nothing, and so does one after
    a gap of over five minutes. The same export again adds nothing. Raises BadInput at the point
    where time goes backwards, and where two exporters push as one."""
    found = Gained([one for one in points if not one.exporter], dict(known))
    for (ends, exporter), its in _exports(points):
        before = found.known.get(exporter)
        now = _told(its)
        if before is not None and ends <= before.at:
            if ends < before.at or any(before.series.get(k) != v for k, v in now.items()):
                raise _backwards(its[0], before)
            continue
        if before is not None:
            _grown(found, its, before)
            now = {**before.series, **now} if not _anew(its, before) else now
        found.known[exporter] = Totals(ends, now)
    return found


def _exports(points: Sequence[Point]) -> list[tuple[tuple[int, str], list[Point]]]:
    """The totals by time and exporter, in the order of time."""
    found: dict[tuple[int, str], dict[str, Point]] = {}
    for one in points:
        if not one.exporter:
            continue
        first = found.setdefault((one.ends, one.exporter), {}).setdefault(one.series, one)
        if (first.starts, first.count) != (one.starts, one.count):
            raise _two(one, "is given twice with different totals")
    return [(key, list(its.values())) for key, its in sorted(found.items())]


def _told(its: Iterable[Point]) -> dict[str, tuple[int, int]]:
    return {one.series: (one.starts, int(one.count)) for one in its}


def _grown(found: Gained, its: Sequence[Point], before: Totals) -> None:
    """Add what one export tells beyond the one before. A counter that was not told before had not
    counted yet: it comes into being with the first error."""
    for one in its:
        if one.starts < before.series.get(one.series, (one.starts, 0))[0]:
            raise _two(one, f"counts from {_time(one.starts)}, before it was started last")
    fell = _anew(its, before)
    since = max(before.at, max(one.starts for one in its)) if fell else before.at
    overlaps = (
        fell is not None
        and before.series.get(fell.series, (fell.starts, 0))[0] < (fell.starts) < before.at
    )
    if fell is not None:
        was = before.series.get(fell.series, (0, 0))[1]
        found.restarts.append(
            f"{fell.name} of the {fell.arm} arm began anew ({was} before, {fell.count:.0f} now)"
        )
    if overlaps or its[0].ends - since > LONGEST:
        return
    for one in its:
        was = 0 if fell else before.series.get(one.series, (0, 0))[1]
        found.points.append(
            replace(one, starts=since, count=one.count - was, exporter="", series="")
        )


def _anew(its: Sequence[Point], before: Totals) -> Point | None:
    """The first counter that began again, where one did."""
    for one in its:
        starts, was = before.series.get(one.series, (one.starts, 0))
        if one.count < was or one.starts > starts:
            return one
    return None


def _two(one: Point, said: str) -> BadInput:
    return BadInput(
        f"{one.name} of the {one.arm} arm {said}",
        place=one.place,
        hint="two exporters push as one: give each a service.instance.id of its own; where it is one "
        "whose clock was set back, make a new token",
    )


def _backwards(one: Point, before: Totals) -> BadInput:
    same = one.ends == before.at
    said = "was pushed before, with other totals" if same else "goes back in time"
    return BadInput(
        f"{_time(one.ends)} for the {one.arm} arm {said}: {_time(before.at)} was pushed last",
        place=f"{one.place}.timeUnixNano",
        hint="push totals in the order of time, each once; set the clock of what pushes",
    )


def _time(nanos: int) -> str:
    try:
        return clock.iso(datetime.fromtimestamp(nanos // 1000 / 1e6, UTC))
    except (ValueError, OverflowError, OSError):
        return str(nanos)
