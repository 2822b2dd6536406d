"""How long each team had the questions."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, distinct, func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.wording import team_name
from onboarding.reports.elapsed import hours_between
from onboarding.reports.shape import Column, Line, Table
from onboarding.reports.spread import Spread
from onboarding.reports.spreads import spreads
from onboarding.tickets.models import Stint, Ticket


def held(session: Session, of_tickets: Sequence[ColumnElement[bool]]) -> Table:
    """By team, the longest first. A stint ends where the next team's begins, or where the question
    was solved."""
    now = clock.now()
    over = func.coalesce(Ticket.resolved_at, Ticket.closed_at, now)
    until = func.coalesce(Stint.until, over)
    end = case((until > over, over), else_=until)
    hours = hours_between(session, Stint.since.expression, end)
    chosen = (*of_tickets, Stint.since < end)
    each = select(Stint.team, hours.label("hours")).join(Ticket, Ticket.id == Stint.ticket_id)
    median = spreads(session, each.where(*chosen))
    tickets = func.count(distinct(Stint.ticket_id))
    query = select(Stint.team, tickets, func.count(), func.sum(hours))
    query = query.join(Ticket, Ticket.id == Stint.ticket_id).where(*chosen).group_by(Stint.team)
    rows = sorted(session.execute(query), key=lambda row: -row[3])
    total = sum(row[3] for row in rows)
    lines = []
    for team, questions, stints, spent in rows:
        one = median.get(team, Spread())
        share = 100 * spent / total if total else None  # all of it in one instant
        cells = (team_name(team), questions, stints, spent, share, one.median, one.high)
        lines.append(Line(cells))
    columns = (
        Column("team", "Team"),
        Column("questions", "Questions", "count"),
        Column("stints", "Times it had one", "count"),
        Column("hours", "Held in all", "hours"),
        Column("share", "Of all hours", "percent"),
        Column("median", "Each time, median", "hours"),
        Column("slow", "Slowest tenth over", "hours"),
    )
    method = "On the clock, until the question was solved; what waits for the customer is held by support."
    return Table("held", "How long each team had the questions", columns, lines, method)
