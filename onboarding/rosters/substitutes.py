"""Who could step in for one seat at once, with nobody else moved, and what each would cost. Pure."""

from dataclasses import dataclass

from onboarding.errors import BadInput
from onboarding.rosters import scoring
from onboarding.rosters.clashes import clashing
from onboarding.rosters.eligibility import reason_against
from onboarding.rosters.solution import Solution
from onboarding.rosters.statement import Problem
from onboarding.rosters.team import off_shift_hours
from onboarding.rosters.terms import Assignment, Cutover, Person


@dataclass(frozen=True, slots=True)
class Substitute:
    """`cost` in the hours of the objective, the lower the better; `load` with this duty, in weighted hours."""

    person: str
    cost: float
    out_of_hours: float
    off_shift_hours: float
    load: float


def substitutes(
    problem: Problem,
    solution: Solution,
    cutover: str,
    team: str,
    role: str,
    leaving: str | None = None,
) -> list[Substitute]:
    """Everybody of `team` who may take the seat and is free for it, the best first.

    `leaving`: the person whose place is given up (their duty no longer counts); without it, an empty place
    is filled. Raises BadInput where `cutover` has no such seat.
    """
    need = problem.need(cutover, team, role)
    if need is None:
        raise BadInput(
            f"{cutover} needs no {role} of {team}", hint="name a seat that the cutover has"
        )
    window = problem.cutover_by_id[cutover]
    gone = Assignment(cutover, team, role, leaving or "")
    places = [place for place in solution.assignments if place.team == team and place != gone]
    loads = scoring.loads(problem, places)
    counted = [p.id for p in problem.people if p.team == team and not p.trainee]
    duties: dict[str, list[Cutover]] = {}
    for place in places:
        duties.setdefault(place.person, []).append(problem.cutover_by_id[place.cutover])
    found = []
    for person in problem.people:
        if person.team != team or person.id == leaving:
            continue
        if reason_against(problem, window, need, person) is None and _is_free(
            person, window, duties.get(person.id, [])
        ):
            place = Assignment(cutover, team, role, person.id)
            found.append(_priced(problem, place, loads, counted))
    return sorted(found, key=lambda s: (s.cost, s.load, s.person))


def _is_free(person: Person, window: Cutover, duties: list[Cutover]) -> bool:
    if any(duty.id == window.id for duty in duties):
        return False
    return not clashing([window, *duties], person.working)[0]


def _priced(
    problem: Problem, place: Assignment, loads: dict[str, float], counted: list[str]
) -> Substitute:
    weights = problem.weights
    window, person = problem.cutover_by_id[place.cutover], problem.person_by_id[place.person]
    outside = scoring.hours_outside(problem, place)
    shifts = sorted(
        (shift.start, shift.end)
        for shift in problem.shifts
        if (shift.team, shift.person) == (place.team, place.person)
    )
    off_shift = off_shift_hours(window, shifts)
    load = (
        loads[person.id] + weights.load(place.role) * (window.hours + outside) / person.availability
    )
    after = [load if other == person.id else loads[other] for other in counted]
    spread = max(after) - min(after) if after else 0.0
    cost = weights.out_of_hours * outside + weights.off_shift_hours * off_shift
    return Substitute(
        person.id,
        round(cost + weights.unfairness * spread, 4),
        round(outside, 4),
        round(off_shift, 4),
        round(load, 4),
    )
