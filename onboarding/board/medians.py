"""How many days turn-ups usually spend in each stage."""

from collections import defaultdict
from collections.abc import Mapping
from statistics import median

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onboarding.board.models import Median
from onboarding.board.rows import Row
from onboarding.customers.models import StageEntry

#: So many of the stages left last give the median of each.
LATELY = 2000
SLOW = 2.0  # times the median


def medians(session: Session) -> dict[str, float]:
    """Days in each stage as they were counted last; stages that nobody has left are not in it."""
    return {row.stage: row.days for row in session.execute(select(Median.stage, Median.days))}


def slow(row: Row, usual: Mapping[str, float]) -> bool:
    """Whether a turn-up has been in its stage much longer than is usual."""
    days = usual.get(row.turnup.stage)
    return days is not None and row.days > SLOW * max(days, 1.0)


def count_medians(session: Session) -> None:
    """Count them anew, from those who left each stage lately."""
    query = select(StageEntry.stage, StageEntry.entered_at, StageEntry.left_at)
    query = query.where(StageEntry.left_at.is_not(None)).order_by(StageEntry.id.desc())
    days: dict[str, list[float]] = defaultdict(list)
    for stage, entered, left in session.execute(query.limit(LATELY)):
        assert left is not None  # asked for above
        days[stage].append((left - entered).total_seconds() / 86400)
    session.execute(delete(Median).where(Median.stage.not_in(list(days))))
    for stage, found in sorted(days.items()):
        session.merge(Median(stage=stage, days=median(found)))
