"""Posts to a channel of IRC outside of rooms, over the gateway's one connection to a real server."""

from collections.abc import Callable

import pytest
from flask import Flask

from onboarding.bridges import irc_wire
from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.outbox import jobs as outbox
from onboarding.outbox.actions import silence_s
from onboarding.outbox.models import Message
from tests.bridges.gateways import Start
from tests.cast import Cast
from tests.doors import submit
from tests.posts.telling import follow, letters, told
from tests.services.ngircd import Chatter, IrcServer
from tests.services.programs import wait_until
from tests.stories import REAL, Known, book, browser, customer

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

HOW = {"language": "en", "zone": "UTC", "quiet": "", "digest": "", "audience": "staff"}


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


@pytest.fixture
def number(
    cast: Cast,
    acme: Known,
    ngircd: IrcServer,
    settled: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> int:
    monkeypatch.setattr(irc_wire, "EACH_S", 0.02)
    settled(bridges="irc", irc_url=ngircd.address)
    return book(cast, acme, wiring=REAL)


def states(recipient: str) -> list[str]:
    return [one.state for one in letters(recipient)]


def follows(app: Flask, number: int, channel: str) -> int:
    asked = {**HOW, "scope": f"cutover:{number}", "channel": "irc", "recipient": channel}
    return submit(browser(app, "sue"), "/subscriptions", asked).status_code


def test_posts_are_told_in_a_channel_and_the_server_has_confirmed_them(
    app: Flask, number: int, ngircd: IrcServer, gateway: Start
) -> None:
    with transaction() as session:
        title = "Acme\r\nQUIT :gone \x0304red\x1b[31m"
        session.get_one(Cutover, number).title = title
    assert follows(app, number, "#Operations") == 303
    with Chatter(ngircd.port, "reader") as reader:
        reader.join("#operations")
        follow()
        outbox.sweep()
        outbox.drain("irc", True)  # no worker has this connection
        assert set(states("#operations")) == {"queued"}
        with transaction() as session:
            session.query(Message).filter(Message.channel != "irc").delete()
            assert silence_s(session) == 0  # no worker is missed
        gateway()
        heard = reader.hears("PRIVMSG #operations")
        told(number, "ramp.held", reason="errors")
        assert heard.startswith(":turnup!")
        assert "Acme QUIT :gone" in heard
        reader.hears("Held: errors")
        wait_until(lambda: set(states("#operations")) == {"sent"}, "the server has confirmed them")
        assert letters("#operations")[0].receipt == "told in #operations"
        assert not any(sign in heard for sign in "\x03\x1b")

        # the server may go away: what comes meanwhile waits, and is told when it is back
        ngircd.stop()
        told(number, "ramp.resumed")
        ngircd.start()
    with Chatter(ngircd.port, "reader") as reader:
        reader.join("#operations")
        wait_until(lambda: set(states("#operations")) == {"sent"}, "it is told after that", 60)


def test_a_channel_that_keeps_the_bot_out_says_why_and_holds_up_no_other(
    app: Flask, number: int, ngircd: IrcServer, gateway: Start
) -> None:
    for channel in ("#invited", "#quiet", "#open"):
        assert follows(app, number, channel) == 303
    with Chatter(ngircd.port, "chair") as chair:
        for channel, mode in (("#invited", "+i"), ("#quiet", "+m"), ("#open", "+t")):
            chair.join(channel)
            chair.say(f"MODE {channel} {mode}")
        follow()
        gateway()
        chair.hears("PRIVMSG #open")

        def error(channel: str) -> str:
            return next((one.error for one in letters(channel) if one.error), "")

        wait_until(lambda: error("#invited") and error("#quiet"), "both are known not to have come")
        assert error("#invited") == "the channel is for those invited; invite the bot"
        assert error("#quiet").startswith("the bot may not speak in the channel")
        assert "the channel is for those invited" in browser(app, "sue").get("/deliveries").text
        chair.say("MODE #quiet -m")
        with transaction() as session:
            for message in session.query(Message).filter_by(channel="irc", state="queued"):
                message.due_at = message.created_at
        chair.hears("PRIVMSG #quiet")


@pytest.mark.parametrize(
    "wrong",
    ["operations", "#a b", "#a,#b", "#a\r\nQUIT", "#a\x07b", "#" + "x" * 60, "#turnup-c1-acme"],
)
def test_what_is_no_channel_is_refused(app: Flask, number: int, wrong: str) -> None:
    assert follows(app, number, wrong) == 422


def test_irc_is_for_the_vendors_people_and_where_it_is_set_up(
    app: Flask, acme: Known, number: int, settled: Callable[..., None]
) -> None:
    path = f"/subscriptions?cutover={number}"
    assert '<option value="irc"' in browser(app, "sue").get(path).text
    assert '<option value="irc"' not in browser(app, acme.email).get("/subscriptions").text
    settled(bridges="")
    assert '<option value="irc"' not in browser(app, "sue").get(path).text
    assert follows(app, number, "#operations") == 422
