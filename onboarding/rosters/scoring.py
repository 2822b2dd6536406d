"""The score of a whole roster in hours and counts, from the problem's own terms. Pure."""

from collections.abc import Iterable, Sequence

from onboarding.rosters.solution import Score
from onboarding.rosters.statement import Problem
from onboarding.rosters.team import off_shift_hours
from onboarding.rosters.terms import Assignment
from onboarding.rosters.windows import Span, out_of_hours


def score(
    problem: Problem, places: Sequence[Assignment], keep: Iterable[Assignment] | None = None
) -> Score:
    """Empty seats, hours, faces and places given up of the roster `places` (of known ids, all allowed)."""
    seats = sum(need.count for cutover in problem.cutovers for need in cutover.needs)
    outside = {place: hours_outside(problem, place) for place in places}
    return Score(
        unfilled=seats - len(places),
        off_shift_hours=round(_off_shift(problem, places), 4),
        out_of_hours=round(sum(outside.values()), 4),
        unfairness=round(sum(spreads(problem, places).values()), 4),
        discontinuity=_extra_faces(problem, places),
        changed=len(given_up(problem, places, keep or ())),
    )


def hours_outside(problem: Problem, place: Assignment) -> float:
    """Hours of the duty outside its person's working hours."""
    cutover = problem.cutover_by_id[place.cutover]
    return out_of_hours(problem.person_by_id[place.person].working, cutover.start, cutover.end)


def loads(problem: Problem, places: Iterable[Assignment]) -> dict[str, float]:
    """Weighted hours of every person: what they carried before and their duties in `places`.

    An hour outside working time counts double; a duty counts by its role (`Weights`), against availability.
    """
    found = {person.id: person.load for person in problem.people}
    for place in places:
        person = problem.person_by_id[place.person]
        hours = problem.cutover_by_id[place.cutover].hours + hours_outside(problem, place)
        found[person.id] += problem.weights.load(place.role) * hours / person.availability
    return found


def spreads(problem: Problem, places: Iterable[Assignment]) -> dict[str, float]:
    """Most less least loaded of each team, in hours, trainees aside."""
    found: dict[str, list[float]] = {}
    by_person = loads(problem, places)
    for person in problem.people:
        if not person.trainee:
            found.setdefault(person.team, []).append(by_person[person.id])
    return {team: max(hours) - min(hours) for team, hours in found.items()}


def given_up(
    problem: Problem, places: Iterable[Assignment], keep: Iterable[Assignment]
) -> list[Assignment]:
    """The places of `keep`, on cutovers that still need them, that `places` has no longer."""
    now = set(places)
    return [
        place
        for place in keep
        if place not in now and problem.need(place.cutover, place.team, place.role) is not None
    ]


def _off_shift(problem: Problem, places: Iterable[Assignment]) -> float:
    shifts: dict[tuple[str, str], list[Span]] = {}
    for shift in sorted(problem.shifts, key=lambda s: (s.start, s.end)):
        shifts.setdefault((shift.team, shift.person), []).append((shift.start, shift.end))
    return sum(
        off_shift_hours(
            problem.cutover_by_id[place.cutover], shifts.get((place.team, place.person), ())
        )
        for place in places
    )


def _extra_faces(problem: Problem, places: Iterable[Assignment]) -> int:
    """People of each customer and team, those it knows already among them, beyond as many as it
    knows or, where that is more, as the largest of its cutovers has seats."""
    faces: dict[tuple[str, str], set[str]] = {}
    most: dict[tuple[str, str], int] = {}
    for customer, person in problem.faces:
        key = (customer, problem.person_by_id[person].team)
        faces.setdefault(key, set()).add(person)
        most[key] = len(faces[key])
    for place in places:
        customer = problem.cutover_by_id[place.cutover].customer
        faces.setdefault((customer, place.team), set()).add(place.person)
    for cutover in problem.cutovers:
        seats: dict[str, int] = {}
        for need in cutover.needs:
            seats[need.team] = seats.get(need.team, 0) + need.count
        for team, count in seats.items():
            key = (cutover.customer, team)
            most[key] = max(most.get(key, 0), count)
    return sum(max(0, len(people) - most.get(key, 0)) for key, people in faces.items())
