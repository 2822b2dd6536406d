"""Pinned places held against the hard rules. Pure."""

from itertools import combinations

from onboarding.rosters.clashes import clashing
from onboarding.rosters.eligibility import reason_against
from onboarding.rosters.statement import Problem
from onboarding.rosters.terms import Assignment

WORDS = {
    "trainee": "is a trainee and only shadows",
    "skills": "lacks a skill that the seat needs",
    "lapsed": "has a certificate for this seat that has run out",
    "away": "is away then",
    "holiday": "has a public holiday then",
    "declined": "has declined",
    "barred": "is barred from it",
}


def contradictions(problem: Problem) -> tuple[str, ...]:
    """Why the pinned places cannot all be so, in words, one for each contradiction; empty where they can."""
    pins = sorted(problem.pinned)
    found = [words for pin in pins if (words := _against(problem, pin))]
    counts: dict[tuple[str, str, str], int] = {}
    for pin in pins:
        key = (pin.cutover, pin.team, pin.role)
        counts[key] = counts.get(key, 0) + 1
    for (cutover, team, role), count in counts.items():
        need = problem.need(cutover, team, role)
        if need and count > need.count:
            found.append(
                f"{count} are pinned as {role} of {team} at {problem.cutover_by_id[cutover].called}, "
                f"which has {need.count}"
            )
    found += [words for one, two in combinations(pins, 2) if (words := _both(problem, one, two))]
    return tuple(found)


def impossible(problem: Problem) -> dict[Assignment, str]:
    """The pinned places that the rules forbid whatever else is pinned, and what forbids each: "is away then"."""
    found = {}
    for pin in problem.pinned:
        person, cutover = problem.person_by_id[pin.person], problem.cutover_by_id[pin.cutover]
        need = problem.need(pin.cutover, pin.team, pin.role)
        reason = need and reason_against(problem, cutover, need, person)
        if reason:
            found[pin] = WORDS[reason]
    return found


def _against(problem: Problem, pin: Assignment) -> str | None:
    person, cutover = problem.person_by_id[pin.person], problem.cutover_by_id[pin.cutover]
    need = problem.need(pin.cutover, pin.team, pin.role)
    assert need is not None
    if person.team != pin.team:
        return f"{person.called} is pinned to {cutover.called} for {pin.team} but belongs to {person.team}"
    reason = reason_against(problem, cutover, need, person)
    return f"{person.called} is pinned to {cutover.called} but {WORDS[reason]}" if reason else None


def _both(problem: Problem, one: Assignment, two: Assignment) -> str | None:
    if one.person != two.person:
        return None
    person = problem.person_by_id[one.person]
    duties = [problem.cutover_by_id[pin.cutover] for pin in (one, two)]
    if one.cutover == two.cutover:
        return f"{person.called} is pinned to two seats of {duties[0].called}"
    if clashing(duties, person.working)[0]:
        names = " and ".join(duty.called for duty in duties)
        return f"{person.called} is pinned to {names}, which overlap or leave too little rest"
    return None
