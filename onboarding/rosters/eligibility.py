"""Who may take which seat, and why the others may not. Pure."""

from collections import Counter
from dataclasses import dataclass

from onboarding.rosters.statement import Problem
from onboarding.rosters.terms import SHADOW, Cutover, Need, Person
from onboarding.rosters.windows import Span

TRAINEE, SKILLS, LAPSED = "trainee", "skills", "lapsed"
AWAY, HOLIDAY, DECLINED, BARRED = "away", "holiday", "declined", "barred"


@dataclass(frozen=True)
class Field:
    """The people of one team held against one need: who may take a seat, and the first reason why each other may not.

    The reasons are in the order of the funnel: trainee, skills, lapsed (a certificate has run out),
    away, holiday, declined, barred.
    """

    eligible: tuple[Person, ...]
    reasons: dict[str, str]

    def count(self, reason: str) -> int:
        """How many are held back by `reason`."""
        return Counter(self.reasons.values())[reason]


def reason_against(problem: Problem, cutover: Cutover, need: Need, person: Person) -> str | None:
    """Why `person`, of the right team, may not take a seat of `need`, or None. Other duties are not looked at."""
    if need.role != SHADOW:
        if person.trainee:
            return TRAINEE
        if not need.skills <= person.skills:
            return LAPSED if need.skills <= person.skills | person.lapsed else SKILLS
    if is_away(person, cutover):
        return HOLIDAY if _touches(person.holidays, cutover) else AWAY
    pair = (cutover.id, person.id)
    if pair in problem.declined:
        return DECLINED
    return BARRED if pair in problem.barred else None


def is_away(person: Person, cutover: Cutover) -> bool:
    """Whether any part of the window falls into a time away."""
    return _touches(person.away, cutover)


def _touches(spans: tuple[Span, ...], cutover: Cutover) -> bool:
    return any(start < cutover.end and cutover.start < end for start, end in spans)


def held_against(
    problem: Problem, cutover: Cutover, need: Need, people: tuple[Person, ...]
) -> Field:
    """`people` (all of the need's team) held against `need`."""
    eligible, reasons = [], {}
    for person in people:
        reason = reason_against(problem, cutover, need, person)
        if reason is None:
            eligible.append(person)
        else:
            reasons[person.id] = reason
    return Field(tuple(eligible), reasons)
