"""What became of each letter: its state on the page, each try, sent again by hand, workers' heartbeat."""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from onboarding import clock, http_client
from onboarding.channels.base import Letter
from onboarding.channels.webhook_keys import signing_key
from onboarding.config import settings
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.outbox import jobs
from onboarding.outbox.actions import post
from onboarding.outbox.models import Message
from onboarding.posts import reach
from onboarding.posts.letters import whose
from onboarding.posts.links import token_of
from onboarding.posts.models import Subscription
from onboarding.posts.subscribing import Wish, subscribe
from onboarding.queues import beat, clear_beats, gone
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.contracts.dns_stands import open_loopback
from tests.doors import submit
from tests.posts.telling import follow, letters, told
from tests.services.ports import Ports
from tests.services.web import Reply, WebServer, web_server
from tests.stories import REAL, book, browser, customer


@pytest.fixture
def site(free_port: Ports, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    open_loopback(monkeypatch)
    opened = http_client.settings()
    monkeypatch.setattr(reach, "settings", lambda: opened)
    with web_server(free_port()) as made:
        yield made


@pytest.fixture
def number(cast: Cast, site: WebServer) -> int:
    """A cutover whose posts for staff go to the site too."""
    made = book(cast, customer("Acme", manager=cast["ann"]), wiring=REAL)
    follow()
    with transaction() as session:
        to, sue = f"{site.url}/hook", cast["sue"]
        wish = Wish(f"cutover:{made}", "staff", "webhook", to, user_id=sue)
        subscribe(session, SYSTEM, wish, confirmed=True)
    return made


def hook() -> Subscription:
    """The subscription of the site."""
    query = select(Subscription).where(Subscription.channel == "webhook")
    return db.session.scalars(query).one()


def drain() -> None:
    """Both lanes: what is urgent, and the rest."""
    jobs.drain("webhook", True)
    jobs.drain("webhook", False)


def due_now() -> None:
    with transaction() as session:
        now = clock.now() - timedelta(seconds=1)
        session.execute(update(Message).where(Message.state == "queued").values(due_at=now))


def test_a_letter_is_queued_tried_again_and_sent_and_the_page_says_so(
    app: Flask, number: int, site: WebServer
) -> None:
    told(number, "ramp.resumed")
    message = letters(f"{site.url}/hook")[0].id  # what is planned; the second waits behind it
    eve = browser(app, "eve")
    assert "3 queued" in eve.get(f"/cutovers/{number}").text
    site.answer = lambda request: Reply(503, b"busy")
    drain()
    assert "1 tried again" in eve.get(f"/cutovers/{number}").text
    site.answer = lambda request: Reply(200)
    due_now()
    drain()
    assert "1 sent" in eve.get(f"/cutovers/{number}").text
    log = eve.get(f"/deliveries/{message}").text
    assert "answered 503" in log
    assert "answered 200" in log
    assert f"/deliveries/{message}" in eve.get("/deliveries?channel=webhook").text
    assert submit(eve, f"/deliveries/{message}/again", {}).status_code == 403


def test_it_is_sent_again_by_hand_with_the_same_id_and_a_signature_of_now(
    app: Flask, number: int, site: WebServer
) -> None:
    told(number, "ramp.resumed")
    message = letters(f"{site.url}/hook")[-1].id
    sue = browser(app, "sue")
    key = signing_key(settings().key("secret"), f"{site.url}/hook", whose(hook()))
    mine = f"/subscriptions/{token_of(hook().id)}"
    assert key in sue.get(mine).text  # she entered the address
    assert key not in app.test_client().get(mine).text
    assert submit(sue, f"/deliveries/{message}/again", {}).status_code == 409  # on its way
    drain()
    assert submit(sue, f"/deliveries/{message}/again", {}).status_code == 303
    db.session().rollback()
    drain()
    first, second = [one for one in site.asked if json.loads(one.body)["text"] == "Resumed."]
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
    for one in (first, second):
        assert valid(one.headers, one.body, f"{site.url}/hook")
    replayed = {**second.headers, "turnup-timestamp": str(int(clock.now().timestamp()) - 900)}
    assert not valid(replayed, second.body, f"{site.url}/hook")
    assert not valid(second.headers, second.body + b" ", f"{site.url}/hook")


def test_whoever_enters_anothers_address_gets_a_key_of_their_own(
    app: Flask, cast: Cast, number: int, site: WebServer
) -> None:
    sue, eve = browser(app, "sue"), browser(app, "eve")
    theirs = token_of(hook().id)
    with transaction() as session:
        turnup = session.get_one(Cutover, number).turnup_id
        wish = Wish(f"turnup:{turnup}", "staff", "webhook", f"{site.url}/hook", user_id=cast["eve"])
        hers = token_of(subscribe(session, SYSTEM, wish, confirmed=True).id)
    shown = [
        set(re.findall(r"\b[0-9a-f]{64}\b", who.get(f"/subscriptions/{token}").text))
        for who, token in ((sue, theirs), (eve, hers))
    ]
    assert [len(keys) for keys in shown] == [1, 1]
    assert shown[0] != shown[1]


def valid(headers: dict[str, str], body: bytes, url: str) -> bool:
    """What docs/posts.md tells a receiver to check: the age, then the signature."""
    stamp = headers["turnup-timestamp"]
    if abs(clock.now().timestamp() - int(stamp)) > 300:
        return False
    key = signing_key(settings().key("secret"), url, whose(hook())).encode()
    found = hmac.new(key, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v1={found}", headers["turnup-signature"])


def test_no_link_of_anybody_is_shown_with_what_they_were_sent(app: Flask, number: int) -> None:
    told(number, "ramp.resumed")
    with transaction() as session:
        post(session, "email", Letter("code:1", "ada@example.com", "Your code", "123456"))
    eve = browser(app, "eve")
    for message in letters():
        page = eve.get(f"/deliveries/{message.id}").text
        assert "123456" not in page
        assert "/subscriptions/" not in page.replace('href="/subscriptions"', "")


def test_workers_are_heard_of_and_a_silent_one_shows(app: Flask, cast: Cast) -> None:
    eve = browser(app, "eve")
    assert "No worker is running" in eve.get("/deliveries").text
    beat("host:1", {"queues": ["urgent"], "lanes": {"email": 2}})
    page = eve.get("/deliveries").text
    assert "alive" in page
    assert "email: 2" in page
    with pytest.MonkeyPatch.context() as patch:
        then = clock.now() - timedelta(seconds=90)
        patch.setattr(clock, "now", lambda: then)
        beat("host:1", {"queues": ["urgent"], "lanes": {}})
    assert "silent" in eve.get("/deliveries").text
    with pytest.MonkeyPatch.context() as patch:
        then = clock.now() + timedelta(hours=2)
        patch.setattr(clock, "now", lambda: then)
        clear_beats()
    assert "No worker is running" in eve.get("/deliveries").text
    gone("host:1")
