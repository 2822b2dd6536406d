"""What each start of a window costs and why, or why it cannot be. Pure.

The price is in points; a point is an hour that one person stands by outside of their working hours
(a backup's hour is half a one). `RATES` says what else is worth how much.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from onboarding.rosters.windows import inside_spans
from onboarding.windows.asked import Asked, Flip, Obstacle, SiteRoom, Staff
from onboarding.windows.crewing import Team, crews
from onboarding.windows.grid import (
    DAY_SLOTS,
    HOUR_SLOTS,
    SLOT,
    Column,
    Grid,
    Marks,
    by_hour,
    least_ahead,
)

#: Points. `traffic`: an hour at the peak; `tight`: a site with nothing left free, falling to none
#: where a fifth is; `empty`: a backup seat that nobody could take; `near`: another flip at the same
#: time, falling to none a day apart; `suits`: a window that does not suit the customer at all;
#: `wait`: a day later; `lost`: the sites that remain when the largest is lost lack a fifth of a
#: limit, falling to none where they hold everybody; `region`: another customer's flip in the same region at the same time.
RATES: Mapping[str, float] = {
    "traffic": 4.0, "tight": 20.0, "empty": 6.0, "near": 6.0, "suits": 12.0, "wait": 0.5,
    "region": 10.0, "lost": 10.0,
}  # fmt: skip
PARTS = ("people", "traffic", "capacity", "calendar", "near", "suits", "wait")
TOO_EARLY = "the window would begin too early"
TIGHT = 0.2  # of a limit left free
AFTER_HOURS = 7 * 24  # what is moved stays: it is looked at so far beyond the window


@dataclass(frozen=True)
class Priced:
    """Over all starts: `parts` of the price by name, and `block`, the number in `blocks` of the
    first reason why a start cannot be (-1: it can). `free` is the least part of a site's limit left
    free within the window (1 where nothing is known), `spare` the same were the largest site lost
    (below 0: the others would not hold), `low` the mean traffic over its peak."""

    grid: Grid
    parts: Mapping[str, Column]
    block: np.ndarray[tuple[int], np.dtype[np.int64]]
    blocks: tuple[str, ...]
    teams: tuple[Team, ...]
    low: Column
    free: Column
    spare: Column

    @property
    def price(self) -> Column:
        """Points of each start; infinite where it cannot be."""
        total = np.sum([self.parts[name] for name in PARTS], axis=0)
        found: Column = np.where(self.block < 0, total, np.inf)
        return found


def priced(asked: Asked, staff: Staff, flips: Sequence[Flip]) -> Priced:
    """Every start from `asked.not_before` on. `flips` are the other cutovers."""
    origin = asked.not_before.replace(minute=0, second=0, microsecond=0)
    grid = Grid(origin, asked.days * DAY_SLOTS, max(1, -(-asked.minutes // 30)))
    teams = crews(grid, staff, flips)
    stops = _Stops(grid)
    too_early = np.arange(grid.starts) < (asked.not_before - origin) / SLOT
    stops.add(TOO_EARLY, too_early)
    for obstacle in asked.obstacles:
        if obstacle.hard:
            stops.add(f"meets {obstacle.name}", _met(grid, obstacle.start, obstacle.end))
    for flip in flips:
        if flip.customer == asked.customer:
            stops.add(
                f"the customer is switched by “{flip.title}” then", _met(grid, flip.start, flip.end)
            )
    for team in teams:
        stops.add(f"{team.name}: nobody could be primary", team.unstaffable)
    low, free, where = traffic_and_room(grid, asked)
    for name, marks in where:
        stops.add(f"it would not fit on {name}", marks)
    spare = room_without_largest(grid, asked)
    parts = _parts(grid, asked, teams, flips, low, free)
    parts["capacity"] += RATES["lost"] * np.clip(-spare / TIGHT, 0.0, 1.0)
    return Priced(grid, parts, stops.block, tuple(stops.words), tuple(teams), low, free, spare)


class _Stops:
    """The first reason against each start."""

    def __init__(self, grid: Grid) -> None:
        self.block = np.full(grid.starts, -1, dtype=np.int64)
        self.words: list[str] = []

    def add(self, words: str, marks: Marks) -> None:
        if marks.any():
            self.block[(self.block < 0) & marks] = len(self.words)
            self.words.append(words)


def _parts(
    grid: Grid,
    asked: Asked,
    teams: Sequence[Team],
    flips: Sequence[Flip],
    low: Column,
    free: Column,
) -> dict[str, Column]:
    hours = grid.length / HOUR_SLOTS
    zero = np.zeros(grid.starts)
    outside = sum((team.outside for team in teams), zero)
    short = sum((team.short for team in teams), zero)
    near = zero if asked.near else closeness(grid, list(flips))
    for flip in flips:
        if flip.customer != asked.customer and flip.regions & asked.regions:
            near = near + RATES["region"] * _met(grid, flip.start, flip.end)
    return {
        "people": outside + RATES["empty"] * short,
        "traffic": RATES["traffic"] * hours * low,
        "capacity": RATES["tight"] * np.clip((TIGHT - free) / TIGHT, 0.0, 1.0),
        "calendar": _calendar(grid, asked.obstacles),
        "near": near,
        "suits": _suits(grid, asked),
        "wait": RATES["wait"] * np.arange(grid.starts) / DAY_SLOTS,
    }


def closeness(grid: Grid, flips: Sequence[Flip]) -> Column:
    """Points for beginning within a day of other flips: each half hour of the day after the start
    in which another one began less than a day ago counts once, however many those are."""
    busy = np.zeros(grid.starts + 2 * DAY_SLOTS)
    for flip in flips:
        first = grid.nearest(flip.start)
        low, high = max(0, first), min(len(busy), first + DAY_SLOTS)
        if low < high:
            busy[low:high] = 1.0
    sums = np.concatenate([[0.0], np.cumsum(busy)])
    within = sums[DAY_SLOTS : DAY_SLOTS + grid.starts] - sums[: grid.starts]
    found: Column = RATES["near"] * within / DAY_SLOTS
    return found


def _calendar(grid: Grid, obstacles: Sequence[Obstacle]) -> Column:
    points = np.zeros(grid.starts)
    for obstacle in obstacles:
        if not obstacle.hard:
            points += obstacle.points * _met(grid, obstacle.start, obstacle.end)
    return points


def _suits(grid: Grid, asked: Asked) -> Column:
    if asked.suits is None:
        return np.zeros(grid.starts)
    inside = grid.total(grid.part(inside_spans(asked.suits, grid.origin, grid.end)))
    found: Column = RATES["suits"] * (1.0 - inside / grid.length)
    return np.maximum(0.0, found)


def _met(grid: Grid, start: object, end: object) -> Marks:
    return grid.meets(grid.touched([(start, end)]))  # type: ignore[list-item]


def traffic_and_room(grid: Grid, asked: Asked) -> tuple[Column, Column, list[tuple[str, Marks]]]:
    """Over all starts: the mean traffic over its peak, the least part of a limit left free within
    the window, and where it would not fit: (site, starts), with what is moved staying for a week."""
    traffic = asked.traffic
    if not traffic.rates or traffic.peak <= 0:
        return np.zeros(grid.starts), np.ones(grid.starts), []
    rates = by_hour(traffic.rates, grid.slots)
    low = grid.total(_padded(rates, grid.slots, traffic.rates[-1])) / grid.length / traffic.peak
    free = np.ones(grid.starts)
    where = []
    for site in traffic.sites:
        least, after = _of_site(grid, asked, site)
        free = np.minimum(free, least)
        marks = (least < 0) | (after < 0)
        if marks.any():
            where.append((site.name, marks))
    return low, free, where


def room_without_largest(grid: Grid, asked: Asked) -> Column:
    """Over all starts: the least part of a limit left free within the window on the sites that
    remain when the largest is lost, what it carried shared among them by their limits; 1 where
    there is one site or no forecast. Sites are told apart by the unit of their limits."""
    traffic, free = asked.traffic, np.ones(grid.starts)
    if not traffic.rates or traffic.peak <= 0:
        return free
    for unit in {site.per_request for site in traffic.sites}:
        alike = [site for site in traffic.sites if site.per_request == unit]
        gone = max(alike, key=lambda site: (site.limit, site.name))
        rest = [site for site in alike if site is not gone]
        total = sum(site.limit for site in rest)
        for site in rest:
            share = site.limit / total
            on_it = [a + b * share for a, b in zip(site.taken, gone.taken, strict=True)]
            part = min(1.0, site.part + gone.part * share)
            heavier = replace(site, taken=tuple(on_it), part=part)
            free = np.minimum(free, _of_site(grid, asked, heavier)[0])
    return free


def _padded(column: Column, slots: int, last: float) -> Column:
    if len(column) >= slots:
        return column[:slots]
    return np.concatenate([column, np.full(slots - len(column), last)])


def _of_site(grid: Grid, asked: Asked, site: SiteRoom) -> tuple[Column, Column]:
    """Over all starts: the least part of the limit left free within the window, step by step, and
    in the week after it, with the last step in force."""
    slots = grid.slots + AFTER_HOURS * HOUR_SLOTS
    rate = asked.traffic.factor * site.part * site.per_request
    whole = rate * _padded(by_hour(asked.traffic.rates, slots), slots, asked.traffic.rates[-1])
    taken = _padded(by_hour(site.taken, slots), slots, site.taken[-1] if site.taken else 0.0)
    least = np.full(grid.starts, np.inf)
    marks = [*asked.steps, (asked.minutes, 0.0)]
    for (since, share), (until, _) in itertools.pairwise(marks):
        first, last = since // 30, max(since // 30 + 1, -(-until // 30))
        left = 1.0 - (taken + share * whole) / site.limit
        least = np.minimum(least, least_ahead(left, last - first)[first : first + grid.starts])
    final = asked.steps[-1][1] if asked.steps else 1.0
    left = 1.0 - (taken + final * whole) / site.limit
    after = least_ahead(left, AFTER_HOURS * HOUR_SLOTS)
    return least, after[grid.length : grid.length + grid.starts]
