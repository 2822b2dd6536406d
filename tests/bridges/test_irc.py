"""Rooms on a real IRC server: channel, topic, people, lines both ways, and who may say what."""

from collections.abc import Callable

import pytest
from flask import Flask

from onboarding.bridges import irc_rooms, irc_wire
from onboarding.db import db
from onboarding.paging.models import Page
from onboarding.rooms import jobs
from onboarding.rooms.models import Room
from tests.bridges.gateways import Start, all_told, bridge, code_of, opened, running, said_in
from tests.cast import Cast
from tests.doors import submit
from tests.rooms.talking import room_of, say
from tests.services.irc_relay import tagging_relay
from tests.services.ngircd import Chatter, IrcServer
from tests.services.ports import Ports
from tests.services.programs import wait_until
from tests.stories import book, browser, customer

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture
def flip(
    app: Flask,
    cast: Cast,
    ngircd: IrcServer,
    settled: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> Room:
    """The room of a booked cutover, on a server that is set up."""
    monkeypatch.setattr(irc_wire, "EACH_S", 0.05)
    settled(bridges="irc", irc_url=ngircd.address)
    number = book(cast, customer("Acme", manager=cast["ann"]))
    jobs.follow()
    return room_of(f"cutover:{number}")


def test_a_channel_is_made_and_kept_and_lines_go_both_ways(
    app: Flask, cast: Cast, flip: Room, ngircd: IrcServer, gateway: Start
) -> None:
    gateway()
    made = opened()
    name, key = made.target, made.key
    say(browser(app, "sue"), flip, "early")
    wait_until(lambda: bridge().sent >= 2, "it has arrived, and so have the modes before it")
    assert name == f"#turnup-c{flip.cutover_id}-acme-moves"
    with Chatter(ngircd.port, "omar") as omar, Chatter(ngircd.port, "omar2", user="omar") as forger:
        omar.say(f"JOIN {name}")
        assert " 475 " in omar.hears(" 475 ")  # a key is needed
        omar.join(name, key)
        forger.join(name, key)

        # the topic says what it is about; only operators may change it
        omar.say(f"TOPIC {name}")
        omar.hears("Acme moves")  # in answer, or a moment later where the bridge was behind
        omar.say(f"TOPIC {name} :mine")
        omar.hears(" 482 ")

        # lines out, harmless and cut to length
        nina = browser(app, "nina")
        say(nina, flip, "hello\r\nQUIT :bye\x01VERSION\x01\x0304red " + "wörd " * 200)
        first = omar.hears("Nina (neteng): hello")
        assert first.startswith(":turnup!")
        assert omar.hears("| QUIT :bye").startswith(":turnup!")
        assert "\x03" not in "".join(omar.lines)
        say(nina, flip, "after")
        omar.hears("Nina (neteng): after")

        # lines in: nobody is who their nick says
        omar.say(f"PRIVMSG {name} :\x0304is it\x0f ready?")
        assert said_in(flip, "is it") == ("guest", "omar", "04is it ready?")
        omar.say(f"PRIVMSG {name} :!page neteng now")
        omar.hears("I do not know who you are")
        omar.say("PRIVMSG turnup :link nonsense-code")
        omar.hears("This code proves nothing")
        code = code_of(cast["omar"])
        omar.say(f"PRIVMSG turnup :link {code}")
        omar.hears("You are Omar Okafor here")
        omar.say(f"PRIVMSG turnup :link {code}")
        omar.hears("This code proves nothing")
        omar.say(f"PRIVMSG {name} :!page neteng the line is down")
        omar.hears("calls neteng until somebody answers")
        paged = db.session().query(Page).one()
        assert paged.opened_by == f"user:{cast['omar']}"
        assert said_in(flip, "!page neteng the line")[:2] == ("staff", "Omar")

        # a nick that changes hands proves nothing
        omar.say("NICK gone")
        omar.hears("NICK :gone")
        forger.say("NICK omar")
        forger.hears("NICK :omar")
        forger.say(f"PRIVMSG {name} :!page ops forged")
        assert said_in(flip, "!page ops forged")[:2] == ("guest", "omar")
        omar.say(f"PRIVMSG {name} :!page ops not me either")
        omar.hears("I do not know who you are")
        db.session().rollback()
        assert db.session().query(Page).count() == 1


def test_a_connection_that_breaks_loses_no_line(
    app: Flask, flip: Room, ngircd: IrcServer, gateway: Start
) -> None:
    gateway()
    made = opened()
    sue = browser(app, "sue")
    say(sue, flip, "before")
    wait_until(lambda: bridge().sent >= 2, "it has arrived")
    ngircd.stop()
    for number in range(3):
        say(sue, flip, f"while it was away {number}")
    assert bridge().sent < 5
    ngircd.start()
    with Chatter(ngircd.port, "watcher") as watcher:
        watcher.join(made.target, made.key)

        def told() -> bool:  # whoever came first is the operator there: the other needs it
            watcher.say(f"MODE {made.target} +o turnup")
            return bridge().sent >= 5

        wait_until(told, "the server has confirmed them", 40)
        for number in range(3):
            watcher.hears(f"Sue (support): while it was away {number}", 40)


def test_a_long_paste_takes_its_time_and_keeps_the_connection(
    app: Flask, flip: Room, ngircd: IrcServer, gateway: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(irc_rooms, "LOST_S", 2.0)  # far less than the text takes
    monkeypatch.setattr(irc_wire, "EACH_S", 0.02)
    monkeypatch.setattr(irc_wire, "MOST_WAITING", 50)
    gateway()
    made = opened()
    with Chatter(ngircd.port, "watcher") as watcher:
        watcher.join(made.target, made.key)
        sue = browser(app, "sue")
        say(sue, flip, "\n".join(f"l{number}" for number in range(200)))
        say(sue, flip, "and on")
        watcher.hears("| l199", 60)
        watcher.hears("Sue (support): and on", 20)
    wait_until(lambda: bridge().sent >= 3, "the server has confirmed them")


def test_what_went_into_a_dead_connection_is_told_again(
    app: Flask,
    flip: Room,
    ngircd: IrcServer,
    free_port: Ports,
    gateway: Start,
    settled: Callable[..., None],
) -> None:
    port = free_port()
    settled(irc_url=f"irc://turnup@127.0.0.1:{port}")
    with tagging_relay(ngircd.port, port, {}) as relay, Chatter(ngircd.port, "watcher") as watcher:
        gateway()
        made = opened()
        sue = browser(app, "sue")
        say(sue, flip, "before")
        wait_until(lambda: bridge().sent >= 3, "it has arrived")
        watcher.join(made.target, made.key)
        relay.deaf = True
        say(sue, flip, "into the void")
        wait_until(lambda: b"PING :t" in b"".join(relay.swallowed), "it was written")
        assert b"into the void" in b"".join(relay.swallowed)
        relay.deaf = False
        relay.cut()
        watcher.hears("Sue (support): into the void", 40)
        wait_until(lambda: bridge().sent >= 4, "the server has confirmed it")


def test_one_gateway_is_active_and_another_takes_over(
    app: Flask, flip: Room, ngircd: IrcServer
) -> None:
    with running(app) as first:
        wait_until(first.lease.good, "the first is active")
        opened()
        with running(app) as second, Chatter(ngircd.port, "watcher") as watcher:
            watcher.join(bridge().target, bridge().key)
            say(browser(app, "sue"), flip, "one")
            watcher.hears("Sue (support): one")
            assert not second.lease.good()
            first.stop()
            wait_until(second.lease.good, "the second is active", 10)
            say(browser(app, "sue"), flip, "two")
            watcher.hears("Sue (support): two", 30)
            watcher.pump()
            assert not [line for line in watcher.lines if "Sue (support)" in line]


def test_a_topic_is_put_back_and_a_channel_of_others_says_what_it_needs(
    app: Flask,
    cast: Cast,
    flip: Room,
    ngircd: IrcServer,
    gateway: Start,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(irc_rooms, "KEEP_S", 0.5)
    monkeypatch.setattr(irc_rooms, "AGAIN_S", 1.0)
    name = f"#turnup-c{flip.cutover_id}-acme-moves"
    with Chatter(ngircd.port, "early") as early, Chatter(ngircd.port, "ann") as ann:
        early.join(name)
        early.say(f"TOPIC {name} :ours")
        gateway()
        say(browser(app, "sue"), flip, "for us alone")
        assert "nothing is told in it, for somebody else made it" in opened().error
        early.hears("JOIN")
        for _again in range(3):  # time to tell it
            early.say("PRIVMSG turnup :link nonsense-code")
            early.hears("This code proves nothing")
        early.say(f"MODE {name} +o turnup")
        early.hears("+ntsk")
        early.hears("TOPIC").index("Acme moves")
        early.hears("for us alone")  # now, and not before
        early.say(f"TOPIC {name} :mine again")
        early.wait(lambda line: "mine again" in line, "its own topic")
        early.hears("Acme moves")
        wait_until(lambda: not bridge().error, "all is well")

        # the account manager is invited where her nick was proved, and gets the key there
        ann.join(name, bridge().key)
        ann.say(f"PRIVMSG turnup :link {code_of(cast['ann'])}")
        ann.hears("You are Ann Archer here")
        ann.say(f"PART {name}")
        ann.hears("INVITE", 60)


def test_an_account_of_the_server_is_known_again(
    app: Flask,
    cast: Cast,
    flip: Room,
    ngircd: IrcServer,
    free_port: Ports,
    gateway: Start,
    settled: Callable[..., None],
) -> None:
    port = free_port()
    settled(irc_url=f"irc://turnup@127.0.0.1:{port}")
    accounts = {"omar": "omar-at-vendor"}
    with tagging_relay(ngircd.port, port, accounts), Chatter(ngircd.port, "omar") as omar:
        gateway()
        made = opened()
        omar.say(f"PRIVMSG turnup :link {code_of(cast['omar'])}")
        omar.hears("You are Omar Okafor here, by your account omar-at-vendor")
        omar.join(made.target, made.key)
        omar.say(f"PRIVMSG {made.target} :by account")
        assert said_in(flip, "by account")[:2] == ("staff", "Omar")
        accounts.clear()
        omar.say(f"PRIVMSG {made.target} :without")
        assert said_in(flip, "without")[:2] == ("guest", "omar")


def test_a_room_that_is_opened_again_has_its_channel_again(
    app: Flask, flip: Room, ngircd: IrcServer, gateway: Start
) -> None:
    gateway()
    made, ann = opened(), browser(app, "ann")
    with Chatter(ngircd.port, "watcher") as watcher:
        watcher.join(made.target, made.key)
        submit(ann, f"/rooms/{flip.id}/archive", {})
        all_told()
        watcher.hears("Your cutover is planned for")  # what was to be said is said before it goes
        watcher.hears("PART")
        wait_until(lambda: bridge().state == "resting", "it is at rest")
        submit(ann, f"/rooms/{flip.id}/reopen", {})
        say(ann, flip, "One word more")
        watcher.hears("JOIN")
        watcher.say(f"MODE {made.target} +o turnup")
        watcher.hears("One word more")
