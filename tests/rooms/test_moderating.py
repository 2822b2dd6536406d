"""What should not stand in a room is taken back, and chat may vote and answer pages."""

import pytest
from flask import Flask

from onboarding.config import settings
from onboarding.customers.models import Customer
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.paging import actions as paging
from onboarding.paging.models import Page
from onboarding.readiness.models import Vote
from onboarding.rooms import actions, jobs
from onboarding.rooms.models import Room, RoomMessage
from onboarding.trail.log import SYSTEM, read
from onboarding.trail.verifying import verify
from tests.cast import Cast
from tests.doors import submit
from tests.rooms.talking import lines, room_of, say
from tests.stories import book, browser, customer, fresh


@pytest.fixture
def flip(app: Flask, cast: Cast) -> int:
    number = book(cast, customer("Acme", manager=cast["ann"]))
    jobs.follow()
    return number


def test_a_line_is_taken_back_and_the_note_stays(app: Flask, flip: int) -> None:
    room, sue = room_of(f"cutover:{flip}"), browser(app, "sue")
    cora = browser(app, "cora@acme.example")
    say(cora, room, "our token is s3cret")
    number = db.session().query(RoomMessage).filter_by(side="customer").one().number
    path = f"/rooms/{room.id}/messages/{number}"
    assert "our token is s3cret" in sue.get(f"{path}/take-back").text
    assert cora.get(f"{path}/take-back").status_code == 403
    assert submit(cora, f"{path}/take-back", {"why": "mine"}).status_code == 403
    worth = {"question": "What is it?", "answer": "our token is s3cret"}
    assert submit(sue, f"{path}/draft", worth).status_code == 303
    db.session().rollback()
    assert "room.marked" in [one.kind for one in read(db.session(), room.stream)]
    empty = submit(sue, f"{path}/take-back", {"why": " "})
    assert empty.status_code == 422
    assert "this is needed" in empty.text
    assert submit(sue, f"{path}/take-back", {"why": "A secret"}).status_code == 303

    db.session().rollback()
    written = [one.personal for one in read(db.session(), room.stream)]
    assert "s3cret" not in str(written)
    assert "s3cret" not in sue.get("/rooms/drafts").text
    assert {"why": "A secret"} in written
    assert verify(db.session(), settings().key("trail")) == []
    for page in (
        f"/rooms/{room.id}",
        f"/rooms/{room.id}?q=s3cret",
        f"/rooms/{room.id}/transcript.txt",
    ):
        shown = cora.get(page).text.lower()
        assert "taken back by sue · support: a secret" in shown
        assert "is s3cret" not in shown
    assert "0 messages found" in cora.get(f"/rooms/{room.id}?q=s3cret").text
    heard = cora.get(f"/rooms/{room.id}/events?once=1&after={number}").text
    assert "data-taken-back" in heard
    assert submit(sue, f"{path}/take-back", {"why": "Again"}).status_code == 409
    assert submit(sue, f"{path}/timeline", {}).status_code == 409


def test_the_programs_words_stand(app: Flask, flip: int) -> None:
    room, sue = room_of(f"cutover:{flip}"), browser(app, "sue")
    say(sue, room, "!who")
    said = db.session().query(RoomMessage).filter_by(side="program")
    number = said.order_by(RoomMessage.number.desc()).limit(1).one().number
    refused = submit(sue, f"/rooms/{room.id}/messages/{number}/take-back", {"why": "No"})
    assert refused.status_code == 409
    assert lines(room)[-1][2].startswith("Nobody stands by")


def test_a_room_votes_and_answers_pages(app: Flask, cast: Cast, flip: int) -> None:
    room, omar = room_of(f"cutover:{flip}"), browser(app, "omar")
    assert say(omar, room, "!nogo") == "reason: a no-go needs a reason: say what would change it"
    assert say(omar, room, "!nogo the cache is cold") == "ops says no-go."
    assert say(omar, room, "!go") == "ops says go."
    assert say(browser(app, "ann"), room, "!go").startswith("Your team has no vote")
    assert [(one.team, one.go) for one in db.session().query(Vote).order_by(Vote.id)] == [
        ("ops", False),
        ("ops", True),
    ]
    assert say(omar, room, "!ack").startswith("No page waits for your answer")
    with transaction() as session:
        text = "The edge is down"
        whom = [f"user:{cast['omar']}"]
        paged = paging.page(session, SYSTEM, f"cutover:{flip}", whom, text, "/pages", "k:1").id
    assert "'99' is no page of yours" in say(omar, room, "!ack 99")
    assert say(browser(app, "nina"), room, f"!ack {paged}").startswith("!ack: '")
    assert say(omar, room, "!ack") == f"Omar has page {paged}: nobody else is called."
    held = db.session().get_one(Page, paged)
    assert (held.state, held.holder_id) == ("acknowledged", cast["omar"])


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_any_room_calls_a_team_and_answers_any_page(app: Flask, cast: Cast, flip: int) -> None:
    known = fresh(Cutover, flip).turnup.customer_id
    with transaction() as session:
        number = actions.of_customer(session, SYSTEM, session.get_one(Customer, known)).id
    room, omar, eve = fresh(Room, number), browser(app, "omar"), browser(app, "eve")
    assert "calls ops until somebody answers" in say(eve, room, "!page ops the logs stand still")
    assert say(omar, room, "!ack").startswith("Omar has page ")
    again = say(eve, room, "!page ops and the disk is full")
    assert again.endswith("this was added to it. Omar has it and hears of this.")
    page = db.session().query(Page).one()
    assert (page.subject, page.repeats) == (f"customer:{known}", 1)
    assert "the logs stand still" in page.text
    assert "the disk is full" in omar.get(f"/pages/{page.id}").text
    letter = db.session().query(Message).order_by(Message.id.desc()).first()
    assert letter is not None
    assert letter.recipient == "omar@vendor.example"
    assert "the disk is full" in letter.text
    with transaction() as session:  # of two tickets: he says which
        whom = [f"user:{cast['omar']}"]
        calls = [
            paging.page(session, SYSTEM, f"ticket:{n}", whom, "Slow", "/tickets/1", f"t:{n}").id
            for n in (1, 2)
        ]
        paging.resolve(session, SYSTEM, page.id)
    assert f"!ack {calls[1]}, {calls[0]}: one of them" in say(omar, room, "!ack")
    assert say(omar, room, f"!ack {calls[1]}").startswith(f"Omar has page {calls[1]}")
    assert fresh(Page, calls[0]).state == "open"
