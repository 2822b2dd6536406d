"""The pages of bridges, our own webhooks both ways, and what doctor and health say of the gateway."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onboarding.bridges.models import Bridge, ChatAccount
from onboarding.channels.webhook import signature
from onboarding.cli.main import turnup
from onboarding.db import db
from onboarding.rooms import jobs
from onboarding.rooms.models import Room
from tests.bridges.gateways import Start, bridge, said_in
from tests.cast import Cast
from tests.doors import submit
from tests.rooms.talking import lines, room_of, say, time_stands
from tests.services.ports import Ports
from tests.services.programs import wait_until
from tests.services.web import Reply, WebServer, web_server
from tests.stories import book, browser, customer


@pytest.fixture
def site(free_port: Ports, settled: Callable[..., None]) -> Iterator[WebServer]:
    with web_server(free_port()) as made:
        settled(bridges="webhook", api_allow="127.0.0.0/8")
        yield made


@pytest.fixture
def flip(app: Flask, cast: Cast, site: WebServer) -> Room:
    number = book(cast, customer("Acme", manager=cast["ann"]))
    jobs.follow()
    return room_of(f"cutover:{number}")


def connect(client: FlaskClient, room: Room, address: str) -> TestResponse:
    page = f"/rooms/{room.id}/bridges"
    return submit(client, page, {"kind": "webhook", "address": address}, page)


def keys(client: FlaskClient, room: Room) -> tuple[str, str]:
    """What signs what we send there, and what comes from there, as the page shows them."""
    shown = client.get(f"/rooms/{room.id}/bridges").text
    inward, outward = re.findall(r">([0-9a-f]{64})<", shown)
    return outward, inward


def test_a_webhook_gets_lines_signed_and_nothing_in_private_networks(
    app: Flask, site: WebServer, flip: Room, gateway: Start, settled: Callable[..., None]
) -> None:
    ann, eve = browser(app, "ann"), browser(app, "eve")
    assert connect(eve, flip, site.url).status_code == 403
    refused = connect(ann, flip, "ftp://nowhere")
    assert refused.status_code == 422
    assert "ftp://nowhere" in refused.text
    assert connect(ann, flip, f"{site.url}/in").status_code == 303
    say(browser(app, "omar"), flip, "one <b>")
    gateway()
    wait_until(lambda: site.asked and "one <b>" in site.asked[-1].json["text"], "it was told")
    told = site.asked[-1]
    outward, _ = keys(ann, flip)
    sent_at = int(told.headers["turnup-timestamp"])
    assert told.headers["turnup-signature"] == signature(outward, sent_at, told.body)
    line = told.json["data"]["lines"][-1]
    assert (line["name"], line["team"], line["text"]) == ("Omar", "ops", "one <b>")
    assert "keys" not in told.json
    assert not re.findall(r">([0-9a-f]{64})<", eve.get(f"/rooms/{flip.id}/bridges").text)

    # a far side that redirects, then one in a private network: told on the page, and nothing is lost
    site.answer = lambda request: Reply(302, b"", {"Location": "http://169.254.169.254/"})
    say(browser(app, "nina"), flip, "two")
    wait_until(lambda: bridge("webhook").error, "the redirect is refused")
    assert "redirects" in bridge("webhook").error
    assert "in trouble" in ann.get(f"/rooms/{flip.id}/bridges").text
    assert "1 message waits" in ann.get(f"/rooms/{flip.id}/bridges").text
    gone = submit(ann, f"/rooms/{flip.id}/bridges/{bridge('webhook').id}/end", {})
    assert gone.status_code == 303
    wait_until(lambda: bridge("webhook").state == "closed", "it is ended")
    settled(api_allow="")
    assert connect(ann, flip, "http://127.0.0.1:1/").status_code == 303

    def at_home() -> Bridge | None:
        db.session().rollback()
        return db.session().query(Bridge).filter_by(address="http://127.0.0.1:1/").one()

    wait_until(lambda: (found := at_home()) and found.error, "the private network is refused")
    assert "where Turnup may not connect" in str(at_home().error)  # type: ignore[union-attr]


def call(client: FlaskClient, number: int, key: str, told: object, age: int = 0) -> TestResponse:
    body = json.dumps(told).encode()
    at = int(time.time()) - age
    right = hmac.new(key.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    headers = {"Turnup-Timestamp": str(at), "Turnup-Signature": f"v1={right}"}
    return client.post(f"/api/v1/bridges/webhook/{number}", data=body, headers=headers)


def test_a_webhook_speaks_in_the_room_once_and_signed(
    app: Flask,
    cast: Cast,
    site: WebServer,
    flip: Room,
    gateway: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("onboarding.bridges.api.enqueue", lambda *_: False)
    ann, client = browser(app, "ann"), app.test_client()
    connect(ann, flip, f"{site.url}/in")
    gateway()
    wait_until(lambda: bridge("webhook").state == "open", "it is open")
    number, (_, key) = bridge("webhook").id, keys(ann, flip)
    hello = {"key": "m1", "name": "Pat", "account": "pat-17", "text": "Hello there"}
    assert call(client, number, "0" * 64, hello).status_code == 403
    assert call(client, number, key, hello, age=301).status_code == 403
    assert call(client, number + 1, key, hello).status_code == 403  # of another bridge
    for part in ("key", "account", "text"):
        assert call(client, number, key, {**hello, part: "half \ud800"}).status_code == 422
    assert "Hello there" not in str(lines(flip))
    for _ in range(2):
        assert call(client, number, key, hello).status_code == 202
    assert [text for _, _, text in lines(flip)].count("Hello there") == 1
    assert said_in(flip, "Hello there")[:2] == ("guest", "Pat")
    for wrong, place in (({"text": 7}, "text"), ({"key": ""}, "key"), ({"at": "soon"}, "at")):
        refused = call(client, number, key, {**hello, "key": "m2", **wrong})
        assert refused.status_code == 422
        assert refused.get_json()["place"] == place
    assert call(client, number, key, ["no object"]).status_code == 422

    # whose account it is, is proved by a code from their own page
    told = call(client, number, key, {**hello, "key": "m3", "text": "!hold"}).get_json()["told"]
    assert "I do not know who you are" in told
    omar = browser(app, "omar")
    page = submit(omar, "/chats/code", {}, "/chats")
    code = re.search(r'id="chat-code">(\w+)<', page.text)
    assert code is not None
    assert code[1] not in omar.get("/chats").text  # shown once
    # a name is no account: whoever takes it next would be taken for whom it was
    nameless = {**hello, "key": "m4", "account": "", "text": f"link {code[1]}"}
    unlinked = call(client, number, key, nameless).get_json()["told"]
    assert "does not say which account" in unlinked
    linked = call(client, number, key, {**nameless, "account": "pat-17"})
    assert linked.get_json()["told"].startswith("You are Omar Okafor here")
    call(client, number, key, {**hello, "key": "m5", "text": "!hold it smells"})
    assert said_in(flip, "!hold it smells")[:2] == ("staff", "Omar")
    taken = {**hello, "key": "m5b", "account": "", "name": "pat-17", "text": "!hold as pat-17"}
    assert "I do not know who you are" in call(client, number, key, taken).get_json()["told"]
    assert said_in(flip, "!hold as pat-17")[:2] == ("guest", "pat-17")
    assert "Pat" in omar.get("/chats").text
    db.session().rollback()
    account = db.session().query(ChatAccount).one().id
    assert submit(browser(app, "nina"), f"/chats/{account}/remove", {}).status_code == 404
    assert submit(omar, f"/chats/{account}/remove", {}).status_code == 303
    call(client, number, key, {**hello, "key": "m6", "text": "No longer me"})
    assert said_in(flip, "No longer me")[:2] == ("guest", "Pat")

    # a thousand at once are limited, and the caller is told so
    with time_stands(11):
        answers = [
            call(client, number, key, {**hello, "key": f"f{n}", "text": f"flood {n}"})
            for n in range(40)
        ]
    assert [answer.status_code for answer in answers[:9]] == [202] * 8 + [429]
    assert answers[-1].status_code == 429
    assert "wait a moment" in answers[-1].get_json()["detail"]
    assert say(ann, flip, "I still can") == ""


def test_doctor_and_metrics_tell_whether_a_gateway_is_active(
    app: Flask, site: WebServer, gateway: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.cli.doctor.revisions", lambda: ("newest", "newest"))

    def found() -> dict[str, object]:
        called = CliRunner().invoke(turnup, ["doctor", "--format", "json"])
        checks = json.loads(called.stdout)["checks"]
        found: dict[str, object] = next(one for one in checks if one["check"] == "gateway")
        return found

    client = app.test_client()
    assert found()["do"] == "start `turnup gateway`, two of them where one may die"
    assert "turnup_gateway_active 0.0" in client.get("/metrics").text
    gateway()
    assert found()["ok"]
    assert "turnup_gateway_active 1.0" in client.get("/metrics").text
