"""Rooms in Slack and Mattermost: channel, topic, people, one message kept current, its thread, lines."""

import itertools
import json
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.bridges import carrying
from onboarding.bridges.making import make
from onboarding.cutovers.actions import cancel
from onboarding.db import db, transaction
from onboarding.paging.models import Page
from onboarding.posts import jobs as posting
from onboarding.rooms import jobs
from onboarding.rooms.models import Room
from onboarding.trail.log import Actor, read
from tests.bridges.gateways import Start, all_told, bridge, code_of, opened, said_in
from tests.bridges.slack_calls import SIGNING, signed, slack
from tests.cast import Cast
from tests.doors import submit
from tests.rooms.talking import lines, room_of, say
from tests.services.chats import MattermostPeer, Peer, Place, SlackPeer
from tests.services.ports import Ports
from tests.services.programs import wait_until
from tests.services.web import web_server
from tests.stories import book, browser, customer

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture(params=[SlackPeer, MattermostPeer])
def peer(
    request: pytest.FixtureRequest, free_port: Ports, settled: Callable[..., None]
) -> Iterator[Peer]:
    made: Peer = request.param()
    with web_server(free_port()) as site:
        site.answer = made.answer
        settled(**made.settings(site.url), api_allow="127.0.0.0/8")
        settled(secret_slack_signing=SIGNING, secret_mattermost_hook="hook-a hook-b")
        yield made


@pytest.fixture
def flip(app: Flask, cast: Cast, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Room:
    monkeypatch.setattr(carrying, "READ_S", {"slack": 0.5, "mattermost": 0.5})
    monkeypatch.setattr(carrying, "PACE_S", 0.4)
    monkeypatch.setattr("onboarding.bridges.api.enqueue", lambda *_: False)
    number = book(cast, customer("Acme", manager=cast["ann"]))
    jobs.follow()
    posting.follow()
    return room_of(f"cutover:{number}")


def test_a_channel_is_made_kept_and_archived_with_its_room(
    app: Flask, cast: Cast, peer: Peer, flip: Room, gateway: Start
) -> None:
    nina = browser(app, "nina")
    gateway()
    opened(peer.kind)
    wait_until(lambda: peer.threaded(), "the post is in the thread")
    place = peer.place
    assert place.name == f"turnup-c{flip.cutover_id}-acme-moves"
    assert place.private
    assert "Acme moves" in place.topic.replace("\\", "")
    assert place.members == {"U1"}  # the account manager, found by mail
    current = place.messages[0]
    assert place.pins == [current.id]
    assert "booked" in current.text
    assert "Your cutover is planned for" in peer.threaded()[0]
    assert {one.thread for one in place.messages if one.thread} == {current.id}

    # what comes quickly goes together, harmless, in order
    for number in range(5):
        say(nina, flip, f"line {number} <!channel> @all [x](http://evil.example)")
    wait_until(lambda: "line 4" in "".join(peer.top()), "all have come")
    told = peer.top()
    assert len(told) <= 4
    assert ["line" in one for one in told] == [True] * len(told)
    assert "<!channel>" not in "".join(told)
    if peer.kind == "mattermost":
        assert "@all" not in "".join(told)
        assert "](http" not in "".join(told)
    times = [one.at for one in place.messages if one.by == "bot"]
    assert all(later - earlier >= 0.35 for earlier, later in itertools.pairwise(times[2:]))

    # a chat that asks to wait gets it, and loses nothing
    peer.busy = 1
    say(nina, flip, "patience")
    wait_until(lambda: "patience" in "".join(peer.top()), "it has come after the wait")

    # called off: the one message says so, the room closes, and the channel with it
    with transaction() as session:
        cancel(session, Actor(f"user:{cast['ann']}", "web"), flip.cutover_id or 0, "Not now")
    jobs.follow()
    wait_until(lambda: "cancelled" in current.text, "it says so")
    assert not place.archived  # the last post is still to be made
    all_told()
    wait_until(lambda: place.archived, "the channel is archived")
    assert "called off" in peer.threaded()[-1]
    assert current.edits >= 1
    wait_until(lambda: bridge(peer.kind).state == "resting", "the bridge is at rest")


@pytest.mark.parametrize("restores", [True, False])
def test_a_room_that_is_opened_again_has_its_channel_again(
    app: Flask, peer: Peer, flip: Room, gateway: Start, restores: bool
) -> None:
    ann, peer.restores = browser(app, "ann"), restores
    gateway()
    opened(peer.kind)
    wait_until(lambda: peer.threaded(), "all is told")
    first = peer.place
    submit(ann, f"/rooms/{flip.id}/archive", {})
    all_told()
    wait_until(lambda: first.archived, "the channel is archived")
    submit(ann, f"/rooms/{flip.id}/reopen", {})
    say(ann, flip, "One word more")

    def told() -> list[Place]:
        return [
            one
            for one in peer.places.values()
            if not one.archived and any("One word more" in said.text for said in one.messages)
        ]

    wait_until(told, "it is told in the channel")
    (place,) = told()
    assert (place is first) == restores
    if not restores:  # the chat lets no bot take it up: another stands in for it, with all it has
        assert place.name == f"{first.name}-2"
        assert place.private
        assert place.members == {"U1"}
        assert place.topic == first.topic
        assert "booked" in place.messages[0].text
        assert place.pins == [place.messages[0].id]

    # who ended it by hand is not asked by a door that closes and opens
    number = bridge(peer.kind).id
    assert submit(ann, f"/rooms/{flip.id}/bridges/{number}/end", {}).status_code == 303
    wait_until(lambda: bridge(peer.kind).state == "closed", "it was ended")
    for verb in ("archive", "reopen"):
        submit(ann, f"/rooms/{flip.id}/{verb}", {})
    say(ann, flip, "For us alone")
    for _ in range(3):
        make(peer.kind)
    assert bridge(peer.kind).state == "closed"


def test_what_did_not_come_by_itself_is_read_and_said_once(
    app: Flask, peer: Peer, flip: Room, client: FlaskClient, gateway: Start
) -> None:
    gateway()
    opened(peer.kind)
    wait_until(lambda: peer.threaded(), "all is told")
    for number in range(5):  # more than a page of them
        peer.said("U2", f"before {number}")
    said = peer.said("U2", "Is it &lt;quiet&gt;?" if peer.kind == "slack" else "Is it <quiet>?")
    assert said_in(flip, "quiet") == ("guest", "Omar", "Is it <quiet>?")
    assert [text for _, _, text in lines(flip) if text.startswith("before")] == [
        f"before {number}" for number in range(5)
    ]
    told = {"type": "message", "channel": peer.place.id, "user": "U2", "ts": said.id}
    if peer.kind == "slack":
        assert slack(client, {**told, "text": said.text}).status_code == 200
    else:
        hook = {"token": "hook-a", "channel_id": peer.place.id, "user_id": "U2"}
        hook |= {"post_id": said.id, "user_name": "Omar", "text": said.text}
        assert client.post("/api/v1/bridges/mattermost", data=hook).get_json() == {}
    assert [text for _, _, text in lines(flip)].count("Is it <quiet>?") == 1
    say(browser(app, "nina"), flip, "It is")
    wait_until(lambda: "It is" in "".join(peer.top()), "the answer goes there")
    assert "quiet" not in "".join(peer.top())  # what came from there does not go back


@pytest.mark.parametrize("peer", [SlackPeer], indirect=True)
def test_slack_is_believed_by_its_signature_alone(
    app: Flask, cast: Cast, peer: SlackPeer, flip: Room, client: FlaskClient, gateway: Start
) -> None:
    gateway()
    target = opened("slack").target
    wait_until(lambda: peer.threaded(), "all is told")
    event = {"type": "message", "channel": target, "user": "U2", "ts": peer.stamp()}
    hello = {**event, "text": "!page neteng forged"}
    for answer in (slack(client, hello, key="another"), slack(client, hello, age=301)):
        assert answer.status_code == 403
    assert client.post("/api/v1/bridges/slack/events", json={"event": hello}).status_code == 403
    assert "forged" not in str(lines(flip))

    assert slack(client, hello).status_code == 200
    assert said_in(flip, "forged")[:2] == ("guest", "Omar")
    assert peer.whispered[0] == "U2"
    assert "I do not know who you are" in peer.whispered[1]
    assert slack(client, hello).status_code == 200  # replayed: nothing new
    assert str(lines(flip)).count("forged") == 1

    code = code_of(cast["omar"])
    direct = {**event, "channel": "D1", "channel_type": "im", "ts": peer.stamp()}
    slack(client, {**direct, "text": f"link {code}"})
    assert peer.whispered == ("U2", "You are Omar Okafor here. Your page in Turnup ends that.")
    slack(client, {**event, "text": "!page neteng the line", "ts": peer.stamp()})
    assert said_in(flip, "!page neteng the line")[:2] == ("staff", "Omar")
    assert db.session().query(Page).one().opened_by == f"user:{cast['omar']}"
    wait_until(lambda: "calls neteng" in "".join(peer.top()), "the answer goes to the channel")

    # a pin beside a message keeps it in the timeline, once
    pin = {"type": "reaction_added", "reaction": "pushpin", "user": "U2"}
    pinned = {**pin, "item": {"type": "message", "channel": target, "ts": hello["ts"]}}
    for told in (pinned, pinned, {**pinned, "reaction": "eyes"}):
        assert slack(client, told).status_code == 200
    slack(client, {**pinned, "user": "U1"})
    assert "I do not know who you are" in peer.whispered[1]
    db.session().rollback()
    written = [one.personal for one in read(db.session(), f"cutover:{flip.cutover_id}")]
    assert written.count({"text": "Omar: !page neteng forged"}) == 1

    form = {"command": "/turnup", "channel_id": target, "user_id": "U2", "trigger_id": "t1"}
    body = urlencode({**form, "text": "status"}).encode()
    headers = signed(body, int(time.time()))
    form_type = "application/x-www-form-urlencoded"
    path = "/api/v1/bridges/slack/commands"
    answered = client.post(path, data=body, headers=headers, content_type=form_type)
    assert answered.get_json()["text"] == "Said in the room."
    assert "no run has been started" in said_in(flip, "no run has")[2]
    proof = json.dumps({"type": "url_verification", "challenge": "xyz"}).encode()
    headers = signed(proof, int(time.time()))
    asked = client.post("/api/v1/bridges/slack/events", data=proof, headers=headers)
    assert asked.get_json() == {"challenge": "xyz"}


@pytest.mark.parametrize("peer", [MattermostPeer], indirect=True)
def test_mattermost_is_believed_by_its_token_alone(
    app: Flask, cast: Cast, peer: MattermostPeer, flip: Room, client: FlaskClient, gateway: Start
) -> None:
    gateway()
    target, path = opened("mattermost").target, "/api/v1/bridges/mattermost"
    hook = {"channel_id": target, "user_id": "U2", "user_name": "omar", "post_id": "p1"}
    for token in ("", "another"):
        refused = client.post(path, data={**hook, "token": token, "text": "forged"})
        assert refused.status_code == 403
    unknown = client.post(path, json={**hook, "token": "hook-b", "text": "!hold now"}).get_json()
    assert "I do not know who you are" in unknown["text"]
    command = {**hook, "token": "hook-b", "command": "/turnup", "trigger_id": "1"}
    linked = client.post(path, data={**command, "text": f"link {code_of(cast['omar'])}"})
    assert linked.get_json()["text"].startswith("You are Omar Okafor here")
    client.post(path, data={**command, "trigger_id": "2", "text": "page neteng the line"})
    client.post(path, data={**command, "trigger_id": "2", "text": "page neteng the line"})
    assert said_in(flip, "!page neteng the line")[:2] == ("staff", "Omar")
    db.session().rollback()
    assert db.session().query(Page).one().repeats == 0
    asked = peer.said("U1", "!hold it")  # in a private channel nothing calls us: it is read
    wait_until(lambda: [one for one in peer.place.messages if one.thread == asked.id], "answered")
    assert said_in(flip, "!hold it")[:2] == ("guest", "Ann")
    asked = peer.said("U1", f"!link {code_of(cast['ann'])}")
    wait_until(lambda: [one for one in peer.place.messages if one.thread == asked.id], "linked")
    peer.said("U1", "It is me")
    assert said_in(flip, "It is me")[:2] == ("staff", "Ann")
    elsewhere = client.post(path, data={**hook, "token": "hook-a", "channel_id": "x", "text": "Hi"})
    assert "belongs to no room" in elsewhere.get_json()["text"]
