"""Reads of comparisons."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.comparisons.models import Comparison, Difference, Pair
from onboarding.errors import NotFound


def latest(session: Session, turnup_id: int) -> Comparison | None:
    """The newest run of a turn-up; None where there was none."""
    query = select(Comparison).where(Comparison.turnup_id == turnup_id)
    return session.scalar(query.order_by(Comparison.id.desc()).limit(1))


def before(session: Session, comparison: Comparison) -> Comparison | None:
    """The run of the same turn-up before this one."""
    query = select(Comparison).where(
        Comparison.turnup_id == comparison.turnup_id, Comparison.id < comparison.id
    )
    return session.scalar(query.order_by(Comparison.id.desc()).limit(1))


def difference(session: Session, number: int) -> Difference:
    """One difference. Raises NotFound."""
    found = session.get(Difference, number)
    if found is None:
        raise NotFound("There is no such difference", hint="reload the page")
    return found


def open_in_newest(session: Session, turnup_ids: Sequence[int]) -> dict[int, int]:
    """How many differences of the newest run are open, by turn-up; -1 while it runs. Turn-ups
    that were never compared are left out."""
    newest = select(func.max(Comparison.id)).where(Comparison.turnup_id.in_(turnup_ids))
    runs = select(Comparison.turnup_id, Comparison.state, func.count(Difference.id).label("many"))
    runs = runs.outerjoin(Pair, Pair.comparison_id == Comparison.id).outerjoin(
        Difference, (Difference.pair_id == Pair.id) & Difference.accepted_at.is_(None)
    )
    runs = runs.where(Comparison.id.in_(newest.group_by(Comparison.turnup_id)))
    found = session.execute(runs.group_by(Comparison.turnup_id, Comparison.state))
    return {row.turnup_id: row.many if row.state == "done" else -1 for row in found}
