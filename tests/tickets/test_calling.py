"""Whom a ticket calls: when it turns out graver, and when something of it is due."""

from datetime import time as hour

from flask import Flask

from onboarding.db import transaction
from onboarding.people import rotations
from onboarding.people.rotation import Layer
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.stories import browser, kinds
from tests.tickets.desk import mails, opened, went
from tests.tickets.watched import HOUR, MONDAY, Time, called_now, last_handover, live_page, pages

WEEK = (1, 2, 3, 4, 5, 6, 7)


def test_what_turns_out_graver_calls_and_is_due_sooner(app: Flask, cast: Cast, time: Time) -> None:
    sue, nina = browser(app, "sue"), browser(app, "nina")
    number, other = opened(severity=3), opened(severity=3)
    went(sue, number, "about", severity="1")
    assert pages() == {f"ticket:{number}:support": "open"}  # traffic is down, nobody has it
    went(sue, number, "assign", team="neteng", question="Is the peering up?")
    assert pages()[f"ticket:{number}:neteng"] == "open"
    went(nina, number, "accept")
    went(sue, number, "assign", team="ops", question="Is it the disk?")  # passed on
    assert pages()[f"ticket:{number}:neteng"] == "resolved"
    assert "passed on to ops" in mails("nina@vendor.example")[-1].subject

    went(sue, other, "assign", team="neteng", question="Slow?")
    assert pages().get(f"ticket:{other}:neteng") is None
    time.passes(HOUR)
    before = last_handover(other)
    assert before.accept_by > time.now + HOUR
    went(browser(app, "ann"), other, "about", severity="1")
    row = last_handover(other)
    assert row.accept_by == row.look_at == time.now + HOUR / 4
    assert row.due_at == time.now + HOUR
    states = pages()
    assert states[f"ticket:{other}:neteng"] == "open"
    # an hour is gone of the one that the first answer has now: missed, noted, called
    assert states[f"ticket:{other}:due"] == "open"
    assert kinds(f"ticket:{other}").count("ticket.missed") == 1
    went(nina, other, "accept")
    went(sue, other, "about", severity="3")
    assert last_handover(other).look_at == last_handover(other).due_at >= time.now + 15 * HOUR
    went(sue, other, "take-back")
    # one person has it alone and says so: support's rotation hears, is called where traffic is down
    before = len(mails("sid@vendor.example"))
    with transaction() as session:
        layer = Layer("All day", "UTC", hour(0), hour(0), WEEK, (cast["sid"],), 7, MONDAY.date())
        rotations.add_layer(session, SYSTEM, rotations.team_of(session, "support"), layer)
    went(sue, other, "about", severity="2")
    assert "of severity 2 by now" in mails("sid@vendor.example")[before].subject
    went(sue, other, "about", severity="1")
    assert called_now(other, "down") == ["sid"]
    went(browser(app, "sid"), other, "claim", owner=str(cast["sue"]))
    assert pages()[f"ticket:{other}:down"] == "resolved"
    due = live_page(f"ticket:{other}:due")  # went with the ticket to whoever took it
    assert (due.state, due.holder_id) == ("acknowledged", cast["sid"])
    went(sue, other, "resolve", resolution="A loop", words="Mended")
    assert [key for key, state in pages().items() if f":{other}:" in key and state == "open"] == []


def test_what_is_due_calls_who_owes_the_word_now(app: Flask, cast: Cast, time: Time) -> None:
    number = opened(severity=2)
    sue, nina = browser(app, "sue"), browser(app, "nina")
    went(sue, number, "claim", owner="")
    time.passes(2 * HOUR)
    assert called_now(number) == ["sue"]
    went(sue, number, "assign", team="neteng", question="Is the peering up?")
    assert called_now(number)[0] in ("nina", "nils")  # the first of the team, and not sue
    went(nina, number, "accept")
    due = live_page(f"ticket:{number}:due")
    assert (due.state, due.holder_id, due.audience[0]) == (
        "acknowledged",
        cast["nina"],
        f"user:{cast['nina']}",
    )
    went(nina, number, "answer", words="It is up")
    assert called_now(number) == ["sue"]
    went(sue, number, "reply", text="It is up again.")
    assert pages()[f"ticket:{number}:due"] == "resolved"
