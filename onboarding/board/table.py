"""The board as a table: filtered and sorted by summaries, with every row looked at as it is now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload

from onboarding.board.models import Summary
from onboarding.board.rows import Row
from onboarding.board.summaries import summed_up
from onboarding.board.wanted import Wanted, conditions
from onboarding.customers.models import Customer, StageEntry, Turnup
from onboarding.customers.stages import STAGES
from onboarding.people.models import User

PAGE = 50
#: So many of the stages left last give the median of each.
LATELY = 2000
SLOW = 2.0  # times the median

ORDERS: dict[str, Any] = {
    "name": func.lower(Turnup.name),
    "stage": case({stage: at for at, stage in enumerate(STAGES)}, value=Turnup.stage),
    "days": Turnup.entered_at,
    "blocks": func.lower(func.nullif(Summary.blocks, "")),
    "ball": func.nullif(Summary.ball, ""),
    "risk": func.nullif(Summary.trouble, ""),
    "next": Summary.next_at,
    "manager": func.lower(User.name),
}


@dataclass(frozen=True)
class Table:
    """One page of the table: its rows, how many there are in all, the number of the last page,
    and the median of days by stage, where anybody has left it."""

    rows: tuple[Row, ...]
    total: int
    pages: int
    medians: dict[str, float]

    def slow(self, row: Row) -> bool:
        """Whether a turn-up has been in its stage much longer than is usual."""
        usual = self.medians.get(row.turnup.stage)
        return usual is not None and row.days > SLOW * max(usual, 1.0)


def table(session: Session, asked: Wanted) -> Table:
    """The page that was asked for; a fixed number of queries, however many turn-ups there are."""
    total = session.scalar(_matching(select(func.count(Turnup.id)), asked)) or 0
    pages = max(1, -(-total // PAGE))
    at = (min(asked.page, pages) - 1) * PAGE
    query = _matching(select(Turnup), asked).order_by(*_order(asked)).offset(at).limit(PAGE)
    query = query.options(
        joinedload(Turnup.customer).joinedload(Customer.account_manager),
    )
    turnups = session.scalars(query).unique().all()
    return Table(tuple(summed_up(session, turnups)), total, pages, medians(session))


def balls(session: Session) -> Sequence[str]:
    """Those who have the ball of anything on the board."""
    query = select(Summary.ball).where(Summary.ball != "").distinct().order_by(Summary.ball)
    return session.scalars(query).all()


def medians(session: Session) -> dict[str, float]:
    """Days in each stage, the median of those that left it lately."""
    query = select(StageEntry.stage, StageEntry.entered_at, StageEntry.left_at)
    query = query.where(StageEntry.left_at.is_not(None)).order_by(StageEntry.id.desc())
    days: dict[str, list[float]] = defaultdict(list)
    for stage, entered, left in session.execute(query.limit(LATELY)):
        assert left is not None  # asked for above
        days[stage].append((left - entered).total_seconds() / 86400)
    return {stage: median(found) for stage, found in days.items()}


def _matching(query: Select[Any], asked: Wanted) -> Select[Any]:
    query = query.join(Turnup.customer).outerjoin(Customer.account_manager)
    query = query.outerjoin(Summary, Summary.turnup_id == Turnup.id).where(*conditions(asked))
    if asked.ball:
        query = query.where(Summary.ball == asked.ball)
    if asked.trouble == "yes":
        query = query.where(Summary.trouble != "")
    if asked.trouble == "no":
        query = query.where(func.coalesce(Summary.trouble, "") == "")
    return query


def _order(asked: Wanted) -> list[Any]:
    column = asked.sort.removeprefix("-")
    down = asked.sort.startswith("-")
    if column == "days":
        down = not down  # the longer ago it was entered, the more days
    by = ORDERS[column]
    return [(by.desc() if down else by.asc()).nulls_last(), Turnup.entered_at, Turnup.id]
