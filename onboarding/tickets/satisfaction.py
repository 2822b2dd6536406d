"""One question after solving: were they happy with it? By a signed link, without a sign-in."""

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.config import settings
from onboarding.errors import BadInput, NotFound
from onboarding.tickets import queries, texts
from onboarding.tickets.models import Ticket
from onboarding.trail.log import Actor, record

SCORES = (1, 2, 3, 4, 5)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(settings().key("secret"), salt="ticket-score")


def link(ticket: Ticket) -> str:
    """Where the customer answers. It shows buttons: only a POST answers, so that whatever looks
    into mail cannot."""
    token = _signer().dumps([ticket.id, ticket.reference])
    return f"{settings().public_url.rstrip('/')}/questions/answered/{token}"


def question(ticket: Ticket) -> str:
    """The last lines of the letter that says it is solved."""
    return f"One question: how did we do? One click, no sign-in:\n{link(ticket)}"


def opened(session: Session, token: str) -> Ticket:
    """The ticket of a link that we made. Raises NotFound for any other."""
    try:
        number, reference = _signer().loads(token)
        ticket = queries.get(session, int(number))
    except (BadSignature, ValueError, TypeError) as forged:
        hint = "open it again from the message"
        raise NotFound("This link is not one of ours, or it was cut off", hint=hint) from forged
    if ticket.reference != reference:
        raise NotFound("This link is not one of ours, or it was cut off")
    return ticket


def answer(session: Session, token: str, score: int, words: str = "") -> Ticket:
    """What they say, 1 to 5; the last that they say counts. Raises BadInput."""
    if score not in SCORES:
        raise BadInput("this is no answer", place="score", hint="1 to 5")
    ticket = queries.get(session, opened(session, token).id, lock=True)
    ticket.score, ticket.scored_at = score, clock.now()
    ticket.score_words = texts.clean(words, "words")[:2000] if words.strip() else ""
    said = {"words": ticket.score_words} if ticket.score_words else None
    record(session, ticket.stream, "ticket.scored", Actor("link", "link"), {"score": score}, said)
    return ticket
