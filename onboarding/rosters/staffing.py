"""Standby hours needed in the weeks to come against the hours there are, and whom to train. Pure.

A week is short where more hours, or more seats at one time, are needed than there are; tight where
half of the hours are needed, or every able person at one time: one illness then leaves a seat empty.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SHORT, TIGHT, ENOUGH = "short", "tight", "enough"
TIGHT_SHARE = 0.5
MOST_ADVICE = 3  # people a skill


@dataclass(frozen=True)
class Demand:
    """`count` seats of a team, each with all of `skills`, from `start` to `end`. One that is not
    `booked` is expected: its week is known at best, so it meets no other at one time."""

    team: str
    count: int
    skills: frozenset[str]
    start: datetime
    end: datetime
    booked: bool


@dataclass(frozen=True)
class Hand:
    """Somebody of a team. `there`: working hours of each week, less those away. `until` is when
    the certificate of a skill runs out; `learning` are skills they are in training for, with the
    step. A trainee takes no seat yet."""

    person: int
    team: str
    there: tuple[float, ...]
    skills: frozenset[str]
    until: Mapping[str, datetime]
    learning: Mapping[str, str]
    trainee: bool = False

    def able(self, skill: str, at: datetime) -> bool:
        """Whether they may take a seat that needs `skill` (empty: any seat) at `at`."""
        if self.trainee:
            return False
        lasting = self.until.get(skill)
        return not skill or skill in self.skills or (lasting is not None and lasting > at)


@dataclass(frozen=True)
class Week:
    """One week of a team and skill: hours `booked` and `expected`, hours `there`; seats needed at
    one time and people there who are able."""

    booked: float
    expected: float
    there: float
    at_once: int
    people: int

    @property
    def needed(self) -> float:
        """Hours needed in all."""
        return self.booked + self.expected

    @property
    def state(self) -> str:
        """Short, tight or enough."""
        if self.needed > self.there or self.at_once > self.people:
            return SHORT
        if not self.needed:
            return ENOUGH
        close = self.needed > TIGHT_SHARE * self.there or self.at_once == self.people
        return TIGHT if close else ENOUGH


@dataclass(frozen=True)
class Line:
    """A team and one skill of its seats, or (empty) all of its seats."""

    team: str
    skill: str
    weeks: tuple[Week, ...]

    @property
    def worst(self) -> str:
        """The worst state of its weeks."""
        states = {week.state for week in self.weeks}
        return next(state for state in (SHORT, TIGHT, ENOUGH) if state in states)


@dataclass(frozen=True)
class Advice:
    """What would help a team with a skill: `how` is "renew" (a certificate), "finish" (a training
    that has begun) or "train"; `person` is None and `how` "hire" where nobody of it is left.
    `weeks` are those that are short or tight, `hours` what the person has in them."""

    team: str
    skill: str
    how: str
    person: int | None
    weeks: int
    hours: float


def lines(
    demands: Sequence[Demand], hands: Sequence[Hand], bounds: Sequence[datetime]
) -> list[Line]:
    """A line for each team that is needed or that has people, then for each skill its seats need;
    `bounds` are the weeks' starts, and the end of the last."""
    teams = dict.fromkeys([*(h.team for h in hands), *(d.team for d in demands)])
    found = []
    for team in teams:
        own = [demand for demand in demands if demand.team == team]
        skills = sorted({skill for demand in own for skill in demand.skills})
        for skill in ("", *skills):
            asked = [demand for demand in own if not skill or skill in demand.skills]
            mine = [hand for hand in hands if hand.team == team]
            found.append(Line(team, skill, _weeks(asked, mine, skill, bounds)))
    return found


def _weeks(
    demands: Sequence[Demand], hands: Sequence[Hand], skill: str, bounds: Sequence[datetime]
) -> tuple[Week, ...]:
    found = []
    for number, (start, end) in enumerate(itertools.pairwise(bounds)):
        mine = [demand for demand in demands if start <= demand.start < end]
        booked = [demand for demand in mine if demand.booked]
        expected = [demand for demand in mine if not demand.booked]
        able = [hand for hand in hands if hand.able(skill, start) and hand.there[number] > 0]
        at_once = max([most_at_once(booked), *(demand.count for demand in expected)])
        there = sum(hand.there[number] for hand in able)
        found.append(Week(_hours(booked), _hours(expected), there, at_once, len(able)))
    return tuple(found)


def _hours(demands: Sequence[Demand]) -> float:
    spans = ((one.end - one.start) * one.count for one in demands)
    return sum(spans, timedelta()) / timedelta(hours=1)


def most_at_once(demands: Sequence[Demand]) -> int:
    """The most seats needed at one time."""
    events = [(one.start, one.count) for one in demands] + [
        (one.end, -one.count) for one in demands
    ]
    now = most = 0
    for _, change in sorted(events):  # an end comes before a start at the same time
        now += change
        most = max(most, now)
    return most


def advice(
    found: Sequence[Line], hands: Sequence[Hand], bounds: Sequence[datetime]
) -> list[Advice]:
    """Whom to train for what, the lines with most short weeks first. Of those who could: first who
    need only renew a certificate, then who are furthest in training, then who have most hours in
    the weeks concerned."""
    said: list[tuple[tuple[int, int], list[Advice]]] = []
    for line in found:
        bad = [number for number, week in enumerate(line.weeks) if week.state != ENOUGH]
        short = sum(line.weeks[number].state == SHORT for number in bad)
        if bad:
            said.append(((-short, -len(bad)), _for_line(line, hands, bounds, bad)))
    said.sort(key=lambda one: one[0])
    return [one for _, some in said for one in some]


def _for_line(
    line: Line, hands: Sequence[Hand], bounds: Sequence[datetime], bad: Sequence[int]
) -> list[Advice]:
    could = [
        hand
        for hand in hands
        if hand.team == line.team and not all(hand.able(line.skill, bounds[n]) for n in bad)
    ]
    if not line.skill:
        could = [hand for hand in could if hand.trainee]
    ranked = sorted(
        could, key=lambda hand: (_rank(hand, line.skill), -_sum(hand, bad), hand.person)
    )
    ranked = [hand for hand in ranked if _sum(hand, bad) > 0]
    if not ranked:
        return [Advice(line.team, line.skill, "hire", None, len(bad), 0.0)]
    chosen: list[Hand] = []
    for hand in ranked[:MOST_ADVICE]:
        chosen.append(hand)
        if all(_helped(line.weeks[n], chosen, n) != SHORT for n in bad):
            break
    how = ("renew", "finish", "finish", "train")
    return [
        Advice(line.team, line.skill, how[_rank(h, line.skill)], h.person, len(bad), _sum(h, bad))
        for h in chosen
    ]


def _rank(hand: Hand, skill: str) -> int:
    if not skill:
        return 1 if hand.learning.get("") == "shadow" else 2
    if skill in hand.until:
        return 0
    return {"shadow": 1, "trainee": 2}.get(hand.learning.get(skill, ""), 3)


def _sum(hand: Hand, weeks: Sequence[int]) -> float:
    return sum(hand.there[number] for number in weeks)


def _helped(week: Week, more: Sequence[Hand], number: int) -> str:
    there = week.there + sum(hand.there[number] for hand in more)
    people = week.people + sum(hand.there[number] > 0 for hand in more)
    return Week(week.booked, week.expected, there, week.at_once, people).state
