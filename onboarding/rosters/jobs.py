"""The RQ edge of rosters: solve in a worker, where OR-Tools may be loaded."""

from collections.abc import Collection
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.cutovers import queries as cutovers
from onboarding.db import db, transaction
from onboarding.errors import TurnupError
from onboarding.faults import fault_point
from onboarding.rosters import actions, queries, station
from onboarding.rosters.models import Roster
from onboarding.rosters.pins import impossible
from onboarding.rosters.problem import document, only_busy, without_pins
from onboarding.rosters.solution import INFEASIBLE, Solution
from onboarding.rosters.solver import solve as solve_problem
from onboarding.rosters.statement import Problem
from onboarding.rosters.terms import Assignment
from onboarding.trail.following import each_behind
from onboarding.trail.following import follow as follow_stream
from onboarding.trail.models import Entry

log = structlog.get_logger()
TIME_LIMIT_S = 5.0
FOLLOWER = "rosters"


def solve(cutover_id: int) -> None:
    """Solve the roster of a cutover if it is still wanted, and invite."""
    reading = db.session()
    roster = reading.scalar(select(Roster).where(Roster.cutover_id == cutover_id))
    if roster is None or roster.state != "wanted":
        return
    problem = document(reading, cutovers.get(reading, cutover_id))
    keep = places_kept(reading, cutover_id)
    reading.rollback()
    fallen: dict[Assignment, str] = {}
    try:
        fallen = fallen_through(problem, keep)
        solution = solved(problem, keep, fallen)
    except TurnupError as error:
        log.warning("roster.failed", cutover=cutover_id, error=error.line())
        with transaction() as session:
            actions.give_up(session, cutovers.get(session, cutover_id), error.line())
        return
    fault_point("roster.solved")
    with transaction() as session:
        cutover = cutovers.get(session, cutover_id, lock=True)
        roster = queries.roster_of(session, cutover_id)
        if roster is None or roster.state != "wanted":  # another worker was first
            return
        fresh = document(session, cutover)
        if fresh != problem:  # somebody answered or was booked elsewhere while we thought
            actions.enqueue_solving(cutover_id)
            return
        if solution.status == INFEASIBLE:
            actions.give_up(session, cutover, "; ".join(solution.conflicts))
        elif cutover.state == "booked":
            actions.take_over(session, cutover, solution.to_json(), _by_seat(fallen))


def places_kept(session: Session, cutover_id: int) -> list[Assignment]:
    """The places that are held now, to be given up only where they must."""
    return [
        Assignment(str(cutover_id), seat.team, seat.role, str(seat.user_id))
        for seat in queries.seats(session, cutover_id)
        if seat.user_id is not None
    ]


def fallen_through(problem: dict[str, Any], keep: list[Assignment]) -> dict[Assignment, str]:
    """The places of `keep` that were accepted and that the rules forbid by now, with what forbids each."""
    forbidden = impossible(Problem.from_json(problem))
    return {place: forbidden[place] for place in keep if place in forbidden}


def _by_seat(fallen: dict[Assignment, str]) -> dict[tuple[str, str, int], str]:
    return {(p.team, p.role, int(p.person)): words for p, words in fallen.items()}


def solved(
    problem: dict[str, Any], keep: list[Assignment], fallen: Collection[Assignment] = ()
) -> Solution:
    """The best roster of `problem`. Where duties elsewhere contradict one another, which is for others to put right, they only
    make people busy. What was accepted here stays but for the places `fallen` through; if that cannot be, the solution says why."""
    people = {person["id"] for person in problem["people"]}
    kept = [place for place in keep if place.person in people and place not in fallen]
    problem = without_pins(problem, fallen)
    found = solve_problem(Problem.from_json(problem), time_limit=TIME_LIMIT_S, keep=kept)
    if found.status == INFEASIBLE:
        eased = Problem.from_json(only_busy(problem))
        found = solve_problem(eased, time_limit=TIME_LIMIT_S, keep=kept)
    return found


def follow() -> None:
    """Ask anew whoever said yes to a window that has moved; tell whom a call-off concerns."""
    each_behind(FOLLOWER, _pass_on)


def _pass_on(stream: str) -> None:
    with transaction() as session:
        follow_stream(session, FOLLOWER, stream, _react)


def _react(session: Session, stream: str, entry: Entry) -> None:
    if not stream.startswith("cutover:"):
        return
    cutover_id = int(stream.partition(":")[2])
    if entry.kind == "cutover.cancelled":
        actions.call_off(session, cutovers.get(session, cutover_id))
    elif entry.kind == "cutover.changed" and entry.payload.get("what") == "window":
        actions.ask_again(session, cutovers.get(session, cutover_id), entry.at)
    if entry.kind in station.HEARD:
        station.react(session, cutovers.get(session, cutover_id), entry)


def sweep() -> None:
    """Ask again for every roster that is still wanted."""
    session = db.session()
    wanted = session.scalars(select(Roster.cutover_id).where(Roster.state == "wanted"))
    for cutover_id in wanted.all():
        actions.enqueue_solving(cutover_id)
