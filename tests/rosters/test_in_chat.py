"""Being asked, reminded and called to station in one's own chat: an incoming webhook of Slack or
Mattermost, as it answers."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.clock import parse as at
from onboarding.db import db, transaction
from onboarding.outbox.jobs import deliver
from onboarding.outbox.models import Message
from onboarding.paging.models import Reach
from onboarding.rosters import asking_jobs, station_jobs
from tests.cast import Cast
from tests.contracts.dns_stands import open_loopback
from tests.doors import submit
from tests.rosters.standing import seats, solve
from tests.services.ports import Ports
from tests.services.web import Reply, Request, WebServer, web_server
from tests.stories import REAL, Known, book, browser

#: what goes to a chat does not lie in the database's kind
pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


class Chat:
    """An incoming webhook: takes JSON with a `text`, answers "ok", or "no_text" as Slack does."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def answer(self, request: Request) -> Reply:
        text = json.loads(request.body).get("text", "")
        if not text:
            return Reply(400, b"no_text")
        self.lines.append(text)
        return Reply(200, b"ok")


@pytest.fixture
def site(free_port: Ports, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    open_loopback(monkeypatch)
    with web_server(free_port()) as made:
        yield made


def said_since(chat: Chat) -> list[str]:
    """What reaches the chat when everything that waits for one goes out."""
    db.session.remove()
    query = select(Message.id).where(Message.channel == "webhook", Message.sent_at.is_(None))
    before = len(chat.lines)
    for number in list(db.session.scalars(query.order_by(Message.id))):
        db.session.remove()
        deliver(number)
    return chat.lines[before:]


def test_who_has_proved_a_chat_is_asked_reminded_and_called_there(
    app: Flask, cast: Cast, acme: Known, site: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, chat = [at("2027-03-01T12:00")], Chat()
    monkeypatch.setattr(clock, "now", lambda: now[0])
    site.answer = chat.answer
    with transaction() as session:
        for name in ("omar", "olga", "adam"):  # whoever of operations is asked
            way = {"channel": "webhook", "address": f"{site.url}/hooks/{name}", "position": 0}
            times = {"created_at": now[0], "verified_at": now[0]}
            session.add(Reach(user_id=cast[name], **way, **times))
    number = book(cast, acme, starts_in=timedelta(days=7), wiring=REAL)
    submit(browser(app, "ann"), f"/cutovers/{number}/roster", {})
    solve(number)
    asked = said_since(chat)
    assert len(asked) == 2
    assert all("You are asked to stand by as" in one and "/invitations/" in one for one in asked)

    backup = seats(number)["ops", "backup"]
    who = next(name for name, uid in cast.ids.items() if uid == backup.user_id)
    submit(browser(app, who), f"/seats/{backup.id}/accept", {})
    now[0] += timedelta(days=5)
    asking_jobs.sweep()
    [reminder] = said_since(chat)
    assert "have not answered" in reminder
    assert "primary of ops" in reminder

    primary = seats(number)["ops", "primary"]
    who = next(name for name, uid in cast.ids.items() if uid == primary.user_id)
    submit(browser(app, who), f"/seats/{primary.id}/accept", {})
    now[0] += timedelta(days=2, minutes=-29)
    db.session.remove()
    station_jobs.sweep()
    called = said_since(chat)
    assert called, "both are called to station in their chat"
    assert all("Acme moves" in one and "/pages/" in one for one in called)
