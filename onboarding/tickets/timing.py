"""The clocks of a ticket: what was promised, kept, missed; as columns, by the rules of `clocks`."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.tickets import hours, queries
from onboarding.tickets.clocks import (
    TARGETS,
    Hours,
    Moment,
    Promise,
    Target,
    due,
    moments,
    used,
    worked,
)
from onboarding.tickets.handoff import OPEN, SUPPORT
from onboarding.tickets.models import Ticket


def target(session: Session, ticket: Ticket) -> Target:
    """What the customer's plan promises at this severity."""
    return TARGETS[queries.plan_of(session, ticket.customer_id), ticket.severity]


def hours_of(session: Session, ticket: Ticket, since: datetime, until: datetime) -> Hours:
    """The time in which the ticket's promises count: support's, or around the clock."""
    if queries.plan_of(session, ticket.customer_id) == "premium":
        return None
    return hours.of_team(session, SUPPORT, since, until)


def _ahead(session: Session, ticket: Ticket, now: datetime) -> Hours:
    return hours_of(session, ticket, now, now + hours.AHEAD)


def begin(session: Session, ticket: Ticket) -> None:
    """Promise the first answer and the solution from when it was opened; again where the severity,
    the customer or the plan turned out to be others."""
    promised, start = target(session, ticket), ticket.opened_at
    times = _ahead(session, ticket, start)
    if ticket.first_response_at is None:
        ticket.first_due_at = due(start, promised.first, times)
    ticket.resolve_due_at = due(start, promised.resolve, times)
    if ticket.waiting_since is not None and ticket.first_response_at is not None:
        ticket.next_due_at = due(ticket.waiting_since, promised.next, times)
    look(session, ticket, clock.now())


def customer_spoke(session: Session, ticket: Ticket, now: datetime) -> None:
    """The customer waits for the next answer, from the first of their words that has none."""
    if ticket.first_response_at is not None and ticket.next_due_at is None:
        ticket.next_due_at = due(now, target(session, ticket).next, _ahead(session, ticket, now))
    look(session, ticket, now)


def answered(session: Session, ticket: Ticket, now: datetime) -> None:
    """A human of ours answered the customer."""
    if ticket.first_response_at is None:
        ticket.first_response_at = now
        times = hours_of(session, ticket, ticket.opened_at, now)
        ticket.first_working_s = worked(ticket.opened_at, now, times).total_seconds()
    elif ticket.next_due_at is not None and now > ticket.next_due_at:
        ticket.next_missed += 1
    ticket.next_due_at = ticket.waiting_since = None


def moved(session: Session, ticket: Ticket, owed: str, now: datetime) -> None:
    """The ticket is in another state; `owed` is who owed the next word before. The promise to solve
    it stands still while that is the customer."""
    if ticket.owes == "customer" and ticket.paused_at is None:
        ticket.paused_at = now
    elif owed == "customer" and ticket.paused_at is not None and ticket.resolve_due_at is not None:
        stood = worked(ticket.paused_at, now, hours_of(session, ticket, ticket.paused_at, now))
        ticket.resolve_due_at = due(ticket.resolve_due_at, stood, _ahead(session, ticket, now))
        ticket.paused_at = None
    look(session, ticket, now)


def solved(session: Session, ticket: Ticket, now: datetime) -> None:
    """It was solved: note the working time that took."""
    ticket.resolved_at = now
    promised = _resolve(session, ticket)
    if promised is not None:
        start, end = sorted((now, promised.due))
        times = hours_of(session, ticket, start, end)
        ticket.resolve_working_s = used(promised, now, times).total_seconds()


def reopened(session: Session, ticket: Ticket, now: datetime) -> None:
    """It is open again: what was left of the promise to solve it counts from now; at least a
    quarter of it."""
    ticket.resolved_at = ticket.closed_at = ticket.told_at = ticket.paused_at = None
    promised = target(session, ticket).resolve
    left = promised - timedelta(seconds=ticket.resolve_working_s or 0.0)
    length = max(left, promised / 4)
    ticket.resolve_due_at = due(now, length, _ahead(session, ticket, now))


def promises(session: Session, ticket: Ticket) -> list[Promise]:
    """What is owed on an open ticket and not kept yet."""
    if ticket.state not in OPEN:
        return []
    promised, found = target(session, ticket), []
    if ticket.first_response_at is None and ticket.first_due_at is not None:
        found.append(Promise("first answer", promised.first, ticket.first_due_at))
    if ticket.next_due_at is not None:
        found.append(Promise("next answer", promised.next, ticket.next_due_at))
    resolve = _resolve(session, ticket)
    return [*found, resolve] if resolve and ticket.paused_at is None else found


def _resolve(session: Session, ticket: Ticket) -> Promise | None:
    if ticket.resolve_due_at is None:
        return None
    return Promise("solution", target(session, ticket).resolve, ticket.resolve_due_at)


def look(session: Session, ticket: Ticket, after: datetime) -> Sequence[Moment]:
    """Set when the clocks are looked at next, and return what has come since they were to be: the
    moments from `look_at` up to `after`."""
    owed = promises(session, ticket)
    if not owed:
        ticket.look_at = None
        return []
    first = min(promise.due - 5 * promise.length for promise in owed)
    last = max(promise.due for promise in owed)
    found = moments(owed, hours_of(session, ticket, first, last))
    since = ticket.look_at
    ticket.look_at = next((moment.at for moment in found if moment.at > after), None)
    return [m for m in found if since is not None and since <= m.at <= after]


def state_of(ticket: Ticket, now: datetime) -> tuple[str, datetime] | None:
    """(missed, near or fine, when it is due) of the promise that is due first; None where none is."""
    if ticket.state not in OPEN:
        return None
    first = ticket.first_due_at if ticket.first_response_at is None else None
    resolve = ticket.resolve_due_at if ticket.paused_at is None else None
    known = [at for at in (first, ticket.next_due_at, resolve) if at is not None]
    if not known:
        return None
    soonest = min(known)
    if soonest <= now:
        return "missed", soonest
    return ("near" if ticket.look_at == soonest else "fine"), soonest
