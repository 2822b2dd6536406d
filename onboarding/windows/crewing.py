"""At which starts the teams could fill their seats, and how far outside of working hours. Pure.

Who sits where is for the roster's solver; this looks at what is there to choose from.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from onboarding.rosters.terms import PRIMARY, SHADOW, Need, Person
from onboarding.rosters.windows import REST, WorkingHours, inside_spans, out_of_hours
from onboarding.windows.asked import Duty, Flip, Staff
from onboarding.windows.grid import Column, Grid, Marks

HALF = 0.5  # hours of a slot; and what an hour of a backup weighs


@dataclass(frozen=True)
class Team:
    """One team over all starts: `able` people for its first primary, hours outside of working time
    of those who would take its seats (a backup's count half), seats that would stay empty."""

    key: str
    name: str
    able: Column
    outside: Column
    short: Column
    unstaffable: Marks


def crews(grid: Grid, staff: Staff, flips: Sequence[Flip]) -> list[Team]:
    """Every team that a flip needs, in order of its needs."""
    inside = _inside(grid, staff.people)
    found = []
    for key in dict.fromkeys(need.team for need in staff.needs):
        people = [person for person in staff.people if person.team == key]
        needs = [need for need in staff.needs if need.team == key and need.role != SHADOW]
        outside, able = _each(grid, people, inside, staff.duties)
        claimed = _claimed(grid, flips, sum(need.count for need in needs))
        name = staff.name(key)
        found.append(_team(grid, key, name, people, needs, outside, able, claimed, staff.ending))
    return found


def _team(
    grid: Grid,
    key: str,
    name: str,
    people: Sequence[Person],
    needs: Sequence[Need],
    outside: Column,
    able: Marks,
    claimed: Column,
    ending: Mapping[tuple[str, str], datetime],
) -> Team:
    """Seats are taken by those least outside of their hours, primaries first."""
    total, short = np.zeros(grid.starts), np.zeros(grid.starts)
    unstaffable = np.zeros(grid.starts, dtype=bool)
    first, taken = None, 0
    for need in sorted(needs, key=lambda one: one.role != PRIMARY):
        ready = able.copy()
        for row, person in enumerate(people):
            ready[row] &= _may(grid, person, need, ending)
        left = np.maximum(0.0, ready.sum(axis=0) - claimed)
        first = left if first is None else first
        costs = np.sort(np.where(ready, outside, np.inf), axis=0)
        weight = 1.0 if need.role == PRIMARY else HALF
        for seat in range(taken, taken + need.count):
            here = costs[seat] if seat < len(costs) else np.full(grid.starts, np.inf)
            empty = ~np.isfinite(here) | (left <= seat)
            total += np.where(np.isfinite(here), here, 0.0) * weight
            short += empty
            if need.role == PRIMARY:
                unstaffable |= empty
        taken += need.count
    able_first = first if first is not None else np.zeros(grid.starts)
    return Team(key, name, able_first, total, short, unstaffable)


def _may(
    grid: Grid, person: Person, need: Need, ending: Mapping[tuple[str, str], datetime]
) -> Marks:
    """At which starts the person may take such a seat: the skills last to the end of the window."""
    marks = np.full(grid.starts, not person.trainee and need.skills <= person.skills)
    for skill in need.skills:
        end = ending.get((person.id, skill))
        if end is not None:
            marks &= ~grid.meets(grid.touched([(end, max(end, grid.end))]))
    return marks


def _inside(grid: Grid, people: Sequence[Person]) -> dict[WorkingHours, Column]:
    """Hours inside working time over each window, one column for all who work alike."""
    found: dict[WorkingHours, Column] = {}
    for person in people:
        if person.working not in found:
            spans = inside_spans(person.working, grid.origin, grid.end)
            found[person.working] = HALF * grid.total(grid.part(spans))
    return found


def _each(
    grid: Grid,
    people: Sequence[Person],
    inside: dict[WorkingHours, Column],
    duties: Sequence[Duty],
) -> tuple[Column, Marks]:
    """For each person and start: hours outside of working time, and whether they could come."""
    outside = np.empty((len(people), grid.starts))
    able = np.ones((len(people), grid.starts), dtype=bool)
    mine: dict[str, list[Duty]] = {}
    for duty in duties:
        mine.setdefault(duty.person, []).append(duty)
    for row, person in enumerate(people):
        outside[row] = np.maximum(0.0, HALF * grid.length - inside[person.working])
        if person.away:
            able[row] &= ~grid.meets(grid.touched(person.away))
        for duty in mine.get(person.id, ()):
            able[row] &= ~_too_near(grid, person, duty, outside[row])
    return outside, able


def _too_near(grid: Grid, person: Person, duty: Duty, outside: Column) -> Marks:
    """The same time, or less than eleven hours of rest where either lies outside their hours."""
    same = grid.meets(grid.touched([(duty.start, duty.end)]))
    tired = grid.meets(grid.touched([(duty.start - REST, duty.end + REST)]))
    if out_of_hours(person.working, duty.start, duty.end) > 0:
        return same | tired
    found: Marks = same | (tired & (outside > 0))
    return found


def _claimed(grid: Grid, flips: Sequence[Flip], seats: int) -> Column:
    """Places that flips without a roster will need of the team at the same time."""
    claimed = np.zeros(grid.starts)
    for flip in flips:
        if flip.unstaffed:
            claimed += seats * grid.meets(grid.touched([(flip.start, flip.end)]))
    return claimed
