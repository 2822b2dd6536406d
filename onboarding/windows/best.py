"""The best windows, the earliest one, and why none where there is none. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from onboarding.clock import iso
from onboarding.rosters.terms import PRIMARY, Person
from onboarding.rosters.windows import out_of_hours
from onboarding.windows.asked import Asked, Flip, Staff
from onboarding.windows.grid import DAY_SLOTS, HOUR_SLOTS, SLOT
from onboarding.windows.pricing import PARTS, TIGHT, TOO_EARLY, Priced

BEST = 5
APART = DAY_SLOTS // 2  # two of the best begin so many slots apart at least


@dataclass(frozen=True)
class Reason:
    """One sentence about a window. `points` is its part of the price; `good` whether it speaks for
    the window."""

    part: str
    words: str
    points: float
    good: bool


def best(found: Priced, most: int = BEST) -> list[int]:
    """The cheapest starts, no two within half a day of one another, cheapest first."""
    price = found.price.copy()
    chosen: list[int] = []
    while len(chosen) < most:
        start = int(np.argmin(price))
        if not np.isfinite(price[start]):
            break
        chosen.append(start)
        price[max(0, start - APART + 1) : start + APART] = np.inf
    return chosen


def earliest(found: Priced) -> int | None:
    """The first start that can be, whatever its price."""
    open_starts = np.flatnonzero(found.block < 0)
    return int(open_starts[0]) if len(open_starts) else None


def reasons(found: Priced, asked: Asked, flips: Sequence[Flip], start: int) -> list[Reason]:
    """Why this start costs what it does, in the order of `PARTS`."""
    grid = found.grid
    begin, end = grid.at(start), grid.at(start + grid.length)
    points = {name: float(found.parts[name][start]) for name in PARTS}
    said = [
        _of_people(found, start, points["people"]),
        *_of_traffic(found, asked, start, points),
        *_of_calendar(asked, begin, end, points["calendar"]),
        *_of_near(asked, flips, begin, end, points["near"]),
    ]
    if asked.suits is not None:
        outside = out_of_hours(asked.suits, begin, end)
        words = f"{outside:.1f} h do not suit the customer" if outside else "it suits the customer"
        said.append(Reason("suits", words, points["suits"], not outside))
    days = start / DAY_SLOTS
    words = f"{days:.0f} days to wait" if days >= 1.5 else "as soon as can be"
    said.append(Reason("wait", words, points["wait"], days < 7))
    return said


def _of_people(found: Priced, start: int, points: float) -> Reason:
    late = [team for team in found.teams if team.outside[start] > 0.05]
    short = [team.name for team in found.teams if team.short[start] > 0]
    words = "everybody within working hours"
    if late:
        words = "outside of working hours: " + ", ".join(
            f"{team.name} {team.outside[start]:.1f} h" for team in late
        )
    if short:
        words += f"; no backup for {', '.join(short)}"
    return Reason("people", words, points, not late and not short)


def _of_traffic(found: Priced, asked: Asked, start: int, points: dict[str, float]) -> list[Reason]:
    if not asked.traffic.rates:
        return [Reason("traffic", "no forecast: traffic and capacity are not known", 0.0, False)]
    low, free = float(found.low[start]), float(found.free[start])
    said = [Reason("traffic", f"traffic at {low:.0%} of its peak", points["traffic"], low < 0.5)]
    if asked.traffic.sites:
        words = f"{free:.0%} left free where it is tightest"
        spare = float(found.spare[start])
        if spare < 0:
            words += "; with the largest site lost the others would not hold it"
        said.append(Reason("capacity", words, points["capacity"], free >= TIGHT and spare >= 0))
    return said


def _of_calendar(asked: Asked, begin: datetime, end: datetime, points: float) -> list[Reason]:
    met = [one.name for one in asked.obstacles if one.start < end and begin < one.end]
    words = "meets " + ", ".join(met) if met else "no freeze, ship or holiday"
    return [Reason("calendar", words, points, not met)]


def _of_near(
    asked: Asked, flips: Sequence[Flip], begin: datetime, end: datetime, points: float
) -> list[Reason]:
    day = DAY_SLOTS * SLOT
    close = [one for one in flips if abs(one.start - begin) < day]
    same = [
        one for one in flips if one.start < end and begin < one.end and one.regions & asked.regions
    ]
    words = "no other flip within a day"
    if close:
        words = "within a day of " + ", ".join(f"“{one.title}”" for one in close[:3])
    if same:
        shared = sorted(frozenset[str]().union(*(one.regions & asked.regions for one in same)))
        words += f"; at the same time in {', '.join(shared)}: “{same[0].title}”"
    return [Reason("near", words, points, not close and not same)]


def why_none(found: Priced, asked: Asked, staff: Staff) -> list[str]:
    """Where no start can be: what stands in the way how often, then team by team why nobody."""
    if earliest(found) is not None:
        return []
    counts = Counter(found.blocks[int(number)] for number in found.block)
    said = [
        f"{words} ({count} of {found.grid.starts} starts)"
        for words, count in counts.most_common()
        if words != TOO_EARLY
    ]
    return said + funnels(found, asked, staff)


def funnels(found: Priced, asked: Asked, staff: Staff) -> list[str]:
    """For each team that could never send a primary: how few are left at each look, and what would
    help."""
    said = []
    for team in found.teams:
        if not team.unstaffable.all():
            continue
        need = next(n for n in staff.needs if (n.team, n.role) == (team.key, PRIMARY))
        people = [person for person in staff.people if person.team == team.key]
        may = [person for person in people if not person.trainee]
        skilled = [person for person in may if need.skills <= person.skills]
        looks = [f"{len(people)} in {team.name}", f"{len(may)} may stand by alone"]
        if need.skills:
            looks.append(f"{len(skilled)} with {' and '.join(sorted(need.skills))}")
        hours = asked.minutes / 60
        looks.append(f"{int(team.able.max())} free for {hours:g} h at once, needs {need.count}")
        said.append(" → ".join(looks) + _help(found, asked, skilled, may, people))
    return said


def _help(
    found: Priced,
    asked: Asked,
    skilled: Sequence[Person],
    may: Sequence[Person],
    people: Sequence[Person],
) -> str:
    if not people:
        return ": add somebody to the team"
    if not may:
        return ": vouch for a trainee"
    if not skilled:
        return ": train somebody for it"
    back = [end for person in skilled for _start, end in person.away if end > asked.not_before]
    if back:
        return (
            f": the first is back on {min(back):%d %b %Y}; look from then on, or shorten the plan"
        )
    return ": shorten the plan, or move one of their other duties"


def document(found: Priced, asked: Asked, staff: Staff, flips: Sequence[Flip]) -> dict[str, Any]:
    """Everything the page shows, as plain JSON: each start's price (None: it cannot be), its parts
    and the number of what blocks it, the best windows and the earliest with their reasons."""
    price = found.price
    first = earliest(found)
    return {
        "origin": iso(found.grid.origin),
        "minutes": found.grid.length * 30,
        "price": [round(float(p), 1) if np.isfinite(p) else None for p in price],
        "parts": {name: [round(float(x), 1) for x in found.parts[name]] for name in PARTS},
        "block": [int(number) for number in found.block],
        "blocks": list(found.blocks),
        "best": [window(found, asked, flips, start) for start in best(found)],
        "earliest": window(found, asked, flips, first) if first is not None else None,
        "why": why_none(found, asked, staff),
        "teams": [
            {"name": team.name, "people": sum(p.team == team.key for p in staff.people)}
            for team in found.teams
        ],
        "forecast": bool(asked.traffic.rates),
    }


def window(found: Priced, asked: Asked, flips: Sequence[Flip], start: int) -> dict[str, Any]:
    """One window with its price and reasons, as plain JSON."""
    grid = found.grid
    return {
        "slot": start,
        "start": iso(grid.at(start)),
        "end": iso(grid.at(start + grid.length)),
        "price": round(float(found.price[start]), 1),
        "reasons": [
            {"part": r.part, "words": r.words, "points": round(r.points, 1), "good": r.good}
            for r in reasons(found, asked, flips, start)
        ],
    }


__all__ = ["BEST", "HOUR_SLOTS", "best", "document", "earliest", "reasons", "why_none", "window"]
