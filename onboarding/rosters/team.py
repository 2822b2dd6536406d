"""One team's share of a roster problem in whole numbers: what the solver works on. Pure and picklable.

People belong to one team, so that teams are solved apart. Loads are minutes; prices are points,
`POINTS` of them to one hour outside working time. People, duties (the cutovers that need this team) and
seats are known by their index; duties and seats are in order of time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from onboarding.rosters import eligibility
from onboarding.rosters.clashes import Clash, clashing, cliques
from onboarding.rosters.statement import Problem
from onboarding.rosters.terms import Assignment, Cutover, Person, Weights
from onboarding.rosters.windows import Span, WorkingHours, inside_spans, out_of_hours

POINTS = 3000
MINUTE = timedelta(minutes=1)

Roster = list[tuple[int, ...]]
"""For each seat the people on it, ascending."""

LOAD, HOURS = 1, 2
"""Where in a taker: weighted load, in which a backup counts a half; plain hours, in which it counts whole."""


@dataclass(slots=True)
class Seat:
    """`count` seats of one role at one duty. `price`: points for each left empty. `booked`: its rank in the problem.

    `takers`: points, LOAD and HOURS (both in minutes, outside working time twice) by person.
    """

    cutover: str
    role: str
    duty: int
    count: int
    price: int
    booked: int
    takers: dict[int, tuple[int, int, int]]


@dataclass
class TeamProblem:
    """`clash` and `cliques` are per person (shared by people of the same hours), over duties.
    `customers` are the seats of each customer that faces count for, `known` whom it knows already."""

    team: str
    people: list[str]
    loaded: list[bool]
    base: list[int]
    seats: list[Seat]
    customers: list[list[int]]
    clash: list[Clash]
    cliques: list[list[frozenset[int]]]
    fair_points: int
    excess_points: int
    face_points: int
    change_points: int
    known: list[frozenset[int]] = field(default_factory=list)
    kept: set[tuple[int, int]] = field(default_factory=set)
    pinned: set[tuple[int, int]] = field(default_factory=set)
    allowance: int = 0

    @property
    def pairs(self) -> int:
        """How many (seat, person) pairs are open to choice."""
        return sum(len(seat.takers) for seat in self.seats)

    def assignments(self, roster: Roster) -> list[Assignment]:
        """`roster` by id."""
        return [
            Assignment(seat.cutover, self.team, seat.role, self.people[person])
            for seat, taken in zip(self.seats, roster, strict=True)
            for person in taken
        ]


def split(problem: Problem, team: str, kept: Iterable[Assignment] = ()) -> TeamProblem:
    """`team`'s share of `problem`. Kept and pinned places that are not allowed (any longer) are left out of both."""
    people = tuple(person for person in problem.people if person.team == team)
    cutovers = sorted(
        (c for c in problem.cutovers if any(need.team == team for need in c.needs)),
        key=lambda c: (c.start, c.id),
    )
    extra = {
        w: [out_of_hours(w, c.start, c.end) for c in cutovers] for w in {p.working for p in people}
    }
    clash = {w: clashing(cutovers, w, extra[w]) for w in extra}
    clique = {w: cliques(clash[w]) for w in extra}
    weights = problem.weights
    share = TeamProblem(
        team=team,
        people=[person.id for person in people],
        loaded=[not person.trainee for person in people],
        base=[round(person.load * 60) for person in people],
        seats=_seats(problem, team, people, cutovers, extra),
        customers=[],
        clash=[clash[person.working] for person in people],
        cliques=[clique[person.working] for person in people],
        fair_points=round(weights.unfairness * POINTS / 60),
        excess_points=round(weights.unfair_excess * POINTS / 60),
        face_points=round(weights.discontinuity * POINTS),
        change_points=round(weights.changed * POINTS),
    )
    _know(share, problem, cutovers)
    share.kept = _places(share, kept)
    share.pinned = _places(share, problem.pinned)
    return share


def _seats(
    problem: Problem,
    team: str,
    people: tuple[Person, ...],
    cutovers: Sequence[Cutover],
    extra: dict[WorkingHours, list[float]],
) -> list[Seat]:
    index = {person.id: i for i, person in enumerate(people)}
    shifts = _shifts(problem, team)
    ours = [(c.id, n.role) for c in problem.cutovers for n in c.needs if n.team == team]
    booked = {key: rank for rank, key in enumerate(ours)}
    weights = problem.weights
    seats = []
    for duty, cutover in enumerate(cutovers):
        hours, points = cutover.hours, dict[int, int]()
        for need in (need for need in cutover.needs if need.team == team):
            eligible = eligibility.held_against(problem, cutover, need, people).eligible
            part = weights.load(need.role)
            takers = {}
            for person in eligible:
                outside = extra[person.working][duty]
                who = index[person.id]
                if who not in points:
                    points[who] = _points(
                        weights, cutover, person, outside, shifts.get(person.id, ())
                    )
                whole = (hours + outside) * 60 / person.availability
                takers[who] = (points[who], round(part * whole), round(whole))
            price = round(weights.empty(need.role) * POINTS)
            rank = booked[cutover.id, need.role]
            seats.append(Seat(cutover.id, need.role, duty, need.count, price, rank, takers))
    return seats


def _points(
    weights: Weights, cutover: Cutover, person: Person, outside: float, shifts: Sequence[Span]
) -> int:
    hours = weights.out_of_hours * outside
    hours += weights.off_shift_hours * off_shift_hours(cutover, shifts)
    for wish in person.avoid:
        inside = inside_spans(wish, cutover.start, cutover.end)
        hours += weights.wishes * sum((b - a) / timedelta(hours=1) for a, b in inside)
    return round(hours * POINTS)


def off_shift_hours(cutover: Cutover, shifts: Sequence[Span]) -> float:
    """Hours of the window that none of `shifts` (one person's, in order of start) covers."""
    covered, at = timedelta(), cutover.start
    for start, end in shifts:
        if end <= at:
            continue
        if start >= cutover.end:
            break
        low, high = max(at, start), min(cutover.end, end)
        if low < high:
            covered += high - low
            at = high
    return (cutover.end - cutover.start - covered) / timedelta(hours=1)


def _shifts(problem: Problem, team: str) -> dict[str, list[tuple[datetime, datetime]]]:
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    for shift in sorted(problem.shifts, key=lambda s: (s.start, s.end)):
        if shift.team == team:
            found.setdefault(shift.person, []).append((shift.start, shift.end))
    return found


def _know(share: TeamProblem, problem: Problem, cutovers: Sequence[Cutover]) -> None:
    """Set `customers` and `known` of each customer with more than one duty for this team, or that
    knows somebody of it."""
    index = {person: i for i, person in enumerate(share.people)}
    faces: dict[str, set[int]] = {}
    for customer, person in problem.faces:
        if person in index:
            faces.setdefault(customer, set()).add(index[person])
    found: dict[str, list[int]] = {}
    for i, seat in enumerate(share.seats):
        found.setdefault(cutovers[seat.duty].customer, []).append(i)
    for customer, seats in found.items():
        known = frozenset(faces.get(customer, ()))
        if known or len({share.seats[i].duty for i in seats}) > 1:
            share.customers.append(seats)
            share.known.append(known)


def _places(share: TeamProblem, places: Iterable[Assignment]) -> set[tuple[int, int]]:
    seat_index = {(seat.cutover, seat.role): i for i, seat in enumerate(share.seats)}
    person_index = {person: i for i, person in enumerate(share.people)}
    found = set()
    for place in places:
        seat = seat_index.get((place.cutover, place.role))
        person = person_index.get(place.person)
        if place.team == share.team and seat is not None and person in share.seats[seat].takers:
            found.add((seat, person))
    return found
