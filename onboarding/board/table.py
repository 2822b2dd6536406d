"""The board as a table: filtered and sorted by summaries, with every row looked at as it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload

from onboarding.board.medians import medians
from onboarding.board.models import Summary
from onboarding.board.rows import Row
from onboarding.board.summaries import summed_up
from onboarding.board.wanted import Wanted, narrow
from onboarding.customers.models import Customer, Turnup
from onboarding.customers.stages import STAGES
from onboarding.people.models import User

PAGE = 50
#: Columns that summaries hold, and those in which no row is empty.
BY_SUMMARY = ("blocks", "ball", "risk", "next")
NEVER_EMPTY = ("name", "stage", "days")

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
    medians: Mapping[str, float]


def table(session: Session, asked: Wanted) -> Table:
    """The page that was asked for; a fixed number of queries, however many turn-ups there are."""
    turnups, total = _found(session, asked) if asked.text else ([], 0)
    if not turnups:
        total = session.scalar(narrow(select(func.count(Turnup.id)), asked)) or 0
        last = max(1, -(-total // PAGE))
        query = _page(asked, min(asked.page, last))
        turnups = list(session.scalars(query).unique()) if total else []
    pages = max(1, -(-total // PAGE))
    return Table(tuple(summed_up(session, turnups)), total, pages, medians(session))


def _found(session: Session, asked: Wanted) -> tuple[list[Turnup], int]:
    """The page of a search and how many there are in all, from one look through all names; nothing
    where there is no such page."""
    query = _page(asked, asked.page).add_columns(func.count().over())
    rows = session.execute(query).unique().all()
    return [turnup for turnup, _many in rows], rows[0][1] if rows else 0


def _page(asked: Wanted, page: int) -> Any:
    query = _ordered(asked).offset((page - 1) * PAGE).limit(PAGE)
    manager = joinedload(Turnup.customer).joinedload(Customer.account_manager)
    return query.options(manager)


def balls(session: Session) -> Sequence[str]:
    """Those who have the ball of anything on the board."""
    query = select(Summary.ball).where(Summary.ball != "").distinct().order_by(Summary.ball)
    return session.scalars(query).all()


def _ordered(asked: Wanted) -> Any:
    """The turn-ups that were asked for, in the order that was."""
    column = asked.sort.removeprefix("-")
    down = asked.sort.startswith("-")
    if column == "days":
        down = not down  # the longer ago it was entered, the more days
    whose = column == "manager"
    query = narrow(select(Turnup), asked, customer=whose, summary=column in BY_SUMMARY)
    if whose:
        query = query.outerjoin(Customer.account_manager)
    by = ORDERS[column]
    by = by.desc() if down else by.asc()
    if column not in NEVER_EMPTY:
        by = by.nulls_last()
    return query.order_by(by, Turnup.entered_at, Turnup.id)
