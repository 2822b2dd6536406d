"""The RQ edge of rosters: solve in a worker, where OR-Tools may be loaded."""

import structlog
from sqlalchemy import select

from onboarding.cutovers import queries as cutovers
from onboarding.db import db, transaction
from onboarding.errors import TurnupError
from onboarding.faults import fault_point
from onboarding.rosters import actions
from onboarding.rosters.models import Roster
from onboarding.rosters.problem import document
from onboarding.rosters.solver import solve as solve_problem
from onboarding.rosters.statement import Problem

log = structlog.get_logger()
TIME_LIMIT_S = 5.0


def solve(cutover_id: int) -> None:
    """Solve the roster of a cutover if it is still wanted, and invite."""
    reading = db.session()
    roster = reading.scalar(select(Roster).where(Roster.cutover_id == cutover_id))
    if roster is None or roster.state != "wanted":
        return
    problem = document(reading, cutovers.get(reading, cutover_id))
    reading.rollback()
    try:
        solution = solve_problem(Problem.from_json(problem), time_limit=TIME_LIMIT_S)
    except TurnupError as error:
        log.warning("roster.failed", cutover=cutover_id, error=error.line())
        with transaction() as session:
            actions.give_up(session, cutovers.get(session, cutover_id), error.line())
        return
    fault_point("roster.solved")
    with transaction() as session:
        cutover = cutovers.get(session, cutover_id, lock=True)
        fresh = document(session, cutover)
        if fresh != problem:  # somebody answered or was booked elsewhere while we thought
            actions.enqueue_solving(cutover_id)
            return
        if cutover.state == "booked":
            actions.take_over(session, cutover, solution.to_json())


def sweep() -> None:
    """Ask again for every roster that is still wanted."""
    session = db.session()
    wanted = session.scalars(select(Roster.cutover_id).where(Roster.state == "wanted"))
    for cutover_id in wanted.all():
        actions.enqueue_solving(cutover_id)
