"""Rows of the board from their summaries, where those still hold; all others are looked at anew.

A summary holds until something is told of its customer or a cutover (the follower has not read
it yet then), or until `good_until`. What no stream tells, such as a changed limit of a site, shows
with the latter.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.board.models import Summary
from onboarding.board.rows import Row, rows
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.readiness.gates import Demand
from onboarding.readiness.looking import overruled
from onboarding.trail.models import Cursor, Stream

FOLLOWER = "board"


def summed_up(session: Session, turnups: Sequence[Turnup]) -> list[Row]:
    """A row for each of `turnups`, in their order."""
    kept = _holding(session, turnups)
    rest = [turnup for turnup in turnups if turnup.id not in kept]
    anew = {row.turnup.id: row for row in rows(session, rest)} if rest else {}
    found = [anew.get(turnup.id) or _row(turnup, kept[turnup.id]) for turnup in turnups]
    marked = overruled(session, [turnup.id for turnup in turnups])
    return [replace(row, overruled=True) if row.turnup.id in marked else row for row in found]


def _holding(session: Session, turnups: Sequence[Turnup]) -> dict[int, Any]:
    """The summaries that still hold, by turn-up."""
    told = _told_since(session, turnups)
    now = clock.now()
    ids = [turnup.id for turnup in turnups if turnup.id not in told]
    query = select(*Summary.__table__.columns).where(Summary.turnup_id.in_(ids))
    found = session.execute(query.where(Summary.good_until > now))
    return {summary.turnup_id: summary for summary in found}


def _told_since(session: Session, turnups: Sequence[Turnup]) -> set[int]:
    """The turn-ups of whose customer or cutovers the follower has not read everything."""
    by_stream: dict[str, list[int]] = defaultdict(list)
    for turnup in turnups:
        by_stream[f"customer:{turnup.customer_id}"].append(turnup.id)
    ids = [turnup.id for turnup in turnups]
    cutovers = select(Cutover.id, Cutover.turnup_id).where(Cutover.turnup_id.in_(ids))
    for cutover_id, turnup_id in session.execute(cutovers):
        by_stream[f"cutover:{cutover_id}"].append(turnup_id)
    mine = and_(Cursor.stream_id == Stream.id, Cursor.follower == FOLLOWER)
    behind = select(Stream.name).outerjoin(Cursor, mine).where(Stream.name.in_(by_stream))
    behind = behind.where(Stream.number > func.coalesce(Cursor.number, 0))
    return {turnup_id for name in session.scalars(behind) for turnup_id in by_stream[name]}


def _row(turnup: Turnup, summary: Any) -> Row:
    asked = Demand(summary.blocks, summary.ball, summary.place) if summary.blocks else None
    return Row(
        turnup,
        demand=asked,
        more=summary.more,
        days=(clock.now() - turnup.entered_at).days,
        next_at=summary.next_at,
        next_what=summary.next_what,
        trouble=summary.trouble,
        good_until=summary.good_until,
    )
