"""Reads of comparisons."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.comparisons.models import Comparison, Difference, Pair
from onboarding.errors import NotFound

LISTED = 50


def latest(session: Session, turnup_id: int) -> Comparison | None:
    """The newest run of a turn-up; None where there was none."""
    query = select(Comparison).where(Comparison.turnup_id == turnup_id)
    return session.scalar(query.order_by(Comparison.id.desc()).limit(1))


def run_of(session: Session, turnup_id: int, number: int) -> Comparison:
    """One run of a turn-up. Raises NotFound."""
    found = session.get(Comparison, number)
    if found is None or found.turnup_id != turnup_id:
        raise NotFound("There is no such comparison", hint="look at the newest")
    return found


def listed(session: Session, turnup_id: int) -> list[tuple[Comparison, int, int]]:
    """The runs of a turn-up, newest first, at most LISTED: each with how many differences it found,
    and how many of them are open."""
    open_ones = func.count(Difference.id).filter(Difference.accepted_at.is_(None))
    counted = select(Pair.comparison_id, func.count(Difference.id).label("all"))
    counted = counted.add_columns(open_ones.label("open")).join(Pair.differences)
    each = counted.group_by(Pair.comparison_id).subquery()
    query = select(Comparison, func.coalesce(each.c.all, 0), func.coalesce(each.c.open, 0))
    query = query.outerjoin(each, each.c.comparison_id == Comparison.id)
    query = query.where(Comparison.turnup_id == turnup_id).order_by(Comparison.id.desc())
    return [(run, many, left) for run, many, left in session.execute(query.limit(LISTED)).unique()]


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
