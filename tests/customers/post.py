"""The letters of these tests: what the outbox holds, and what a worker prints without mail."""

import re
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from onboarding.config import settings
from onboarding.db import db
from onboarding.outbox.jobs import deliver
from onboarding.outbox.models import Message


def letters(topic: str) -> list[Message]:
    """Those whose topic begins so, the oldest first."""
    db.session.rollback()
    query = select(Message).where(Message.topic.startswith(topic)).order_by(Message.id)
    return list(db.session.scalars(query))


def printed_link(message: Message, capsys: pytest.CaptureFixture[str]) -> str:
    """The path of the link that the console shows when a worker delivers the letter."""
    number, recipient = message.id, message.recipient
    db.session.rollback()
    capsys.readouterr()
    deliver(number)
    said = capsys.readouterr().err
    assert f"To: {recipient}" in said
    found = re.search(r"\| (http\S+)", said)
    assert found, said
    assert found[1].startswith(settings().public_url)
    return urlsplit(found[1]).path
