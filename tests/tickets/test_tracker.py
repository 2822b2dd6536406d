"""A tracker elsewhere hears of the tickets that name it, and says what came of them: signed both ways."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding import clock, config
from onboarding.channels.webhook_keys import signature
from onboarding.db import db
from onboarding.outbox.jobs import deliver
from onboarding.outbox.models import Message
from onboarding.tickets import queries
from onboarding.tickets.models import Ticket
from tests.cast import Cast
from tests.contracts.dns_stands import open_loopback
from tests.services.ports import Ports
from tests.services.web import web_server
from tests.stories import browser, fresh
from tests.tickets.desk import mails, opened, went

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
LINK = "https://tracker.example/NET-7"


@pytest.fixture(autouse=True)
def _settings_as_before() -> Iterator[None]:
    yield
    config.settings.cache_clear()


def told() -> list[Message]:
    db.session().rollback()
    query = select(Message).where(Message.channel == "webhook").order_by(Message.id)
    return list(db.session().scalars(query))


def call(client: FlaskClient, key: str, said: dict[str, object], late_s: int = 0) -> Any:
    body, at = json.dumps(said).encode(), int(clock.now().timestamp()) - late_s
    headers = {"Turnup-Timestamp": str(at), "Turnup-Signature": signature(key, at, body)}
    return client.post("/api/v1/tickets/tracker", data=body, headers=headers)


def test_both_hear_of_each_other_and_nobody_else_is_heard(
    app: Flask, client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch, free_port: Ports
) -> None:
    open_loopback(monkeypatch)
    with web_server(free_port()) as peer:
        monkeypatch.setenv("TURNUP_TRACKER_URL", peer.url)
        config.settings.cache_clear()
        key = re.findall(
            r"<code>([0-9a-f]{64})</code>", browser(app, "adam").get("/tickets/tracker").text
        )[0]
        number = opened("502 on /cart")
        sue = browser(app, "sue")
        went(sue, number, "claim", owner="")
        assert told() == [], "it names no link there"
        went(sue, number, "about", severity="2", tracker_link=LINK)
        went(sue, number, "note", note="their contract ends")
        went(sue, number, "assign", team="neteng", question="Is the peering up?")
        letters = told()
        assert [one.extra["data"]["event"] for one in letters] == ["about", "assign"]
        assert "contract" not in "".join(f"{one.text} {one.extra}" for one in letters)
        deliver(letters[-1].id)
        came = peer.asked[-1]
        assert came.json["data"]["team"] == "neteng"
        signed = signature(key, int(came.headers["turnup-timestamp"]), came.body)
        assert came.headers["turnup-signature"] == signed

    said = {"link": LINK, "key": "1", "text": "A line card was changed", "done": True}
    assert call(client, "0" * 64, said).status_code == 403
    assert call(client, key, said, late_s=900).status_code == 403
    assert call(client, key, said | {"link": "https://tracker.example/8"}).status_code == 404
    assert call(client, key, said | {"text": 7}).status_code == 422
    for _ in range(2):
        answer = call(client, key, said)
        assert (answer.status_code, answer.json["state"]) == (202, "answered")
    ticket = fresh(Ticket, number)
    assert (ticket.holder_id, ticket.owes) == (cast["sue"], "support")
    lines = queries.messages(db.session(), ticket)
    assert [line.text for line in lines if line.name == "Tracker"] == ["A line card was changed"]
    assert "A line card was changed" in mails("sue@vendor.example")[-1].text

    into = opened("502 again")
    went(sue, into, "claim", owner="")
    went(sue, number, "merge", into=str(into))
    assert call(client, key, said | {"key": "2", "text": "And a fan"}).json["ticket"] == into
    assert queries.messages(db.session(), fresh(Ticket, into))[-1].text == "And a fan"
    assert "And a fan" in mails("sue@vendor.example")[-1].text
    before = len(told())
    went(sue, into, "reply", text="It was a fan")
    assert {one.extra["data"]["link"] for one in told()[before:]} == {LINK}
