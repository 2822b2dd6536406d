"""Tickets to begin a story with, and the doors of people at them."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.tickets.actions import Opening, open_ticket
from onboarding.trail.log import SYSTEM
from tests.doors import submit

NOWHERE = "/nothing-here"  # a page that costs little and carries a form token


def opened(text: str = "Our cache misses", **more: object) -> int:
    """The number of a ticket that came from outside."""
    asked = Opening(text, **{"source": "form", "email": "cora@acme.example", **more})  # type: ignore[arg-type]
    with transaction() as session:
        return open_ticket(session, SYSTEM, asked).id


def do(client: FlaskClient, number: int, verb: str, **fields: object) -> TestResponse:
    """One step in a ticket, as the page's form sends it."""
    return submit(client, f"/tickets/{number}/{verb}", fields, NOWHERE)


def went(client: FlaskClient, number: int, verb: str, **fields: object) -> None:
    """A step that must go well."""
    answer = do(client, number, verb, **fields)
    assert answer.status_code == 303, answer.text


def text_of(page: str) -> str:
    """What a page says, without its tags, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def mails(to: str = "") -> list[Message]:
    """Letters of tickets by mail, the oldest first; those to one address where `to` is given."""
    db.session().rollback()
    query = select(Message).where(Message.channel == "email", Message.topic.startswith("ticket:"))
    if to:
        query = query.where(Message.recipient == to)
    return list(db.session().scalars(query.order_by(Message.id)))
