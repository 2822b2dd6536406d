"""The RQ edge of pinned and barred names: what the roster would cost with one, against what it costs without."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.cutovers import queries as cutovers
from onboarding.db import db, transaction
from onboarding.errors import TurnupError
from onboarding.rosters import choosing
from onboarding.rosters.jobs import fallen_through, places_kept, solved
from onboarding.rosters.models import Choice
from onboarding.rosters.problem import document
from onboarding.rosters.solution import INFEASIBLE, Solution


def weigh(choice_id: int) -> None:
    """Solve the roster with and without the choice, and note the difference."""
    reading = db.session()
    choice = reading.get(Choice, choice_id)
    if choice is None or choice.state != "asked":
        return
    cutover = cutovers.get(reading, choice.cutover_id)
    keep = places_kept(reading, cutover.id)
    without, chosen = document(reading, cutover), document(reading, cutover, choice)
    own = str(cutover.id)
    reading.rollback()
    try:
        fallen = fallen_through(without, keep)
        before, after = solved(without, keep, fallen), solved(chosen, keep, fallen)
    except TurnupError as error:
        state, cost = "impossible", {"why": [error.line()]}
    else:
        if after.status == INFEASIBLE:
            state, cost = "impossible", {"why": list(after.conflicts)}
        else:
            names = {one["id"]: one["name"] for one in chosen["people"]}
            state, cost = "weighed", difference(before, after, own, names)
    with transaction() as session:
        choosing.weighed(session, choice_id, state, cost)


def difference(
    before: Solution, after: Solution, cutover: str, names: dict[str, str]
) -> dict[str, Any]:
    """What the roster `after` costs more than `before`: hours, who comes and who leaves, seats left empty."""
    return {
        "outside": round(after.score.out_of_hours - before.score.out_of_hours, 2),
        "spread": round(after.score.unfairness - before.score.unfairness, 2),
        "off_shift": round(after.score.off_shift_hours - before.score.off_shift_hours, 2),
        "empty": after.score.unfilled - before.score.unfilled,
        "leaves": _those(before, after, cutover, names),
        "comes": _those(after, before, cutover, names),
        "why": [f"{s.team} {s.role}: {s.why}" for s in after.unfilled if s.cutover == cutover],
    }


def _those(one: Solution, other: Solution, cutover: str, names: dict[str, str]) -> Sequence[str]:
    """Places of `cutover` that `one` has and `other` has not, as "Omar (ops primary)"."""
    missing = sorted(set(one.assignments) - set(other.assignments))
    return [
        f"{names.get(place.person, place.person)} ({place.team} {place.role})"
        for place in missing
        if place.cutover == cutover
    ]


def sweep() -> None:
    """Ask again for every choice that still waits to be weighed."""
    session: Session = db.session()
    for number in session.scalars(select(Choice.id).where(Choice.state == "asked")).all():
        choosing.enqueue_weighing(number)
