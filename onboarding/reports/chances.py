"""Chances that were seen at live customers, and what became of them."""

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from onboarding.outreach.chances import CHANCES
from onboarding.outreach.models import Outreach
from onboarding.reports.asked import Asked
from onboarding.reports.segment import within
from onboarding.reports.shape import Column, Line, Table


def chances(session: Session, asked: Asked) -> Table:
    """By kind of chance, those that were opened in these days."""
    kinds = (
        Outreach.sent_at.is_not(None),
        Outreach.round_id.is_not(None),
        Outreach.outcome == "needless",
    )
    counted = [func.sum(case((one, 1), else_=0)) for one in kinds]
    query = select(Outreach.cause, func.count(), *counted).where(Outreach.kind == "chance")
    query = query.where(Outreach.opened_at >= asked.start, Outreach.opened_at < asked.end)
    query = query.where(*within(Outreach.turnup_id, asked))
    rows = session.execute(query.group_by(Outreach.cause).order_by(Outreach.cause))
    lines = [Line((CHANCES.get(key, key), *map(int, numbers))) for key, *numbers in rows]
    columns = (
        Column("chance", "Chance"),
        Column("seen", "Seen", "count"),
        Column("told", "Proposed", "count"),
        Column("rounds", "Became a round", "count"),
        Column("needless", "Needless", "count"),
    )
    return Table("chances", "Chances to do better", columns, lines)
