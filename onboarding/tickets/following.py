"""Somebody follows a ticket, or no longer: by a mail that was copied to them, by hand, by merging."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, NotFound
from onboarding.people.actions import EMAIL
from onboarding.people.reply_addresses import ours
from onboarding.tickets import followers, queries
from onboarding.tickets.followers import MOST
from onboarding.tickets.models import Ticket, TicketFollower
from onboarding.trail.log import Actor, record

LONGEST = 254  # characters of an address (RFC 5321, 4.5.3.1.3)
#: What is kept of two rows of one address when tickets are merged: who wants no more stays away.
_FIRST = ("stopped", "follows", "named", "removed")


def is_address(text: str) -> bool:
    """Whether mail can be written to it: one line, nothing hidden in it."""
    return bool(EMAIL.fullmatch(text)) and text.isprintable() and len(text) <= LONGEST


def copied(
    session: Session, actor: Actor, ticket_id: int, addresses: Sequence[str], *, recognised: bool
) -> None:
    """A mail in the ticket names these addresses beside us. Where its sender is `recognised` as one
    of the ticket's customer, those of the same customer follow from now on; anybody else is shown to
    staff and written to by nobody. Who stopped or was removed stays away; your own people and those
    who asked are left aside."""
    ticket = queries.going_on(session, queries.get(session, ticket_id, lock=True), lock=True)
    known, asked = followers.rows(session, ticket), followers.askers(session, ticket)
    mates = followers.mates(session, ticket.customer_id) if recognised else {}
    people = followers.users(session, addresses)
    left = {state: MOST - _count(known, state) for state in ("follows", "named")}
    for address in dict.fromkeys(addresses):
        row = known.get(address)
        staff = address in people and people[address].role != "customer"
        if not is_address(address) or staff or address in asked:
            continue
        state = "follows" if address in mates and left["follows"] > 0 else "named"
        fresh = row is None or (row.state, state) == ("named", "follows")
        if fresh and left[state] > 0:
            left[state] -= 1
            _set(session, actor, ticket, address, state)


def _count(known: dict[str, TicketFollower], state: str) -> int:
    return sum(row.state == state for row in known.values())


def follow(session: Session, actor: Actor, ticket_id: int, given: str) -> TicketFollower:
    """Somebody of staff has the answers go to this address too. Raises BadInput at `address`."""
    ticket = queries.going_on(session, queries.get(session, ticket_id, lock=True), lock=True)
    address = given.strip().lower()
    _check(session, ticket, address)
    return _set(session, actor, ticket, address, "follows")


def write_to(session: Session, actor: Actor, ticket_id: int, row_id: int) -> TicketFollower:
    """As `follow`, for one whom a mail named. Raises NotFound."""
    return follow(session, actor, ticket_id, _row(session, ticket_id, row_id).address)


def remove(session: Session, actor: Actor, ticket_id: int, row_id: int) -> None:
    """Staff lets somebody go who follows, or was named in a mail. Raises NotFound."""
    ticket = queries.get(session, ticket_id, lock=True)
    row = _row(session, ticket_id, row_id)
    if row.state in ("follows", "named"):
        _set(session, actor, ticket, row.address, "removed")


def stop(session: Session, actor: Actor, token: str) -> TicketFollower:
    """They want no more of it, by the link in a letter. Raises NotFound."""
    row = followers.opened(session, token)
    ticket = queries.get(session, row.ticket_id, lock=True)
    if row.state == "follows":
        _set(session, actor, ticket, row.address, "stopped")
    return row


def united(session: Session, actor: Actor, ticket: Ticket, into: Ticket) -> None:
    """Who follows a ticket that is merged follows the other, whose askers get its answers anyway;
    above the limit they are named in it."""
    known, asked = followers.rows(session, into), followers.askers(session, into)
    for address, row in followers.rows(session, ticket).items():
        other, state = known.get(address), row.state
        if other is not None and _FIRST.index(other.state) <= _FIRST.index(state):
            continue
        if address in asked and state in ("follows", "named"):
            continue
        full = len(followers.in_state(session, into, "follows")) >= MOST
        _set(session, actor, into, address, "named" if state == "follows" and full else state)


def another_customers(session: Session, actor: Actor, ticket: Ticket) -> None:
    """The locked ticket turned out to be another customer's: who follows it and is none of theirs
    gets nothing more by itself."""
    theirs = followers.mates(session, ticket.customer_id)
    for row in followers.in_state(session, ticket, "follows"):
        if row.address not in theirs:
            _set(session, actor, ticket, row.address, "named")


def _check(session: Session, ticket: Ticket, address: str) -> None:
    def wrong(what: str, hint: str) -> BadInput:
        return BadInput(what, place="address", hint=hint)

    if not is_address(address):
        raise wrong("this is not a mail address", "one address, like ada@example.com")
    if ours(address):
        raise wrong("this address is Turnup's own", "the address of a person")
    known = followers.users(session, [address]).get(address)
    if known is not None and known.role != "customer":
        raise wrong("this is one of your own people", "they read the ticket on its page")
    if address in followers.askers(session, ticket):
        raise wrong("whoever asked gets the answers anyway", "somebody else's address")
    rows = followers.rows(session, ticket)
    if address in rows and rows[address].state == "follows":
        raise wrong("the answers go to this address already", "somebody else's address")
    if _count(rows, "follows") >= MOST:
        raise wrong(f"{MOST} follow this ticket already", "remove one first")


def _row(session: Session, ticket_id: int, row_id: int) -> TicketFollower:
    row = session.get(TicketFollower, row_id)
    if row is None or row.ticket_id != ticket_id:
        raise NotFound("Nobody of that number is at this ticket", hint="open the ticket again")
    return row


def _set(
    session: Session, actor: Actor, ticket: Ticket, address: str, state: str
) -> TicketFollower:
    """The row of the address in the locked ticket, in this state from now on, and in its trail."""
    user, now = followers.users(session, [address]).get(address), clock.now()
    row = followers.rows(session, ticket).get(address)
    if row is None:
        row = TicketFollower(ticket_id=ticket.id, address=address, state=state, at=now)
        session.add(row)
    row.user, row.state, row.at = user, state, now
    session.flush()
    kind = f"ticket.follower_{_KINDS[state]}"
    record(session, ticket.stream, kind, actor, {"follower": row.id}, {"address": address})
    return row


_KINDS = {"follows": "added", "named": "named", "stopped": "stopped", "removed": "removed"}
