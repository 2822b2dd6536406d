"""The RQ edge that tells `knowledge` what is asked in tickets, and what was answered."""

from sqlalchemy.orm import Session

from onboarding.db import transaction
from onboarding.knowledge import questions
from onboarding.knowledge.forgetting import forget
from onboarding.tickets import queries
from onboarding.trail.following import each_behind
from onboarding.trail.following import follow as follow_stream
from onboarding.trail.log import Actor
from onboarding.trail.models import Entry

FOLLOWER = "tickets.knowing"


def follow() -> None:
    """Tell what happened since, stream by stream, each batch with its cursor in one go."""
    each_behind(FOLLOWER, _pass_on)


def _pass_on(stream: str) -> None:
    with transaction() as session:
        follow_stream(session, FOLLOWER, stream, _react)


def _react(session: Session, stream: str, entry: Entry) -> None:
    kind, _, number = stream.partition(":")
    if kind != "ticket":
        return
    if entry.kind == "ticket.asked":
        _asked(session, int(number))
    elif entry.kind == "ticket.told":
        _answered(session, int(number), entry)
    elif entry.kind == "ticket.about":
        questions.belongs(session, stream, entry.payload["customer"])
    elif entry.kind == "ticket.merge":
        forget(session, stream)  # it is asked in the other one


def _asked(session: Session, number: int) -> None:
    """The first thing that a person asked in it; what comes later belongs to the same question."""
    ticket = queries.get(session, number)
    said = next((one for one in queries.messages(session, ticket) if one.side == "customer"), None)
    if said is None:
        return
    asked = questions.Asked(
        ticket.stream,
        "ticket",
        f"/tickets/{ticket.id}",
        ticket.subject,
        said.text,
        ticket.opened_at,
        customer_id=ticket.customer_id,
        asker=ticket.requester_name,
    )
    questions.ask(session, asked)


def _answered(session: Session, number: int, entry: Entry) -> None:
    """All that the customer was told, in order, but for what was set right later. Their people find
    it from now on, as they see it under their questions."""
    ticket = queries.get(session, number)
    messages = [one for one in queries.messages(session, ticket) if one.side == "staff"]
    corrected = {one.corrects for one in messages}
    told = "\n\n".join(one.text for one in messages if one.number not in corrected)
    by = Actor(entry.actor, entry.source).user_id
    questions.answer(session, ticket.stream, told, by, readers=ticket.customer_id)
