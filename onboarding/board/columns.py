"""The board as columns: of every stage the turn-ups that are longest in it, with how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, union_all
from sqlalchemy.orm import Session, joinedload

from onboarding.board.rows import Row
from onboarding.board.summaries import summed_up
from onboarding.board.wanted import Wanted, narrow
from onboarding.customers.models import Customer, Turnup
from onboarding.customers.stages import STAGES

SHOWN = 12  # of a stage's turn-ups on the whole board; a stage alone shows `ALONE`
ALONE = 200


@dataclass(frozen=True)
class Column:
    """A stage: its first rows, those in trouble before the others, and how many there are."""

    stage: str
    rows: tuple[Row, ...]
    total: int


def columns(session: Session, asked: Wanted) -> list[Column]:
    """The board, stage by stage; a fixed number of queries, however many turn-ups there are."""
    totals = _totals(session, asked)
    shown = [stage for stage in STAGES if asked.stage in ("", stage)]
    found = summed_up(session, _turnups(session, asked, shown))
    found.sort(key=lambda row: not row.trouble)
    return [
        Column(
            stage,
            tuple(row for row in found if row.turnup.stage == stage),
            totals.get(stage, 0),
        )
        for stage in shown
    ]


def _totals(session: Session, asked: Wanted) -> dict[str, int]:
    query = select(Turnup.stage, func.count(Turnup.id).label("total"))
    query = narrow(query, asked).group_by(Turnup.stage)
    return {found.stage: found.total for found in session.execute(query)}


def _turnups(session: Session, asked: Wanted, shown: Sequence[str]) -> Sequence[Turnup]:
    """The longest in each stage, up to what is shown of it; each stage's by the index."""
    most = ALONE if asked.stage else SHOWN
    longest = [
        narrow(select(Turnup.id), asked)
        .where(Turnup.stage == stage)
        .order_by(Turnup.entered_at, Turnup.id)
        .limit(most)
        .subquery()
        for stage in shown
    ]
    ids = union_all(*(select(of_stage.c.id) for of_stage in longest))
    query = select(Turnup).where(Turnup.id.in_(ids)).order_by(Turnup.entered_at, Turnup.id)
    manager = joinedload(Turnup.customer).joinedload(Customer.account_manager)
    return session.scalars(query.options(manager)).unique().all()
