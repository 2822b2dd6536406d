"""Whoever may steer a running flip does so from a chat; whoever may not is refused there; and a
flood in a chat harms neither room nor bridge."""

import itertools
from collections.abc import Callable, Iterator
from time import monotonic

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.bridges import carrying, incoming, irc_wire
from onboarding.rooms import jobs
from onboarding.rooms.models import Room
from tests.bridges.gateways import Start, code_of, opened, said_in
from tests.bridges.slack_calls import SIGNING, slack
from tests.bridges.steering import asked, begun, standing
from tests.bridges.test_pages_and_webhooks import call, connect, keys
from tests.cast import Cast
from tests.ramps.conducting import Nursery
from tests.rooms.talking import lines, room_of, say
from tests.services.chats import MattermostPeer, SlackPeer
from tests.services.ngircd import Chatter, IrcServer
from tests.services.ports import Ports
from tests.services.programs import wait_until
from tests.services.web import web_server
from tests.sharing.links import user_of
from tests.stories import Known, book, browser, customer


@pytest.fixture
def acme(app: Flask, cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


@pytest.fixture
def driven(nursery: Nursery, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conductor is alive, and nobody acts in its place."""
    monkeypatch.setattr("onboarding.ramps.stand_in.PATIENCE_S", 3600.0)
    monkeypatch.setattr("onboarding.ramps.views.WAIT_S", 30.0)
    monkeypatch.setattr("onboarding.rooms.commands.SAFETY_S", 30.0)
    nursery.start()


def opened_room(cast: Cast, acme: Known) -> Room:
    number = book(cast, acme)
    jobs.follow()
    return room_of(f"cutover:{number}")


@pytest.fixture
def on_irc(
    cast: Cast,
    acme: Known,
    ngircd: IrcServer,
    settled: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> Room:
    monkeypatch.setattr(irc_wire, "EACH_S", 0.02)
    settled(bridges="irc", irc_url=ngircd.address)
    return opened_room(cast, acme)


@pytest.fixture
def peer(
    free_port: Ports, settled: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[SlackPeer]:
    monkeypatch.setattr(carrying, "PACE_S", 0.2)
    monkeypatch.setattr("onboarding.bridges.api.enqueue", lambda *_: False)
    made = SlackPeer()
    with web_server(free_port()) as site:
        site.answer = made.answer
        settled(**made.settings(site.url), api_allow="127.0.0.0/8")
        settled(secret_slack_signing=SIGNING)
        yield made


@pytest.mark.usefixtures("driven")
def test_on_irc_who_may_steers_the_running_flip(
    app: Flask, cast: Cast, acme: Known, on_irc: Room, ngircd: IrcServer, gateway: Start
) -> None:
    begun(app, on_irc)
    gateway()
    made = opened()
    place = made.target
    with Chatter(ngircd.port, "omar") as omar, Chatter(ngircd.port, "cora") as cora:
        for one, person in ((omar, cast["omar"]), (cora, user_of(acme))):
            one.join(place, made.key)
            one.say(f"PRIVMSG {place} :!rollback a nick proves nothing")
            one.hears("I do not know who you are")
            one.say(f"PRIVMSG turnup :link {code_of(person)}")
            one.hears("You are")
        cora.say(f"PRIVMSG {place} :!hold please")
        cora.hears("Your role does not allow !hold: it needs the permission ramps.hold")
        cora.say(f"PRIVMSG {place} :!rollback please")
        cora.hears("Your role does not allow !rollback")
        assert (standing(on_irc).state, asked("hold"), asked("rollback")) == ("holding", [], [])

        omar.say(f"PRIVMSG {place} :!hold errors on the left")
        wait_until(lambda: standing(on_irc).state == "held", "the conductor holds it")
        told = said_in(on_irc, "!hold errors")
        assert told[:2] == ("staff", "Omar")
        wait_until(lambda: lines(on_irc)[-1][0] == "program", "the room is told what came of it")
        cora.hears(lines(on_irc)[-1][2].split("\n")[0][:60])  # and so is the channel
        omar.say(f"PRIVMSG {place} :!rollback it got worse")
        wait_until(lambda: standing(on_irc).state == "rolled_back", "all traffic is back")
    by = f"user:{cast['omar']}"
    assert asked("hold") == [(by, "errors on the left", "done")]
    assert asked("rollback") == [(by, "it got worse", "done")]


@pytest.mark.usefixtures("driven")
def test_in_slack_who_may_steers_the_running_flip(
    app: Flask, cast: Cast, acme: Known, peer: SlackPeer, client: FlaskClient, gateway: Start
) -> None:
    room = opened_room(cast, acme)
    begun(app, room)
    gateway()
    target = opened("slack").target
    peer.people["U3"] = (acme.email, "Cora")

    def says(account: str, text: str) -> None:
        event = {"type": "message", "channel": target, "user": account, "ts": peer.stamp()}
        assert slack(client, {**event, "text": text}).status_code == 200

    says("U2", "!rollback an account that nobody proved")
    assert "I do not know who you are" in peer.whispered[1]
    for account, person in (("U2", cast["omar"]), ("U3", user_of(acme))):
        says(account, f"!link {code_of(person)}")
        assert peer.whispered[0] == account
        assert peer.whispered[1].startswith("You are")
    says("U3", "!hold please")
    said_in(room, "Your role does not allow !hold")
    says("U3", "!rollback please")
    said_in(room, "Your role does not allow !rollback")
    assert (standing(room).state, asked("hold"), asked("rollback")) == ("holding", [], [])
    says("U2", "!hold errors on the left")
    assert standing(room).state == "held"
    says("U2", "!rollback it got worse")
    assert standing(room).state == "rolled_back"
    by = f"user:{cast['omar']}"
    assert asked("hold") == [(by, "errors on the left", "done")]
    assert asked("rollback") == [(by, "it got worse", "done")]
    answer = lines(room)[-1][2].split("\n")[0]
    wait_until(lambda: answer in "".join(peer.top()), "the channel reads what came of it")


@pytest.mark.usefixtures("driven")
def test_in_mattermost_and_by_a_webhook_who_may_steers_it_too(
    app: Flask,
    cast: Cast,
    acme: Known,
    client: FlaskClient,
    gateway: Start,
    free_port: Ports,
    settled: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("onboarding.bridges.api.enqueue", lambda *_: False)
    peer, numbers = MattermostPeer(), itertools.count(1)
    with web_server(free_port()) as chat, web_server(free_port()) as far:
        chat.answer = peer.answer
        settled(**{**peer.settings(chat.url), "bridges": "mattermost,webhook"})
        settled(secret_mattermost_hook="hook-a", api_allow="127.0.0.0/8")
        room = opened_room(cast, acme)
        ann = browser(app, "ann")
        connect(ann, room, f"{far.url}/in")
        gateway()
        hook = {"token": "hook-a", "channel_id": opened("mattermost").target, "user_id": "U2"}
        hook |= {"user_name": "omar", "command": "/turnup"}
        number, (_, key) = opened("webhook").id, keys(ann, room)

        def by_command(text: str) -> str:
            told = {**hook, "text": text, "trigger_id": f"t{next(numbers)}"}
            return str(client.post("/api/v1/bridges/mattermost", data=told).get_json()["text"])

        def by_webhook(text: str) -> str:
            told = {"key": f"k{next(numbers)}", "name": "Omar", "account": "omar-17"}
            told["text"] = text if text.startswith("link") else f"!{text}"
            return str(call(client, number, key, told).get_json()["told"])

        for says in (by_command, by_webhook):
            begun(app, room)
            assert "I do not know who you are" in says("rollback a name proves nothing")
            for asks, answer in (("status", "5 % on the new path"), ("who", "nobody has accepted")):
                assert "I do not know" not in says(asks)  # they read the room: this they may ask
                assert answer in lines(room)[-1][2]
            assert says(f"link {code_of(cast['omar'])}").startswith("You are Omar Okafor here")
            says("hold errors on the left")
            assert standing(room).state == "held"
            says("rollback it got worse")
            assert standing(room).state == "rolled_back"
    by = f"user:{cast['omar']}"
    assert asked("hold") == [(by, "errors on the left", "done")] * 2
    assert asked("rollback") == [(by, "it got worse", "done")] * 2


def test_a_flood_on_irc_is_limited_per_person_and_harms_nobody(
    app: Flask,
    on_irc: Room,
    ngircd: IrcServer,
    gateway: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at, look = [], incoming.say
    monkeypatch.setattr(incoming, "say", lambda *said: looked_at.append(said) or look(*said))
    gateway()
    made = opened()
    place = made.target
    with Chatter(ngircd.port, "flood") as flood, Chatter(ngircd.port, "calm") as calm:
        for one in (flood, calm):
            one.join(place, made.key)
        began = monotonic()
        flood.say("\r\n".join(f"PRIVMSG {place} :flood {number}" for number in range(1000)))
        calm.wait(lambda line: "flood 999" in line, "all of the flood goes through the channel")
        assert "and the room is for all" in flood.hears("NOTICE")
        calm.say(f"PRIVMSG {place} :I still can")
        assert said_in(on_irc, "I still can") == ("guest", "calm", "I still can")
        say(browser(app, "sue"), on_irc, "So can I")
        calm.hears("Sue (support): So can I")
        told = [text for _, name, text in lines(on_irc) if name == "flood"]
        tens = 1 + (monotonic() - began) // 10  # of seconds, those begun
    assert told[:8] == [f"flood {number}" for number in range(8)]
    assert len(told) <= 8 * tens
    assert len(looked_at) <= 50  # so many cost the database anything: nobody waits for the others
    assert opened().error == ""
