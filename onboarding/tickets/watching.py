"""What time brings to tickets: a hand-over that nobody accepts, an answer that is due, a promise
that comes near."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.tickets import alarms, hours, promised, queries, telling
from onboarding.tickets.clocks import due
from onboarding.tickets.handoff import WITH_A_TEAM
from onboarding.tickets.models import Handover, Ticket
from onboarding.tickets.moving import move
from onboarding.trail.log import SYSTEM, record


def handovers_due(session: Session, limit: int = 200) -> list[int]:
    """Tickets whose hand-over is to be looked at now."""
    query = select(Handover.ticket_id).where(
        Handover.ended_at.is_(None), Handover.look_at <= clock.now()
    )
    return list(session.scalars(query.order_by(Handover.look_at).limit(limit)))


def clocks_due(session: Session, limit: int = 200) -> list[int]:
    """Tickets of which a promise comes near or is missed now."""
    query = select(Ticket.id).where(Ticket.look_at <= clock.now())
    return list(session.scalars(query.order_by(Ticket.look_at).limit(limit)))


def look_at_handover(session: Session, ticket_id: int) -> None:
    """Not accepted in time: it escalates, the team is called until somebody has it. Accepted, and
    the answer is due: whoever has it is nudged, and its owner hears of it."""
    ticket, now = queries.get(session, ticket_id, lock=True), clock.now()
    row = queries.open_handover(session, ticket)
    if row is None or row.look_at is None or row.look_at > now or ticket.state not in WITH_A_TEAM:
        return
    times = hours.for_team(session, ticket, row.team)
    if row.accepted_at is None:
        row.escalations += 1
        ticket.escalated += 1
        row.look_at = due(now, promised.time(session, "handover_accept", ticket.severity), times)
        move(session, SYSTEM, ticket, "escalate", {"handover": row.id, "times": row.escalations})
        telling.call(session, SYSTEM, ticket, row.team, "nobody has accepted it")
        telling.escalated(session, ticket, row)
        return
    row.nudges += 1
    row.look_at = due(now, promised.time(session, "handover_answer", ticket.severity) / 2, times)
    said = {"handover": row.id, "times": row.nudges, "to": row.accepted_by}
    record(session, ticket.stream, "ticket.nudged", SYSTEM, said)
    telling.nudged(session, ticket, row)


def look_at_clocks(session: Session, ticket_id: int) -> None:
    """A promise comes near, or is missed: see `alarms.look`."""
    alarms.look(session, queries.get(session, ticket_id, lock=True), clock.now())
