"""Mail that asks or goes on with what was asked: into its ticket, or a new one."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.customers.queries import customer_of
from onboarding.errors import NotAllowed
from onboarding.inbox import copies, keeping
from onboarding.inbox.mail import Mail
from onboarding.inbox.models import InboundMail
from onboarding.inbox.words import answer_in, fresh
from onboarding.names import one_line
from onboarding.outbox.actions import post
from onboarding.people import reply_addresses
from onboarding.people.models import User
from onboarding.tickets import actions as tickets
from onboarding.tickets import crossing, followers, letters, queries
from onboarding.tickets.models import Ticket, TicketMail
from onboarding.tickets.texts import Attachment, clean, named, title
from onboarding.trail.log import Actor

MAIL = Actor("mail", "mail")
LONGEST = 90_000  # characters; a ticket's message holds some more
#: Mails of one address in an hour above which none is answered by a machine: it may be one itself.
MANY = 10
ANSWER = "answer"


def bring(session: Session, row: InboundMail, mail: Mail) -> None:
    """Put a mail into the ticket that it answers, else open one. Raises NotAllowed for what a
    machine wrote to nobody's question, and for our own people's addresses, which give no right."""
    ticket = ticket_of(session, mail)
    if ticket is not None:
        add(session, row, mail, ticket)
        return
    who = _user(session, mail)
    machine = mail.automatic in ("replied", "list") and (who is None or mail.automatic == "replied")
    if machine or mail.spam:
        hint = "no ticket was opened"
        raise NotAllowed("A machine wrote this mail, or it is marked as spam", hint=hint)
    known = _same(session, mail)
    if known is not None:
        keeping.note(session, row, mail, "known", link(known))
        return
    ticket = tickets.open_ticket(session, MAIL, opening(session, mail))
    copies.look(session, mail, ticket)
    keeping.note(session, row, mail, "opened", link(ticket))
    if mail.answerable and not _busy(session, mail):
        receipt(session, ticket, mail)


def ticket_of(session: Session, mail: Mail) -> Ticket | None:
    """The ticket that a mail belongs to: by the secret reference in its address, whoever has that;
    by the mails it answers, or the number in its subject, only for those whose ticket it is or
    who follow it."""
    for one in mail.recipients:
        if reference := letters.reference(one):
            found = queries.by_mail(session, (), reference, lock=True)
            if found is not None:
                return found
    found = queries.by_mail(session, reversed(mail.refers_to), lock=True)
    if found is None and (number := named(mail.subject)) is not None:
        row = session.get(Ticket, number)
        found = queries.going_on(session, row, lock=True) if row is not None else None
    return found if found is not None and _theirs(session, found, mail) else None


def _theirs(session: Session, ticket: Ticket, mail: Mail) -> bool:
    if mail.sender and mail.sender == ticket.requester_email:
        return True
    if followers.follows(session, ticket, mail.sender):
        return True
    user = _user(session, mail)
    customer = customer_of(session, user) if user is not None else None
    return customer is not None and customer.id == ticket.customer_id


def _user(session: Session, mail: Mail) -> User | None:
    query = select(User).where(func.lower(User.email) == mail.sender, User.active)
    return session.scalars(query).unique().one_or_none() if mail.sender else None


def add(session: Session, row: InboundMail, mail: Mail, ticket: Ticket) -> None:
    """What was written further goes into the ticket, in the words of its customer."""
    user = _user(session, mail)
    ours = user is not None and user.role != "customer"
    if ours and mail.sender != ticket.requester_email:
        hint = "answer a letter that Turnup sent to you, or write on the ticket's page"
        raise NotAllowed("An address of our own people alone gives no right", hint=hint)
    said = further(session, mail)
    if _has(session, ticket, mail, said.text):
        keeping.note(session, row, mail, "known", link(ticket))
        return
    tickets.add_message(session, MAIL, ticket.id, said)
    copies.look(session, mail, ticket)
    keeping.note(session, row, mail, "added", link(ticket))


def further(session: Session, mail: Mail) -> tickets.Said:
    """What a mail says in a ticket that is there."""
    text, message_id = text_of(mail, answer_in(mail.words)), _new_id(session, mail)
    machine = mail.automatic in ("replied", "generated")
    return tickets.Said(text, "mail", _name(mail), message_id, _files(mail), machine)


def answer_ticket(session: Session, number: int, user: User, mail: Mail) -> str:
    """One of our people answers a letter about a ticket: with ANSWER first the customer gets it,
    never what it quotes; anything else is a note for us. Raises what those raise."""
    actor, words = Actor(f"user:{user.id}", "mail"), fresh(mail.words)
    first, _, rest = words.partition("\n")
    word, _, more = first.strip().partition(" ")
    if word.strip("*:.,-").casefold() == ANSWER:
        text = f"{more}\n{rest}".strip()
        said = tickets.reply(session, actor, user, number, text, _files(mail))
        crossing.tell(session, actor, user, queries.get(session, number), said)
        return "answered"
    tickets.note(session, actor, user, number, text_of(mail, words), _files(mail))
    return "noted"


def opening(session: Session, mail: Mail, **more: Any) -> tickets.Opening:
    """What a mail asks; all of its text, for one that is passed on says in it what is asked."""
    user = _user(session, mail)
    customers = user if user is not None and user.role == "customer" else None
    return tickets.Opening(
        text=text_of(mail, mail.words),
        source="mail",
        subject=mail.subject,
        requester=customers,
        name=_name(mail),
        email=mail.sender,
        message_id=_new_id(session, mail),
        files=_files(mail),
        automatic=mail.automatic == "generated",
        **more,
    )


def text_of(mail: Mail, words: str) -> str:
    """The text of a message, with what is missing of the mail said below it."""
    said = words.strip()[:LONGEST] if one_line(words[:LONGEST]) else "(This mail has no text.)"
    missing = [f"Not attached: {one}. Send a link to it." for one in mail.left_out]
    if len(words.strip()) > LONGEST:
        missing.append("The text was longer; it was cut here.")
    if mail.flaws:
        missing.append(f"Not all of this mail could be read: {'; '.join(mail.flaws)}.")
    return "\n".join([said, *([""] if missing else []), *missing])


def _name(mail: Mail) -> str:
    return mail.name or mail.sender or "somebody whose address cannot be read"


def _files(mail: Mail) -> list[Attachment]:
    return [Attachment(file.name, file.content) for file in mail.files]


def _same(session: Session, mail: Mail) -> Ticket | None:
    """The ticket that has this very mail: it came by another way, or to another address."""
    found = queries.by_mail(session, [mail.message_id]) if mail.message_id else None
    if found is None:
        return None
    return found if _has(session, found, mail, text_of(mail, mail.words)) else None


def _has(session: Session, ticket: Ticket, mail: Mail, text: str) -> bool:
    """Whether the mail, of which `text` is kept, is in the ticket: a forger has no more than its id."""
    if not mail.message_id:
        return False
    same = [one for one in queries.messages(session, ticket) if one.message_id == mail.message_id]
    return any(one.text == clean(text) for one in same)


def _new_id(session: Session, mail: Mail) -> str:
    """The mail's id, or empty where another has it: a forged id makes nothing of ours go lost."""
    taken = mail.message_id and session.get(TicketMail, mail.message_id) is not None
    return "" if taken else mail.message_id


def link(ticket: Ticket) -> str:
    """The path of a ticket's page."""
    return f"/tickets/{ticket.id}"


def _busy(session: Session, mail: Mail) -> bool:
    since = clock.now() - timedelta(hours=1)
    query = select(func.count()).where(InboundMail.sender == mail.sender, InboundMail.at > since)
    return (session.scalar(query) or 0) > MANY


def receipt(session: Session, ticket: Ticket, mail: Mail, words: str = "") -> None:
    """Tell whoever asked that it is there, under which number, and that answers go on with it."""
    headers = {"Auto-Submitted": "auto-replied"}  # RFC 3834: ends loops
    if mail.message_id:
        headers |= {"In-Reply-To": mail.message_id, "References": mail.message_id}
    headers |= reply_addresses.headers(letters.reply_address(ticket)).get("headers", {})
    told = words or "Your mail is there, and somebody of support will answer it."
    text = f"{told}\n\nIts number is {title(ticket.id)}; an answer to this mail adds to it.\n"
    key = f"ticket:{ticket.id}:received:{mail.sender}"
    subject = f"Re: {ticket.subject} [{title(ticket.id)}]"
    letter = Letter(key, mail.sender, subject, text, {"headers": headers})
    post(session, "email", letter, topic=f"ticket:{ticket.id}")
    if session.get(TicketMail, letters.id_of(key)) is None:
        session.add(TicketMail(message_id=letters.id_of(key), ticket_id=ticket.id))
