"""What is said in a ticket, as a row, and on its way to the customer; nothing else happens by it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput
from onboarding.outbox.actions import post
from onboarding.people.models import User
from onboarding.tickets import indexing, letters, queries, reading, texts, tracker
from onboarding.tickets.models import Ticket, TicketFile, TicketMail, TicketMessage
from onboarding.tickets.texts import Attachment
from onboarding.trail.log import Actor, record


@dataclass(frozen=True)
class Said:
    """One message as it came: by whom (`name` as the page shows them), through what."""

    text: str
    source: str
    name: str
    message_id: str = ""
    files: Sequence[Attachment] = ()
    automatic: bool = False


def send(session: Session, ticket: Ticket, message: TicketMessage, after_words: str = "") -> None:
    """The message goes to the customer by mail, in the thread of what they wrote; to whoever asked
    the same in tickets that were merged into this one, in theirs; and to those who follow, each in a
    letter of their own. `after_words` are for those who asked. Where a merged ticket turned out to
    be another customer's, those get nothing more of it."""
    told: set[str] = set()
    for reader in reading.readers(session, ticket, message, after_words):
        if reader.address and reader.address in told:
            continue
        if reader.address or reader.key == letters.key_of(ticket, message, ticket):
            session.add(TicketMail(message_id=letters.id_of(reader.key), ticket_id=ticket.id))
        if reader.address:
            told.add(reader.address)
            letter = letters.to_customer(ticket, message, reader)
            post(session, "email", letter, topic=f"ticket:{ticket.id}")
    message.message_id = letters.id_of(letters.key_of(ticket, message, ticket))
    session.flush()


def by(user: User, text: str, files: Sequence[Attachment]) -> Said:
    """As one of the vendor's people says it."""
    return Said(text, "web", user.name, files=files)


def write(
    session: Session, actor: Actor, ticket: Ticket, user: User, text: str, side: str
) -> TicketMessage:
    """`user` says it in a locked ticket, without anything else happening to it."""
    return add(session, actor, ticket, by(user, text, ()), side)


def add(session: Session, actor: Actor, ticket: Ticket, said: Said, side: str) -> TicketMessage:
    """One message more in a locked ticket, and nothing else."""
    text, now = texts.clean(said.text), clock.now()
    if len(said.files) > texts.MOST_FILES:
        raise BadInput(
            "these are too many files", place="files", hint=f"{texts.MOST_FILES} at most"
        )
    entry = record(
        session,
        ticket.stream,
        f"ticket.{_KINDS[side]}",
        actor,
        {"files": len(said.files), "side": side, "source": said.source},
        {"text": text, "name": said.name},
    )
    team = _team_of(session, actor)
    message = TicketMessage(
        ticket_id=ticket.id,
        number=entry.number,
        at=now,
        side=side,
        actor=actor.name,
        name=said.name[:200],
        team=team if side in ("staff", "note") else "",
        text=text,
        source=said.source,
        message_id=said.message_id,
    )
    for given in said.files:
        file = texts.attachment(given.name, given.content)
        message.files.append(
            TicketFile(name=file.name, size=len(file.content), content=file.content)
        )
    session.add(message)
    indexing.learn(session, ticket, text, *(file.name for file in message.files))
    if said.message_id and session.get(TicketMail, said.message_id) is None:
        session.add(TicketMail(message_id=said.message_id, ticket_id=ticket.id))
    if side in queries.PUBLIC:
        tracker.tell(session, ticket, _KINDS[side], entry.number, text)
    ticket.last_at = now
    if side == "customer":
        ticket.waiting_since = ticket.waiting_since or now
        if ticket.first_response_at is None:
            ticket.asked_at = ticket.asked_at or now
    session.flush()
    return message


_KINDS = {"customer": "asked", "staff": "told", "note": "noted", "auto": "heard"}


def _team_of(session: Session, actor: Actor) -> str:
    user = session.get(User, actor.user_id) if actor.user_id else None
    return user.team_key if user else ""
