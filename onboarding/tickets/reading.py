"""Whom a public message of a ticket goes to by mail: whoever asked, and whoever follows."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.customers.models import Member
from onboarding.people.tongues import language_of
from onboarding.tickets import followers, letters, queries
from onboarding.tickets.letters import Reader
from onboarding.tickets.models import Ticket, TicketFollower, TicketMail, TicketMessage
from onboarding.web.language import _, speaking


def readers(
    session: Session, ticket: Ticket, message: TicketMessage, after_words: str
) -> Iterator[Reader]:
    """Whoever asked first; the same address may come again. Each is told who else reads along."""
    merged = list(queries.merged_into(session, ticket))
    askers = [ticket, *(one for one in merged if one.customer_id == ticket.customer_id)]
    following = followers.readers(session, ticket)
    names = {one.requester_email: one.requester_name or one.requester_email for one in askers}
    names |= {row.address: row.called for row in following if row.address not in names}
    names.pop("", None)
    for asker in askers:
        user = asker.requester
        told = _along(names, asker.requester_email, language_of(user) if user else "en")
        yield Reader(
            letters.key_of(ticket, message, asker),
            asker.requester_email,
            _before(session, asker, message),
            f"/questions/{asker.id}" if asker.requester_id is not None else "",
            "\n\n".join(filter(None, (told if following else "", after_words))),
        )
    for row in following:
        yield _follower(session, ticket, message, row, names, merged)


def _before(session: Session, ticket: Ticket, message: TicketMessage) -> list[str]:
    return [one for one in queries.mail_ids(session, ticket) if one != message.message_id]


def _along(names: dict[str, str], but: str, code: str) -> str:
    """Who else gets the letter, in the language of its reader."""
    others = ", ".join(name for address, name in names.items() if address != but)
    with speaking(code):
        return _("Answers also go to: {names}").format(names=others) if others else ""


def _follower(
    session: Session,
    ticket: Ticket,
    message: TicketMessage,
    row: TicketFollower,
    names: dict[str, str],
    merged: list[Ticket],
) -> Reader:
    user = row.user
    code = language_of(user) if user is not None else "en"
    with speaking(code):
        why = _("You get the answers to this question because your address was added to it.")
        stop = _("To get no more of them: {link}").format(link=followers.link(row))
    theirs = [one for one in merged if row.address in followers.rows(session, one)]
    before = [each for one in theirs for each in _before(session, one, message)]
    member = session.get(Member, (ticket.customer_id or 0, user.id)) if user is not None else None
    return Reader(
        _key(ticket, message.number, row),
        row.address,
        [*before, *_thread(session, ticket, message, row)],
        f"/questions/{ticket.id}" if member else "",
        "\n".join(filter(None, (_along(names, row.address, code), "", why, stop))),
    )


def _key(ticket: Ticket, number: int, row: TicketFollower) -> str:
    return f"ticket:{ticket.id}:{number}:f{row.id}"


def _thread(
    session: Session, ticket: Ticket, message: TicketMessage, row: TicketFollower
) -> list[str]:
    """The Message-IDs of the thread as the follower has it: their own of each letter they got."""
    sent = set(session.scalars(select(TicketMail.message_id).filter_by(ticket_id=ticket.id)))
    query = select(TicketMessage.number, TicketMessage.message_id).where(
        TicketMessage.ticket_id == ticket.id,
        TicketMessage.message_id != "",
        TicketMessage.number != message.number,
    )
    found = []
    for number, message_id in session.execute(query.order_by(TicketMessage.number)):
        own = letters.id_of(_key(ticket, number, row))
        found.append(own if own in sent else message_id)
    return found
