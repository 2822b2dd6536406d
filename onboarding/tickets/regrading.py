"""A ticket turns out to be graver or milder, or somebody else's: its promises are made anew, and what
is graver is told to whoever has it."""

from datetime import datetime

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.tickets import alarms, following, hours, promised, queries, telling, timing
from onboarding.tickets.clocks import due
from onboarding.tickets.handoff import OPEN
from onboarding.tickets.models import Handover, Ticket
from onboarding.trail.log import Actor


def regrade(
    session: Session, actor: Actor, ticket: Ticket, severity: int, customer_id: int | None
) -> None:
    """Set them on a locked ticket, its promises and those of an open hand-over with them. Where
    traffic is down by now people are called."""
    was, changed = ticket.severity, (severity, customer_id) != (ticket.severity, ticket.customer_id)
    now, whose = clock.now(), ticket.customer_id
    used = timing.spent(session, ticket, now)
    ticket.severity, ticket.customer_id = severity, customer_id
    session.flush()
    session.refresh(ticket, ["customer"])
    if whose not in (None, customer_id):
        following.another_customers(session, actor, ticket)
    if not changed or ticket.state not in OPEN:
        return
    timing.anew(session, ticket, used, now)
    handover = queries.open_handover(session, ticket)
    if handover is not None and severity != was:
        _promised_anew(session, ticket, handover, now, graver=severity < was)
    alarms.look(session, ticket, now)
    if severity < was:
        telling.graver(session, actor, ticket, handover)


def _promised_anew(
    session: Session, ticket: Ticket, row: Handover, now: datetime, *, graver: bool
) -> None:
    """What is graver is to be accepted and answered that much sooner, from now on; what is milder
    later, from when the team was asked. Nothing graver is due later than it was, nor milder sooner."""
    start, choose = (now, min) if graver else (row.asked_at, max)
    times = hours.for_team(session, ticket, row.team, start)
    row.accept_by = choose(
        row.accept_by, due(start, promised.time(session, "handover_accept", ticket.severity), times)
    )
    row.due_at = choose(
        row.due_at, due(start, promised.time(session, "handover_answer", ticket.severity), times)
    )
    if row.look_at is not None:
        row.look_at = row.accept_by if row.accepted_at is None else row.due_at
