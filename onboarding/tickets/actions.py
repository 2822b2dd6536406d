"""Open tickets and write in them. Whoever brings words in (a form, mail, a room, a program) calls
`open_ticket` and `add_message`; the vendor's people answer with `reply` and `note`."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.queries import customer_of
from onboarding.errors import BadInput, NotAllowed
from onboarding.people.models import User
from onboarding.people.permissions import may
from onboarding.tickets import (
    alarms,
    indexing,
    links,
    queries,
    satisfaction,
    telling,
    texts,
    timing,
)
from onboarding.tickets.clocks import SEVERITIES
from onboarding.tickets.handoff import SUPPORT, WITH_A_TEAM
from onboarding.tickets.models import Ticket, TicketMessage
from onboarding.tickets.moving import asked_further, move, place, spoken
from onboarding.tickets.saying import Said, add, by, send
from onboarding.tickets.texts import Attachment
from onboarding.trail.log import Actor, record

__all__ = ["Opening", "Said", "add_message", "note", "open_ticket", "reply"]
OWN = "tickets.own"  # the permission of who owns the talk with a customer
SOURCES = ("form", "mail", "api", "room", "share", "alert")


@dataclass(frozen=True)
class Opening:
    """What somebody asks. `requester` where we know the person, else `name` and `email`; without
    either nobody is written to. `message_id` is the mail's; `automatic`: a machine wrote it;
    `called`: whoever brings it calls people about it, so nobody else is told."""

    text: str
    source: str
    subject: str = ""
    severity: int = 3
    requester: User | None = None
    name: str = ""
    email: str = ""
    customer_id: int | None = None
    turnup_id: int | None = None
    cutover_id: int | None = None
    message_id: str = ""
    files: Sequence[Attachment] = ()
    automatic: bool = False
    called: bool = False


def open_ticket(session: Session, actor: Actor, asked: Opening) -> Ticket:
    """A new ticket; whoever of support is on their rotation is told. Whose it is follows from the
    requester and the turn-up where it is not said. A mail that opened one already (the same
    `message_id`) opens no second. Raises BadInput at the field."""
    known = queries.by_mail(session, [asked.message_id]) if asked.message_id else None
    if known is not None:
        return known
    if asked.severity not in SEVERITIES:
        raise BadInput(f"{asked.severity} is no severity", place="severity", hint="1 to 4")
    if asked.source not in SOURCES:
        hint = f"one of {', '.join(SOURCES)}"
        raise BadInput(f"{asked.source!r} is no source", place="source", hint=hint)
    text, now = texts.clean(asked.text), clock.now()
    ticket = Ticket(
        reference=secrets.token_hex(12),
        subject=texts.subject_of(asked.subject, text),
        severity=asked.severity,
        source=asked.source,
        state="new",
        holder_team=SUPPORT,
        owes="support",
        opened_at=now,
        last_at=now,
        cutover_id=asked.cutover_id,
        turnup_id=asked.turnup_id,
    )
    _whose(session, ticket, asked)
    session.add(ticket)
    session.flush()
    place(session, ticket, now)
    said = {"source": asked.source, "severity": asked.severity, "customer": ticket.customer_id}
    record(session, ticket.stream, "ticket.opened", actor, said, {"subject": ticket.subject})
    name = ticket.requester_name or ticket.requester_email or "somebody"
    whose = ticket.customer.name if ticket.customer else ""
    indexing.learn(session, ticket, ticket.subject, name, ticket.requester_email, whose)
    came = Said(text, asked.source, name, asked.message_id, asked.files, asked.automatic)
    add(session, actor, ticket, came, "auto" if asked.automatic else "customer")
    timing.begin(session, ticket)
    alarms.look(session, ticket, now)
    if not asked.called:
        telling.opened(session, actor, ticket, text)
    return ticket


def _whose(session: Session, ticket: Ticket, asked: Opening) -> None:
    who = asked.requester or _known(session, asked.email)
    ticket.requester_id = who.id if who else None
    ticket.requester_name = (who.name if who else asked.name)[:200]
    ticket.requester_email = (who.email if who else asked.email).strip().lower()[:300]
    ticket.customer_id = asked.customer_id
    if asked.turnup_id is not None:
        turnup = links.turnup_of(session, asked.turnup_id, asked.customer_id)
        ticket.customer_id = turnup.customer_id
    if ticket.customer_id is None and who is not None:
        customer = customer_of(session, who)
        ticket.customer_id = customer.id if customer else None
    links.check_cutover(session, asked.cutover_id, ticket.customer_id, asked.turnup_id)


def _known(session: Session, email: str) -> User | None:
    """The customers' person with this address, where it is one's."""
    if not email.strip():
        return None
    query = select(User).where(User.email == email.strip().lower(), User.role == "customer")
    return session.scalar(query)


def add_message(session: Session, actor: Actor, ticket_id: int, said: Said) -> TicketMessage:
    """What the customer, or a machine in their name, wrote further. Opens a ticket again that was
    over, unless a machine wrote it; goes into the one that it was merged into. A mail that is there
    already is not added again. Whoever has the ticket, and its owner, are told."""
    ticket = queries.get(session, ticket_id, lock=True)
    ticket = queries.going_on(session, ticket, lock=True)
    if said.message_id:
        for message in queries.messages(session, ticket):
            if message.message_id == said.message_id:
                return message
    if said.automatic:
        return add(session, actor, ticket, said, "auto")
    message = add(session, actor, ticket, said, "customer")
    asked_further(session, actor, ticket, {"message": message.number})
    telling.customer_wrote(session, actor, ticket, message)
    return message


def reply(
    session: Session,
    actor: Actor,
    user: User,
    ticket_id: int,
    text: str,
    files: Sequence[Attachment] = (),
    corrects: int | None = None,
) -> TicketMessage:
    """`user` answers the customer, who gets it by mail and on their page. By somebody of the team
    that has it, this is the word that the team owes. Answering claims what nobody has claimed, and
    accepts what the team was asked. `corrects` is the number of an answer that this sets right."""
    ticket = queries.get(session, ticket_id, lock=True)
    ours = ticket.state in WITH_A_TEAM and user.team_key == ticket.holder_team
    if not ours and not may(user.role, OWN):
        hint = "write a note, or have support hand it to your team"
        raise NotAllowed("Support answers the customer in this ticket", hint=hint)
    if ticket.state == "new":
        ticket.owner_id = user.id
        move(session, actor, ticket, "claim", {"owner": user.id})
        telling.settled(session, actor, ticket, SUPPORT, f"{user.name} has answered")
    first = ticket.first_response_at is None
    message = add(session, actor, ticket, by(user, text, files), "staff")
    if corrects is not None:
        _correct(session, ticket, message, corrects)
    alarms.answered(session, ticket, message.at)
    timing.answered(session, ticket, message.at)
    if ticket.state == "resolved":
        ticket.told_at = message.at
    telling.heard(session, actor, ticket)
    if ours:
        spoken(session, ticket, user)
        telling.settled(session, actor, ticket, ticket.holder_team, f"{user.name} has answered")
        telling.team_spoke(session, actor, ticket, user, message)
    move(
        session,
        actor,
        ticket,
        "answer_customer" if ours else "reply",
        {"message": message.number, "first": first},
    )
    over = ticket.state == "resolved"
    send(session, ticket, message, satisfaction.question(ticket) if over else "")
    return message


def _correct(session: Session, ticket: Ticket, message: TicketMessage, number: int) -> None:
    found = {one.number: one for one in queries.public_messages(session, ticket)}
    if number not in found or found[number].side != "staff":
        hint = "the number of an answer of ours in this ticket"
        raise BadInput("there is no such answer", place="corrects", hint=hint)
    message.corrects = number
    ticket.corrected += 1


def note(
    session: Session,
    actor: Actor,
    user: User,
    ticket_id: int,
    text: str,
    files: Sequence[Attachment] = (),
) -> TicketMessage:
    """A note for the vendor's people: it goes to nobody outside, by any way."""
    ticket = queries.get(session, ticket_id, lock=True)
    return add(session, actor, ticket, by(user, text, files), "note")
