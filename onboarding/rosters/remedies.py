"""What would fill an empty seat, in sentences: the smallest change first. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from onboarding.rosters import eligibility
from onboarding.rosters.statement import Problem
from onboarding.rosters.terms import SHADOW, Cutover, Need, Person
from onboarding.rosters.windows import Span

MOST = 3


def remedies(
    problem: Problem,
    cutover: Cutover,
    need: Need,
    reasons: Mapping[str, str],
    busy: Mapping[str, Sequence[str]],
    nearest: Span | None,
) -> tuple[str, ...]:
    """At most three of: move the window, free somebody, train somebody, have somebody back.

    `reasons`: why each person of the team may not take the seat; `busy`: the ids of the duties that keep
    each of the others from it.
    """
    found = []
    if nearest is not None:
        found.append(f"move the window {_moved(nearest[0] - cutover.start)}")
    elsewhere = {person: duties for person, duties in busy.items() if cutover.id not in duties}
    freed = sorted(elsewhere.items(), key=lambda item: (len(item[1]), item[0]))
    if freed:
        person, duties = freed[0]
        names = " and ".join(problem.cutover_by_id[duty].called for duty in duties)
        found.append(f"free {problem.person_by_id[person].called} from {names}")
    found += _of_those_kept_out(problem, cutover, need, reasons)
    if not found:
        found.append(f"bring somebody into {need.team}")
    return tuple(found[:MOST])


def _moved(by: timedelta) -> str:
    hours = abs(by) / timedelta(hours=1)
    return f"{hours:g} h {'later' if by > timedelta() else 'earlier'}"


def _of_those_kept_out(
    problem: Problem, cutover: Cutover, need: Need, reasons: Mapping[str, str]
) -> list[str]:
    found = []
    away = [p for p, reason in sorted(reasons.items()) if reason == eligibility.AWAY]
    if away:
        found.append(f"have {problem.person_by_id[away[0]].called} back, who is away then")
    lacking = [p for p, reason in sorted(reasons.items()) if reason == eligibility.SKILLS]
    close = [p for p in lacking if not eligibility.is_away(problem.person_by_id[p], cutover)]
    if close and need.role != SHADOW:
        nearest = min((problem.person_by_id[p] for p in close), key=lambda p: _missing(need, p))
        missing = " and ".join(sorted(need.skills - nearest.skills))
        found.append(f"train {nearest.called} in {missing}")
    trainees = [p for p, reason in sorted(reasons.items()) if reason == eligibility.TRAINEE]
    if trainees:
        found.append(f"take {problem.person_by_id[trainees[0]].called} past training")
    return found


def _missing(need: Need, person: Person) -> tuple[int, str]:
    return len(need.skills - person.skills), person.id
