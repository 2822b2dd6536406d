"""Who reads along in a ticket beside whoever asked, and the signed link by which they stop."""

from collections.abc import Sequence
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.config import settings
from onboarding.customers.models import Customer, Member
from onboarding.errors import NotFound
from onboarding.people.models import User
from onboarding.tickets import queries
from onboarding.tickets.models import Ticket, TicketFollower
from onboarding.web.language import marked

MOST = 20  # who follow a ticket; as many again may be named in it
GONE = marked("This link is not one of ours, or it was cut off")


def rows(session: Session, ticket: Ticket) -> dict[str, TicketFollower]:
    """By address: whoever follows, was named, stopped or was removed, in the order they came."""
    query = select(TicketFollower).where(TicketFollower.ticket_id == ticket.id)
    found = session.scalars(query.order_by(TicketFollower.id)).unique()
    return {row.address: row for row in found}


def in_state(session: Session, ticket: Ticket, state: str) -> list[TicketFollower]:
    """Those of one state."""
    return [row for row in rows(session, ticket).values() if row.state == state]


def readers(session: Session, ticket: Ticket) -> list[TicketFollower]:
    """Who gets the public answers by mail: whose account was closed gets none."""
    found = in_state(session, ticket, "follows")
    return [row for row in found if row.user is None or row.user.active]


def follows(session: Session, ticket: Ticket, address: str) -> bool:
    """Whether the answers go to this address."""
    return bool(address) and address in {row.address for row in readers(session, ticket)}


def mates(session: Session, customer_id: int | None) -> dict[str, User]:
    """By address: the people of a customer who joined and have shown that the address is theirs."""
    query = select(User).join(Member, Member.user_id == User.id)
    query = query.where(Member.customer_id == customer_id, User.active)
    found = session.scalars(query.where(Member.confirmed_at.is_not(None))).unique()
    return {user.email.lower(): user for user in found if user.role == "customer"}


def askers(session: Session, ticket: Ticket) -> set[str]:
    """The addresses of those who asked, here or in what was merged into it: they get the answers."""
    both = [ticket, *queries.merged_into(session, ticket)]
    return {one.requester_email for one in both if one.customer_id == ticket.customer_id} - {""}


def users(session: Session, addresses: Sequence[str]) -> dict[str, User]:
    """Whom we know by these addresses, with an account that is open."""
    query = select(User).where(User.email.in_(addresses), User.active)
    return {user.email.lower(): user for user in session.scalars(query).unique()}


@dataclass(frozen=True)
class Along:
    """One line on the ticket's page; `whose` says what we know of them beside their name."""

    row: TicketFollower
    whose: str


def shown(session: Session, ticket: Ticket) -> dict[str, list[Along]]:
    """By state, as staff see it: people of another customer, contacts who have not joined and closed
    accounts are called so."""
    here, found = rows(session, ticket), dict[str, list[Along]]()
    query = select(Customer, User).join(Member, Member.customer_id == Customer.id)
    query = query.join(User, User.id == Member.user_id).where(User.email.in_(here))
    members = {user.email: (customer, user) for customer, user in session.execute(query).unique()}
    for row in here.values():
        whose = _whose(ticket, row, *members[row.address]) if row.address in members else ""
        found.setdefault(row.state, []).append(Along(row, whose))
    return found


def _whose(ticket: Ticket, row: TicketFollower, customer: Customer, user: User) -> str:
    name = "" if customer.id == ticket.customer_id else f"of {customer.name}"
    closed = "account closed: gets no answers" if row.user else "has not joined"
    return ", ".join(filter(None, (name, "" if user.active else closed)))


def link(row: TicketFollower) -> str:
    """Where a follower stops. It shows a button: only a POST stops, so that whatever looks into
    mail cannot."""
    return f"{settings().public_url.rstrip('/')}/questions/followed/{_signer().dumps(row.id)}"


def opened(session: Session, token: str) -> TicketFollower:
    """The follower of a link that we made; of a merged ticket, as they follow the one that goes on.
    Raises NotFound for any other link."""
    try:
        row = session.get(TicketFollower, int(_signer().loads(token)))
    except (BadSignature, ValueError, TypeError):
        row = None
    if row is None:
        raise NotFound(GONE, hint=marked("open it again from the message"))
    ticket = queries.going_on(session, queries.get(session, row.ticket_id))
    return rows(session, ticket).get(row.address, row)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().key("secret"), salt="ticket-follower")
