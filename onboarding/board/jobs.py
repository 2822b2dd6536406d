"""The RQ edge of the board: summaries follow the trail, and are looked over as time goes by."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.board.medians import count_medians
from onboarding.board.models import Summary
from onboarding.board.rows import Row, rows
from onboarding.board.summaries import FOLLOWER
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.trail.following import each_behind
from onboarding.trail.following import follow as follow_stream
from onboarding.trail.models import Entry

AT_ONCE = 500


def follow() -> None:
    """Summarise anew every turn-up of whose customer or cutover something was told."""
    each_behind(FOLLOWER, _look)


def sweep() -> None:
    """Summarise what has no summary yet, then the oldest: time alone makes items overdue. Count
    the medians of days anew."""
    oldest = (
        select(Turnup.id)
        .outerjoin(Summary, Summary.turnup_id == Turnup.id)
        .order_by(Summary.seen_at.nulls_first())
        .limit(AT_ONCE)
    )
    with transaction() as session:
        count_medians(session)
        _summarise(session, select(Turnup).where(Turnup.id.in_(session.scalars(oldest).all())))


def _look(stream: str) -> None:
    with transaction() as session:
        query = _of_stream(stream)
        if follow_stream(session, FOLLOWER, stream, _seen) and query is not None:
            _summarise(session, query)


def _seen(_session: Session, _stream: str, _entry: Entry) -> None:
    """An entry only wakes us: what the board says is read from the tables."""


def _of_stream(stream: str) -> Select[Any] | None:
    kind, _, number = stream.partition(":")
    if kind == "customer":
        return select(Turnup).where(Turnup.customer_id == int(number))
    if kind == "cutover":
        of_cutover = select(Cutover.turnup_id).where(Cutover.id == int(number))
        return select(Turnup).where(Turnup.id.in_(of_cutover))
    return None


def _summarise(session: Session, query: Select[Any]) -> None:
    turnups = session.scalars(query.order_by(Turnup.id).with_for_update(of=Turnup)).unique().all()
    for row in rows(session, turnups):
        session.merge(_summary(row))


def _summary(row: Row) -> Summary:
    asked = row.demand
    return Summary(
        turnup_id=row.turnup.id,
        blocks=asked.what if asked else "",
        more=row.more,
        place=asked.where if asked else "",
        ball=asked.owner if asked else "",
        trouble=row.trouble,
        next_at=row.next_at,
        next_what=row.next_what,
        good_until=row.good_until,
        seen_at=clock.now(),
    )
