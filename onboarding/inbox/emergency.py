"""Addresses of customers that page: given, taken back, and what a mail to one does."""

import re
import secrets

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Customer
from onboarding.customers.queries import people_of
from onboarding.errors import BadInput, NotAllowed, NotFound, Refused
from onboarding.inbox import asking, copies, queries
from onboarding.inbox.asking import MAIL
from onboarding.inbox.mail import Mail
from onboarding.inbox.models import EmergencyAddress
from onboarding.inbox.words import fresh
from onboarding.people.models import User
from onboarding.people.queries import teams as all_teams
from onboarding.people.reply_addresses import tag_of, tagged
from onboarding.tickets import actions as tickets
from onboarding.tickets import queries as tickets_read
from onboarding.tickets.handoff import OPEN
from onboarding.tickets.models import Ticket
from onboarding.tickets.telling import call_emergency
from onboarding.trail.log import Actor, record

LONGEST_WORDS = 1200
_TAG = re.compile(r"e-([a-z2-7]{16})")
_SIGNS = "abcdefghijklmnopqrstuvwxyz234567"  # 16 of them: 80 bits; mail may change their case


def give(
    session: Session, actor: Actor, user: User, customer: Customer, team: str
) -> EmergencyAddress:
    """A new address for the customer, which calls `team`, then the account manager. The one before
    pages nobody from now on. Raises BadInput at `team`, Refused where no mail comes in."""
    if not tagged("e"):
        raise Refused("No mail comes in here", hint="the operator sets TURNUP_MAIL_IN first")
    keys = [one.key for one in all_teams(session)]
    if team not in keys:
        raise BadInput(f"there is no team {team!r}", place="team", hint=f"one of {', '.join(keys)}")
    if queries.emergency(session, customer.id) is not None:
        revoke(session, actor, customer)
    token = "".join(secrets.choice(_SIGNS) for _ in range(16))
    row = EmergencyAddress(customer_id=customer.id, token=token, teams=[team], made_by=user.id)
    row.made_at = clock.now()
    session.add(row)
    session.flush()
    record(session, customer.stream, "emergency.given", actor, {"address": row.id, "team": team})
    return row


def revoke(session: Session, actor: Actor, customer: Customer) -> None:
    """The customer's address pages nobody any more. Raises NotFound where there is none."""
    row = queries.emergency(session, customer.id)
    if row is None:
        raise NotFound("This customer has no emergency address")
    row.revoked_at = clock.now()
    record(session, customer.stream, "emergency.revoked", actor, {"address": row.id})
    session.flush()


def address(row: EmergencyAddress) -> str:
    """Such as `turnup+e-abcdefgh23456789@example.com`."""
    return tagged(f"e-{row.token}")


def address_of(session: Session, customer: Customer) -> str:
    """Where the customer's people write in an emergency; empty where they were given no address, or
    no mail comes in."""
    row = queries.emergency(session, customer.id)
    return address(row) if row is not None else ""


def opened(session: Session, one: str) -> EmergencyAddress | None:
    """What an address of a mail pages, None where it is no such address. Raises NotAllowed for one
    that was never given, or was taken back."""
    found = _TAG.fullmatch(tag_of(one))
    if found is None:
        return None
    row = queries.by_token(session, found[1])
    if row is None or row.revoked_at is not None:
        hint = "look whether it is urgent; nobody was paged"
        raise NotAllowed("This emergency address was never given, or was taken back", hint=hint)
    return row


def page(session: Session, mail: Mail, found: EmergencyAddress) -> Ticket:
    """Call the customer's people of ours about a ticket of the gravest kind: the one of the
    emergency before while that is open. While its page is not over, further mails are counted on
    it. Raises NotAllowed for a mail by which a machine answers: a monitor may page, a bounce not."""
    if mail.automatic == "replied":
        raise NotAllowed("A machine wrote this mail in answer to another", hint="nobody was paged")
    customer = found.customer
    theirs = {user.email.lower() for user in people_of(session, customer)}
    known = mail.sender in theirs
    ticket = _ticket(session, mail, found, known=known)
    copies.look(session, mail, ticket)
    audience = [f"team:{team}" for team in found.teams]
    if customer.account_manager_id is not None:
        audience.append(f"user:{customer.account_manager_id}")
    row = call_emergency(session, MAIL, ticket, audience, _text(customer, mail, known=known))
    if known and mail.answerable:
        told = f"Your mail called our people (page {row.id}), one after another until one answers."
        asking.receipt(session, ticket, mail, told)
    return ticket


def _ticket(session: Session, mail: Mail, found: EmergencyAddress, *, known: bool) -> Ticket:
    before = session.get(Ticket, found.ticket_id) if found.ticket_id else None
    before = tickets_read.going_on(session, before, lock=True) if before is not None else None
    if before is not None and before.state in OPEN:
        tickets.add_message(session, MAIL, before.id, asking.further(session, mail))
        return before
    asked = asking.opening(session, mail, severity=1, customer_id=found.customer_id, called=True)
    ticket = tickets.open_ticket(session, MAIL, asked)
    found.ticket_id = ticket.id
    return ticket


def _text(customer: Customer, mail: Mail, *, known: bool) -> str:
    about = mail.subject or "an emergency, without a subject"
    who = mail.sender or "somebody whose address cannot be read"
    lines = [f"{customer.name}: {about}"[:200]]
    lines.append(f"From {who}" + ("" if known else f", who is not known as one of {customer.name}"))
    lines += [f"Not all of it could be read: {flaw}" for flaw in mail.flaws]
    words = fresh(mail.words).replace("\x00", "")[:LONGEST_WORDS].strip()
    return "\n".join([*lines, *(["", words] if words else [])])
