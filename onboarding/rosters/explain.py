"""Why a seat is empty, as a funnel from the whole team to nobody, and the nearest window that would fill it. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from onboarding.rosters import eligibility
from onboarding.rosters.cores import Cores
from onboarding.rosters.remedies import remedies
from onboarding.rosters.solution import Unfilled
from onboarding.rosters.statement import Problem
from onboarding.rosters.terms import SHADOW, Assignment, Cutover, Need, Person
from onboarding.rosters.windows import REST, Span, out_of_hours

HOUR = timedelta(hours=1)
REACH = 7 * 24
"""How far from its window another one is looked for, in hours to either side."""

SHIFTS = sorted((h for h in range(-REACH, REACH + 1) if h), key=lambda h: (abs(h), -h))
PAIR = 2
"""Two seats that one person alone could take: the funnel names that person and the other duty."""

NAMED = 3
"""How many people and duties a reason names."""

PASSES = (None, eligibility.AWAY, eligibility.HOLIDAY)
"""What another window can cure."""


@dataclass(frozen=True)
class Roll:
    """The people of each team, the cutovers each person stands by for, and each team's cores."""

    teams: dict[str, tuple[Person, ...]]
    duties: dict[str, list[Cutover]]
    cores: dict[str, Cores]


def unfilled(problem: Problem, places: Iterable[Assignment]) -> tuple[Unfilled, ...]:
    """Every need of `problem` that `places` leave seats of empty, in the order of the problem."""
    places = list(places)
    filled: dict[tuple[str, str, str], int] = {}
    for place in places:
        key = (place.cutover, place.team, place.role)
        filled[key] = filled.get(key, 0) + 1
    roll = _roll(problem, places)
    return tuple(
        _seat(
            problem,
            roll,
            cutover,
            need,
            need.count - filled.get((cutover.id, need.team, need.role), 0),
        )
        for cutover in problem.cutovers
        for need in cutover.needs
        if filled.get((cutover.id, need.team, need.role), 0) < need.count
    )


def _roll(problem: Problem, places: Sequence[Assignment]) -> Roll:
    teams: dict[str, list[Person]] = {team: [] for team in problem.teams}
    for person in problem.people:
        teams[person.team].append(person)
    duties: dict[str, list[Cutover]] = {person.id: [] for person in problem.people}
    for place in places:
        duties[place.person].append(problem.cutover_by_id[place.cutover])
    cores = {
        team: Cores(problem, team, [place for place in places if place.team == team])
        for team in problem.teams
    }
    return Roll({team: tuple(people) for team, people in teams.items()}, duties, cores)


def _seat(problem: Problem, roll: Roll, cutover: Cutover, need: Need, missing: int) -> Unfilled:
    people = roll.teams[need.team]
    field = eligibility.held_against(problem, cutover, need, people)
    busy = {
        person.id: held for person in field.eligible if (held := _holding(roll, person, cutover))
    }
    nearest = _nearest(problem, roll, cutover, need, missing)
    return Unfilled(
        cutover.id,
        need.team,
        need.role,
        missing,
        _funnel(problem, cutover, need, people, field, busy)
        + _combination(roll.cores[need.team], cutover, need, busy),
        nearest,
        remedies(problem, cutover, need, field.reasons, busy, nearest),
    )


def _holding(roll: Roll, person: Person, cutover: Cutover) -> list[str]:
    """The ids of the duties that keep `person` from `cutover`, by start."""
    duties = sorted(roll.duties[person.id], key=lambda duty: duty.start)
    if any(duty.id == cutover.id for duty in duties):
        return [cutover.id]
    clash = roll.cores[person.team].clash
    return [duty.id for duty in duties if clash(person.id, cutover.id, duty.id)]


def _funnel(
    problem: Problem,
    cutover: Cutover,
    need: Need,
    people: Sequence[Person],
    field: eligibility.Field,
    busy: dict[str, list[str]],
) -> str:
    """ "50 in engineering → 4 with tls and vcl → 1 there (3 away) → 0 free (ops-03 on c012), needs 2"."""
    steps = [f"{len(people)} in {need.team}"]
    left = len(people)
    trainees = field.count(eligibility.TRAINEE)
    if trainees:
        left -= trainees
        steps.append(f"{left} past training")
    if need.skills and need.role != SHADOW:
        lapsed = field.count(eligibility.LAPSED)
        left -= field.count(eligibility.SKILLS) + lapsed
        ran_out = f" ({lapsed} with a certificate that has run out)" if lapsed else ""
        steps.append(f"{left} with {' and '.join(sorted(need.skills))}{ran_out}")
    for reason, words in (
        (eligibility.AWAY, "there ({} away)"),
        (eligibility.HOLIDAY, "at work ({} on a public holiday)"),
        (eligibility.DECLINED, "willing ({} declined)"),
        (eligibility.BARRED, "allowed ({} barred)"),
    ):
        count = field.count(reason)
        if count:
            left -= count
            steps.append(f"{left} {words.format(count)}")
    if busy:
        first = sorted(busy.items())[:NAMED]
        named = [_held(problem, cutover, person, ids) for person, ids in first]
        named += [""] * (len(busy) - len(named))
        more = f" and {len(named) - NAMED} more" if len(named) > NAMED else ""
        steps.append(f"{left - len(busy)} free ({', '.join(named[:NAMED])}{more})")
    return f"{' → '.join(steps)}, needs {need.count}"


def _combination(cores: Cores, cutover: Cutover, need: Need, busy: dict[str, list[str]]) -> str:
    """Which seats cannot all be filled together, where it takes more than one other seat to say so."""
    core = cores.core(cutover.id, need.role) if busy else ()
    return f"; {cores.words(core)}" if len(core) > PAIR else ""


def _held(problem: Problem, cutover: Cutover, person: str, duties: Sequence[str]) -> str:
    called = problem.person_by_id[person].called
    if cutover.id in duties:
        return f"{called} has another seat of it"
    names = " and ".join(problem.cutover_by_id[duty].called for duty in duties[:NAMED])
    return f"{called} on {names}"


def _nearest(
    problem: Problem, roll: Roll, cutover: Cutover, need: Need, missing: int
) -> Span | None:
    """The window closest to the present one, in whole hours, in which `missing` more of the team are free.

    Everybody else stays where they are. A decline is of the person, whatever the hour; being away is not.
    """
    able = [
        person
        for person in roll.teams[need.team]
        if eligibility.reason_against(problem, cutover, need, person) in PASSES
        and all(duty.id != cutover.id for duty in roll.duties[person.id])
    ]
    if len(able) < missing:
        return None
    outside = roll.cores[need.team].outside
    blocks = [_blocks(cutover, person, roll.duties[person.id], outside) for person in able]
    for hours in SHIFTS:
        shift = hours * HOUR
        free = 0
        for person, (closed, near) in zip(able, blocks, strict=True):
            free += not any(a < shift < b for a, b in closed) and _rested(
                person, cutover, shift, near
            )
            if free >= missing:
                return cutover.start + shift, cutover.end + shift
    return None


Blocks = tuple[list[tuple[timedelta, timedelta]], list[tuple[timedelta, timedelta, bool]]]


def _blocks(
    cutover: Cutover,
    person: Person,
    duties: Sequence[Cutover],
    outside: Callable[[str, str], bool],
) -> Blocks:
    """The shifts that are closed (away, another duty), and those that may leave too little rest.

    The latter with whether the other duty lies outside working hours, which then is too little for certain.
    """
    closed = [(a - cutover.end, b - cutover.start) for a, b in person.away]
    closed += [(d.start - cutover.end, d.end - cutover.start) for d in duties]
    near = [
        (
            d.start - cutover.end - REST,
            d.end - cutover.start + REST,
            outside(person.id, d.id),
        )
        for d in duties
    ]
    return closed, near


def _rested(
    person: Person,
    cutover: Cutover,
    shift: timedelta,
    near: Sequence[tuple[timedelta, timedelta, bool]],
) -> bool:
    hit = [outside for a, b, outside in near if a < shift < b]
    if not hit:
        return True
    if any(hit):
        return False
    moved = replace(cutover, start=cutover.start + shift, end=cutover.end + shift)
    return out_of_hours(person.working, moved.start, moved.end) == 0
