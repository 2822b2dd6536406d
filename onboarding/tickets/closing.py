"""Solve a ticket, tell the customer, write it down, close it; open it again."""

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, Refused
from onboarding.people.models import User
from onboarding.tickets import alarms, handoff, queries, satisfaction, telling, texts, timing
from onboarding.tickets.handoff import Closing
from onboarding.tickets.models import Ticket
from onboarding.tickets.moving import move
from onboarding.tickets.saying import send, write
from onboarding.trail.log import Actor


def resolve(
    session: Session, actor: Actor, user: User, ticket_id: int, resolution: str, words: str = ""
) -> Ticket:
    """It is solved: `resolution` is for us, `words` go to the customer, who is told by them."""
    ticket = queries.get(session, ticket_id, lock=True)
    ticket.resolution = texts.clean(resolution, "resolution")
    now = clock.now()
    alarms.solved(session, ticket, now)
    if words:
        message = write(session, actor, ticket, user, words, "staff")
        timing.answered(session, ticket, now)
        ticket.told_at = now
        send(session, ticket, message, satisfaction.question(ticket))
    ticket.waiting_since = ticket.next_due_at = None
    said = {"told": bool(words)}
    move(session, actor, ticket, "resolve", said, {"resolution": ticket.resolution})
    timing.solved(session, ticket, now)
    telling.over(session, actor, ticket, "the ticket is resolved")
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
    telling.over(session, actor, ticket, "the ticket is closed")
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
