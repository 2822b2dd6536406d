"""The clocks of a ticket: what was promised, kept, missed; as columns, by the rules of `clocks`."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from onboarding.tickets import hours, promised, queries
from onboarding.tickets.clocks import (
    Hours,
    Moment,
    Promise,
    Target,
    before,
    due,
    moments,
    used,
    worked,
)
from onboarding.tickets.handoff import OPEN, SUPPORT
from onboarding.tickets.models import Ticket

SOLUTION = "solution"  # the name of the promise to solve it


def target(session: Session, ticket: Ticket) -> Target:
    """What the customer's plan promises at this severity."""
    return promised.target(session, queries.plan_of(session, ticket.customer_id), ticket.severity)


def _length(session: Session, ticket: Ticket, what: str) -> timedelta:
    """What was promised of `first`, `next` or `resolve`, whatever is promised by now."""
    seconds = ticket.promised.get(what)
    if seconds is not None:
        return timedelta(seconds=seconds)
    found: timedelta = getattr(target(session, ticket), what)
    return found


def _promise(ticket: Ticket, what: str, length: timedelta) -> None:
    ticket.promised = {**(ticket.promised or {}), what: length.total_seconds()}


def hours_of(session: Session, ticket: Ticket, since: datetime, until: datetime) -> Hours:
    """The time in which the ticket's promises count: support's, or around the clock."""
    if queries.plan_of(session, ticket.customer_id) == "premium":
        return None
    return hours.of_team(session, SUPPORT, since, until)


def _ahead(session: Session, ticket: Ticket, now: datetime) -> Hours:
    return hours_of(session, ticket, now, now + hours.AHEAD)


def begin(session: Session, ticket: Ticket) -> None:
    """Promise the first answer, from the customer's first word (a machine's, where none of theirs
    is there), and the solution from when it was opened."""
    length, start = target(session, ticket).resolve, ticket.opened_at
    _promise_first(session, ticket)
    _promise(ticket, "resolve", length)
    ticket.resolve_due_at = due(start, length, _ahead(session, ticket, start))


def _promise_first(session: Session, ticket: Ticket) -> None:
    start = ticket.asked_at or ticket.opened_at
    length = target(session, ticket).first
    _promise(ticket, "first", length)
    ticket.first_due_at = due(start, length, _ahead(session, ticket, start))


def _promise_next(session: Session, ticket: Ticket) -> None:
    since = ticket.waiting_since
    if since is not None and ticket.first_response_at is not None:
        length = target(session, ticket).next
        _promise(ticket, "next", length)
        ticket.next_due_at = due(since, length, _ahead(session, ticket, since))


def spent(session: Session, ticket: Ticket, now: datetime) -> timedelta:
    """How much of the promise to solve it is used: to be read before the severity, the customer or
    the plan change, and given to `anew` after."""
    owed, at = _resolve(session, ticket), ticket.paused_at or now
    if owed is None:
        return timedelta()
    start, end = sorted((at, owed.due))
    return used(owed, at, hours_of(session, ticket, start, end))


def anew(session: Session, ticket: Ticket, spent_before: timedelta, now: datetime) -> None:
    """Promise by another severity, customer or plan: answers from the words that wait for them, the
    solution less what was used of it, so that pauses and what came before it was opened again stay
    left out."""
    if ticket.first_response_at is None:
        _promise_first(session, ticket)
    _promise_next(session, ticket)
    length = target(session, ticket).resolve
    _promise(ticket, "resolve", length)
    at, left = ticket.paused_at or now, length - spent_before
    if left > timedelta():
        ticket.resolve_due_at = due(at, left, _ahead(session, ticket, at))
    else:
        times = hours_of(session, ticket, at - hours.AHEAD, at)
        ticket.resolve_due_at = before(at, -left, times)


def customer_spoke(session: Session, ticket: Ticket) -> None:
    """The customer waits for the next answer, from the first of their words that has none; where
    none was given yet, for the first, from their first word."""
    if ticket.first_response_at is None:
        _promise_first(session, ticket)
    elif ticket.next_due_at is None:
        _promise_next(session, ticket)


def answered(session: Session, ticket: Ticket, now: datetime) -> None:
    """A human of ours answered the customer."""
    if ticket.first_response_at is None:
        ticket.first_response_at = now
        if ticket.asked_at is not None:
            times = hours_of(session, ticket, ticket.asked_at, now)
            ticket.first_working_s = worked(ticket.asked_at, now, times).total_seconds()
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


def solved(session: Session, ticket: Ticket, now: datetime) -> None:
    """It was solved, and moved there: note the working time that took, without its pauses."""
    ticket.resolved_at = now
    owed = _resolve(session, ticket)
    if owed is not None:
        start, end = sorted((now, owed.due))
        times = hours_of(session, ticket, start, end)
        ticket.resolve_working_s = used(owed, now, times).total_seconds()


def reopened(session: Session, ticket: Ticket, now: datetime) -> None:
    """It is open again: what was left of the promise to solve it counts from now; at least a
    quarter of it."""
    ticket.resolved_at = ticket.closed_at = ticket.told_at = ticket.paused_at = None
    length = target(session, ticket).resolve
    _promise(ticket, "resolve", length)
    left = max(length - timedelta(seconds=ticket.resolve_working_s or 0.0), length / 4)
    ticket.resolve_due_at = due(now, left, _ahead(session, ticket, now))


def promises(session: Session, ticket: Ticket) -> list[Promise]:
    """What is owed on an open ticket and not kept yet."""
    if ticket.state not in OPEN:
        return []
    found = []
    if ticket.first_response_at is None and ticket.first_due_at is not None:
        found.append(
            Promise("first answer", _length(session, ticket, "first"), ticket.first_due_at)
        )
    if ticket.next_due_at is not None:
        found.append(Promise("next answer", _length(session, ticket, "next"), ticket.next_due_at))
    resolve = _resolve(session, ticket)
    return [*found, resolve] if resolve and ticket.paused_at is None else found


def _resolve(session: Session, ticket: Ticket) -> Promise | None:
    if ticket.resolve_due_at is None:
        return None
    return Promise(SOLUTION, _length(session, ticket, "resolve"), ticket.resolve_due_at)


def look(session: Session, ticket: Ticket, now: datetime) -> list[Moment]:
    """Set when the clocks are looked at next, and return what has come and was not told yet. A
    promise that moves on (it stood still, or another was made) is told anew when its time comes."""
    found = _moments(session, ticket)
    fresh = _untold(ticket, found, now)
    ticket.alarmed = [_name(moment) for moment in found if moment.at <= now]
    ticket.look_at = next((moment.at for moment in found if moment.at > now), None)
    first = min((moment.promise.due for moment in found), default=None)
    near = (m.at for m in found if m.what == "near" and m.promise.due == first)
    ticket.near_at = min(near, default=None)
    return fresh


def passed(session: Session, ticket: Ticket, now: datetime) -> list[Moment]:
    """What has come and was not told yet; changes nothing."""
    if ticket.look_at is None or ticket.look_at > now:
        return []
    return _untold(ticket, _moments(session, ticket), now)


def _moments(session: Session, ticket: Ticket) -> list[Moment]:
    owed = promises(session, ticket)
    if not owed:
        return []
    first = min(promise.due - 5 * promise.length for promise in owed)
    last = max(promise.due for promise in owed)
    return moments(owed, hours_of(session, ticket, first, last))


def _untold(ticket: Ticket, found: list[Moment], now: datetime) -> list[Moment]:
    return [one for one in found if one.at <= now and _name(one) not in ticket.alarmed]


def _name(moment: Moment) -> str:
    return f"{moment.promise.name}: {moment.what}"


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
    near = ticket.near_at is not None and ticket.near_at <= now
    return ("near" if near else "fine"), soonest
