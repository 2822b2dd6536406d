"""Letters of tickets: to the customer, who answers by mail or on the page, and to the vendor's people."""

import re
from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from onboarding.channels.base import Letter, message_id
from onboarding.config import settings
from onboarding.people import reply_addresses
from onboarding.tickets.models import Handover, Ticket, TicketMessage
from onboarding.tickets.texts import title

TAG = re.compile(r"t([0-9a-f]{24})\Z")
MOST_REFERENCES = 20  # as many as a header takes with ease; the first and the newest are named


def reply_address(ticket: Ticket) -> str:
    """Where an answer about the ticket goes: `mail_in` with its secret reference as a tag, such as
    `turnup+t0123456789abcdef01234567@example.com`; empty where no mail comes in."""
    local, _, domain = parseaddr(settings().mail_in)[1].rpartition("@")
    return f"{local}+t{ticket.reference}@{domain}" if local else ""


def reference(address: str) -> str:
    """The reference in an address that we have given out; empty for any other address."""
    tag = address.partition("@")[0].partition("+")[2].lower()
    found = TAG.match(tag)
    return found[1] if found else ""


def id_of(key: str) -> str:
    """The Message-ID that the letter of this key goes out with."""
    return message_id(key, settings().mail_from)


def key_of(ticket: Ticket, message: TicketMessage, asker: Ticket) -> str:
    """The key of the letter that brings a message to whoever asked in `asker`: the ticket itself, or
    one that was merged into it."""
    key = f"ticket:{ticket.id}:{message.number}"
    return key if asker.id == ticket.id else f"{key}:{asker.id}"


@dataclass(frozen=True)
class Reader:
    """Who gets a letter with a public message: by its `key`, in the thread of the Message-IDs
    `before`, with the path of the page where they may see it; `below` is what else they are told."""

    key: str
    address: str
    before: list[str]
    path: str = ""
    below: str = ""


def to_customer(ticket: Ticket, message: TicketMessage, reader: Reader) -> Letter:
    """The letter that brings a message to whoever asked, or follows."""
    headers: dict[str, str] = {}
    before = reader.before
    if before:
        kept = before if len(before) <= MOST_REFERENCES else [before[0], *before[-19:]]
        headers = {"In-Reply-To": before[-1], "References": " ".join(kept)}
    address = reply_address(ticket)
    if address:
        headers["Reply-To"] = formataddr(("Turnup", address))
    lines = [message.text, "", f"{message.name}, {title(ticket.id)}"]
    if reader.path:
        lines.append(f"{_site()}{reader.path}")
    if reader.below:
        lines += ["", reader.below]
    return Letter(
        reader.key,
        reader.address,
        f"Re: {ticket.subject} [{title(ticket.id)}]",
        "\n".join(lines) + "\n",
        {"headers": headers},
    )


BY_MAIL = "Answer this mail: with ANSWER first the customer gets it, else it is a note for us.\n"


def to_staff(
    ticket: Ticket, recipient: str, key: str, what: str, words: str, answered_at: str = ""
) -> Letter:
    """Tell somebody of the vendor's `what` happened; `words` is the text of it, `answered_at` the
    address at which they answer by mail."""
    whose = ticket.customer.name if ticket.customer else ticket.requester_email or "a stranger"
    subject = f"[{title(ticket.id)}] {what}: {ticket.subject}"[:250]
    text = f"{whose}, severity {ticket.severity}: {what}.\n\n{words}\n\n{page_of(ticket)}\n"
    text += f"\n{BY_MAIL}" if answered_at else ""
    headers = reply_addresses.headers(answered_at).get("headers", {})
    headers["Auto-Submitted"] = "auto-generated"  # who is away answers it by no machine
    extra = {"thread": f"ticket:{ticket.id}", "headers": headers}
    return Letter(f"ticket:{ticket.id}:{key}:{recipient}"[:300], recipient, subject, text, extra)


def handed(ticket: Ticket, handover: Handover) -> str:
    """What a team is asked."""
    return (
        f"{handover.question}\n\nAccept it before {handover.accept_by:%a %d %b %H:%M} UTC; "
        f"the answer is due {handover.due_at:%a %d %b %H:%M} UTC."
    )


def page_of(ticket: Ticket) -> str:
    """The address of the ticket's page."""
    return f"{_site()}/tickets/{ticket.id}"


def _site() -> str:
    return settings().public_url.rstrip("/")
