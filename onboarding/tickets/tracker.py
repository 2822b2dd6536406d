"""The two-way link to a tracker elsewhere: it hears of what moves in tickets that name it, and says
what came of them there. Signed both ways as our webhooks are; no note ever goes there."""

import hmac
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.channels.webhook_keys import signature, signing_key
from onboarding.config import settings
from onboarding.errors import BadInput, NotAllowed, NotFound
from onboarding.outbox.actions import post
from onboarding.tickets import letters
from onboarding.tickets.models import Ticket, TicketMail
from onboarding.tickets.texts import title
from onboarding.trail.log import Actor

OLDEST_S = 300
TRACKER = Actor("tracker", "api")
FIELDS = ("link", "key", "text", "done")


@dataclass(frozen=True)
class Told:
    """What the tracker says about the ticket of `link`, once for each `key`; `done`: the team's
    word to support."""

    link: str
    key: str
    text: str
    done: bool = False


def key() -> str:
    """What signs both ways; for whoever sets the tracker up. Empty where no tracker is named."""
    url = settings().tracker_url
    return signing_key(settings().key("secret"), url, "tracker") if url else ""


def tell(session: Session, ticket: Ticket, event: str, number: int, said: str = "") -> None:
    """Tell the tracker that `event` happened; `number` is its entry's in the ticket's stream,
    `said` what the customer may read of it."""
    url = settings().tracker_url
    if not url or not ticket.tracker_link:
        return
    data = {
        "event": event,
        "ticket": title(ticket.id),
        "link": ticket.tracker_link,
        "page": letters.page_of(ticket),
        "state": ticket.state,
        "owes": ticket.owes,
        "team": ticket.holder_team,
        "severity": ticket.severity,
        "said": said,
    }
    subject = f"[{title(ticket.id)}] {ticket.subject}"
    letter = Letter(
        f"ticket:{ticket.id}:tracker:{number}",
        url,
        subject,
        f"{event}: {ticket.state}",
        {"data": data, "whose": "tracker"},
    )
    post(session, "webhook", letter, topic=f"ticket:{ticket.id}")


def checked(body: bytes, timestamp: str, given: str) -> Told:
    """What a signed call says. Raises NotAllowed where it is not signed so, or too old, and
    BadInput at the field."""
    known, fresh = key(), timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12
    right = signature(known, int(timestamp), body) if known and fresh else ""
    if not right or not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        hint = "as docs/tickets.md says, with the key of /tickets/tracker"
        raise NotAllowed("This is not signed as it must be", hint=hint)
    if abs(clock.now().timestamp() - int(timestamp)) > OLDEST_S:
        raise NotAllowed("This is too old", hint=f"sign within {OLDEST_S} s, by a right clock")
    return _read(body)


def _read(body: bytes) -> Told:
    try:
        sent: Any = json.loads(body)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise BadInput("this is no JSON object", place="body", hint=f"with {', '.join(FIELDS)}")
    for name in ("link", "key", "text"):
        if not isinstance(sent.get(name), str) or not sent[name].strip():
            raise BadInput("this is needed", place=name, hint="a text in quotes")
    done = sent.get("done", False)
    if not isinstance(done, bool):
        raise BadInput("this is neither true nor false", place="done", hint="true when it is done")
    return Told(sent["link"], sent["key"][:200], sent["text"], done)


def ticket_of(session: Session, link: str) -> int:
    """The newest ticket that names this link. Raises NotFound."""
    query = select(Ticket.id).where(Ticket.tracker_link == link).order_by(Ticket.id.desc())
    found = session.scalar(query.limit(1))
    if found is None:
        raise NotFound("No ticket is linked to this", hint="put the link into the ticket first")
    return found


def once(session: Session, ticket: Ticket, told: Told) -> bool:
    """Whether this is the first time that the tracker says so; it is remembered."""
    name = f"tracker:{told.key}"
    if session.get(TicketMail, name) is not None:
        return False
    session.add(TicketMail(message_id=name, ticket_id=ticket.id))
    session.flush()
    return True
