"""Hand-overs between teams: accepted and answered in time."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.wording import team_name
from onboarding.reports.intervals import wilson
from onboarding.reports.shape import Column, Line, Table
from onboarding.tickets.models import Handover, Ticket


def handovers(session: Session, of_tickets: Sequence[ColumnElement[bool]]) -> Table:
    """By team, of the tickets that are chosen."""
    now = clock.now()
    accepted = and_(Handover.accepted_at.is_not(None), Handover.accepted_at <= Handover.accept_by)
    answered = and_(Handover.answered_at.is_not(None), Handover.answered_at <= Handover.due_at)
    over = or_(Handover.answered_at.is_not(None), Handover.due_at < now)
    conditions = (accepted, Handover.ended == "returned", over, answered, Handover.escalations > 0)
    counted = [func.sum(case((one, 1), else_=0)) for one in conditions]
    query = select(Handover.team, func.count(), *counted)
    query = query.join(Ticket, Ticket.id == Handover.ticket_id).where(*of_tickets)
    lines = []
    for team, *numbers in session.execute(query.group_by(Handover.team).order_by(Handover.team)):
        asked, quick, returned, due, kept, escalated = map(int, numbers)
        low, high = wilson(kept, due) or (None, None)
        parts = [None if x is None else 100 * x for x in (kept / due if due else None, low, high)]
        cells = (team_name(team), asked, 100 * quick / asked, returned, escalated, *parts)
        lines.append(Line(cells))
    columns = (
        Column("team", "Team"),
        Column("asked", "Asked", "count"),
        Column("accepted", "Accepted in time", "percent"),
        Column("returned", "Returned", "count"),
        Column("escalated", "Escalated", "count"),
        Column("kept", "Answered in time", "percent"),
        Column("kept_low", "from", "percent"),
        Column("kept_high", "to", "percent"),
    )
    method = "In time: of those answered or due."
    return Table("handovers", "Questions handed to other teams", columns, lines, method)
