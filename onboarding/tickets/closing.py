"""Solve a ticket, tell the customer, write it down, close it; open it again, merge it."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, Refused
from onboarding.people.models import User
from onboarding.tickets import handoff, queries, satisfaction, telling, texts, timing
from onboarding.tickets.handoff import Closing
from onboarding.tickets.models import Ticket, TicketMail
from onboarding.tickets.moving import move
from onboarding.tickets.saying import Said, add, send, write
from onboarding.trail.log import Actor


def resolve(
    session: Session, actor: Actor, user: User, ticket_id: int, resolution: str, words: str = ""
) -> Ticket:
    """It is solved: `resolution` is for us, `words` go to the customer, who is told by them."""
    ticket = queries.get(session, ticket_id, lock=True)
    ticket.resolution = texts.clean(resolution, "resolution")
    now = clock.now()
    if words:
        message = write(session, actor, ticket, user, words, "staff")
        timing.answered(session, ticket, now)
        ticket.told_at = now
        send(session, ticket, message, satisfaction.question(ticket))
    timing.solved(session, ticket, now)
    telling.heard(session, actor, ticket)
    ticket.waiting_since = ticket.next_due_at = None
    said = {"told": bool(words)}
    move(session, actor, ticket, "resolve", said, {"resolution": ticket.resolution})
    return ticket


def close(
    session: Session, actor: Actor, ticket_id: int, doc_link: str = "", no_doc: str = ""
) -> Ticket:
    """Close what is resolved: needs the resolution, that the customer was told, and where it was
    written down (`doc_link`) or why it need not be (`no_doc`). Raises Refused naming what is
    missing."""
    ticket = queries.get(session, ticket_id, lock=True)
    state = handoff.after(ticket.state, "close")
    ticket.doc_link = _link(doc_link) or ticket.doc_link
    ticket.no_doc = no_doc.strip()[:500] or ticket.no_doc
    told = ticket.told_at is not None
    missing = handoff.missing(Closing(ticket.resolution, told, ticket.doc_link, ticket.no_doc))
    if missing:
        raise Refused(f"Before it is closed it needs {'; '.join(missing)}", hint="then close it")
    ticket.closed_at = clock.now()
    said = {"doc": bool(ticket.doc_link), "state": state}
    move(session, actor, ticket, "close", said, {"doc": ticket.doc_link, "no_doc": ticket.no_doc})
    return ticket


def _link(link: str) -> str:
    link = link.strip()
    if (link and not link.startswith(("/", "https://", "http://"))) or link.startswith(
        ("//", "/\\")
    ):
        hint = "a path like /knowledge/12, or https://…"
        raise BadInput("this is no link", place="doc_link", hint=hint)
    return link[:500]


def reopen(session: Session, actor: Actor, ticket_id: int, reason: str = "") -> Ticket:
    """It is not solved after all: its owner has it again."""
    ticket = queries.get(session, ticket_id, lock=True)
    move(session, actor, ticket, "reopen", {}, {"reason": reason} if reason else None)
    return ticket


def merge(session: Session, actor: Actor, ticket_id: int, into_id: int) -> Ticket:
    """The same is asked in `into_id`: what is written here from now on goes there. Both must be the
    same customer's, or their answers would reach the other's."""
    if ticket_id == into_id:
        raise BadInput("this is the ticket itself", place="into", hint="another's number")
    first, second = sorted((ticket_id, into_id))  # two merges at once wait in the same order
    rows = {one: queries.get(session, one, lock=True) for one in (first, second)}
    ticket, into = rows[ticket_id], rows[into_id]
    if into.merged_into_id is not None:
        hint = f"merge it into {texts.title(into.merged_into_id)}"
        raise Refused(f"{texts.title(into.id)} was merged itself", hint=hint)
    if _asker(ticket) != _asker(into):
        hint = "link them in a note instead"
        raise Refused("These are of different customers", hint=hint)
    ticket.merged_into_id = into.id
    move(session, actor, ticket, "merge", {"into": into.id})
    into.last_at = clock.now()
    mails = update(TicketMail).where(TicketMail.ticket_id == ticket.id)
    session.execute(mails.values(ticket_id=into.id))
    _copy(session, actor, ticket, into)
    return into


def _asker(ticket: Ticket) -> tuple[int | None, str]:
    mine = ticket.customer_id
    return (mine, "" if mine else ticket.requester_email)


def _copy(session: Session, actor: Actor, ticket: Ticket, into: Ticket) -> None:
    """What was said in the merged one, as a note in the other."""
    for message in queries.public_messages(session, ticket):
        said = f"{texts.title(ticket.id)}, {message.name}, {clock.iso(message.at)}:\n{message.text}"
        add(session, actor, into, Said(said[: texts.LONGEST], "web", message.name), "note")
