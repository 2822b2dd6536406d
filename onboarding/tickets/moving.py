"""The one place where a ticket changes hands: by the table, with its stints and its trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.people.models import User
from onboarding.tickets import alarms, handoff, hours, promised, queries, telling, timing, tracker
from onboarding.tickets.clocks import due
from onboarding.tickets.handoff import OPEN, STATES, SUPPORT
from onboarding.tickets.models import Stint, Ticket
from onboarding.trail.log import Actor, record


def move(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    event: str,
    said: dict[str, Any] | None = None,
    personal: dict[str, Any] | None = None,
) -> int:
    """Let `event` happen to a locked ticket: its state, who holds it, who owes the next word, and
    an entry in its stream, whose number is returned. Raises Refused where the table has no such
    move. Who owns it, and the hand-over to a team, are set before."""
    before, owed, now = ticket.state, ticket.owes, clock.now()
    had = (ticket.holder_team, ticket.holder_id)
    state = handoff.after(before, event)
    if handoff.reopens(before, event):
        ticket.reopened += 1
        timing.reopened(session, ticket, now)
    ticket.state, ticket.owes = state, STATES[state].owes
    place(session, ticket, now)
    if state in OPEN and had != (ticket.holder_team, ticket.holder_id):
        telling.changed_hands(session, actor, ticket)
    timing.moved(session, ticket, owed, now)
    alarms.look(session, ticket, now)
    told = {"from": before, "state": state, "team": ticket.holder_team, "holder": ticket.holder_id}
    entry = record(
        session, ticket.stream, f"ticket.{event}", actor, told | (said or {}), personal or None
    )
    tracker.tell(session, ticket, event, entry.number)
    return entry.number


def place(session: Session, ticket: Ticket, now: datetime) -> None:
    """Set who holds the ticket in its state; the time of the team before ends where the next begins."""
    holder = STATES[ticket.state].holder
    handover = queries.open_handover(session, ticket) if holder == "team" else None
    if handover is not None:
        ticket.holder_team, ticket.holder_id = handover.team, handover.accepted_by
    else:
        ticket.holder_team = SUPPORT
        ticket.holder_id = ticket.owner_id if holder == "owner" else None
    query = select(Stint).where(Stint.ticket_id == ticket.id, Stint.until.is_(None))
    running = session.scalar(query)
    if running is not None and running.team != ticket.holder_team:
        running.until = now
        running = None
    if running is None:
        session.add(Stint(ticket_id=ticket.id, team=ticket.holder_team, since=now))
    session.flush()


def spoken(session: Session, ticket: Ticket, user: User) -> None:
    """`user` of the team that has the ticket said the team's word: it is accepted and not due."""
    row, now = queries.open_handover(session, ticket), clock.now()
    if row is not None:
        row.accepted_at, row.accepted_by = row.accepted_at or now, user.id
        row.answered_at, row.look_at = now, None


def asked_further(session: Session, actor: Actor, ticket: Ticket, said: dict[str, Any]) -> None:
    """The customer's words are in the locked ticket and wait for an answer: it is owed again."""
    if ticket.state == "talking":
        owed_again(session, ticket)
    timing.customer_spoke(session, ticket)
    move(session, actor, ticket, "customer", said)


def owed_again(session: Session, ticket: Ticket) -> None:
    """The customer answered what the team wrote: the team owes the next word once more."""
    row, now = queries.open_handover(session, ticket), clock.now()
    if row is not None:
        row.answered_at = None
        row.due_at = due(
            now,
            promised.time(session, "handover_answer", ticket.severity),
            hours.for_team(session, ticket, row.team),
        )
        row.look_at = row.due_at
