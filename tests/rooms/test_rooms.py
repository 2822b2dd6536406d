"""Rooms: they open with their cutover, both sides talk in them, and what is typed there is text."""

from collections.abc import Generator
from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.cutovers.actions import cancel
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.paging.models import Page
from onboarding.posts import jobs as posting
from onboarding.ramps.models import Command
from onboarding.rooms import actions, jobs
from onboarding.rooms.models import Draft, Room, RoomMessage
from onboarding.rosters.models import PageSettings, Roster, Seat
from onboarding.trail.log import Actor, read
from tests.cast import Cast
from tests.doors import submit, token
from tests.rooms.talking import lines, room_of, say, time_stands
from tests.stories import Known, browser, customer, cutover_of, fresh


def test_a_room_opens_with_the_cutover_and_closes_with_it(
    app: Flask, cast: Cast, flip: int
) -> None:
    room = room_of(f"cutover:{flip}")
    assert lines(room)[0][2].startswith("Practice: Your cutover is planned for")
    posting.follow()
    jobs.follow()
    assert len(lines(room)) == 1
    with transaction() as session:
        cancel(session, Actor(f"user:{cast['ann']}", "web"), flip, "Not now")
    jobs.follow()
    posting.follow()
    assert fresh(Room, room.id).archived_at is not None
    assert "called off" in lines(room)[-1][2]
    ann = browser(app, "ann")
    assert say(ann, room, "Too late") == "This room was closed with its cutover"
    assert "called off" in ann.get(f"/rooms/{room.id}/transcript.txt").text
    assert submit(ann, f"/rooms/{room.id}/reopen", {}).status_code == 303
    assert say(ann, room, "One word more") == ""


def test_both_sides_talk_and_only_those_concerned_read_it(
    app: Flask, cast: Cast, flip: int
) -> None:
    room = room_of(f"cutover:{flip}")
    customer("Other")
    omar, cora = browser(app, "omar"), browser(app, "cora@acme.example")
    stranger = browser(app, "cora@other.example")
    say(omar, room, "Shall we <b>begin</b>?")
    say(cora, room, "We are ready")
    assert lines(room)[1:] == [
        ("staff", "Omar", "Shall we <b>begin</b>?"),
        ("customer", "Cora Acme", "We are ready"),
    ]
    for client, page in ((omar, f"/cutovers/{flip}"), (cora, f"/rooms/{room.id}")):
        shown = client.get(page).text
        assert "Shall we &lt;b&gt;begin&lt;/b&gt;?" in shown
        assert "We are ready" in shown
    assert "Okafor" not in cora.get(f"/rooms/{room.id}").text
    assert stranger.get(f"/rooms/{room.id}").status_code == 404
    assert stranger.get(f"/rooms/{room.id}/events?once=1").status_code == 404
    assert say(stranger, room, "Hello?") == f"There is no room {room.id}"
    assert "Acme moves" not in stranger.get("/rooms").text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u202egnp.exe\u202c", "gnp.exe"),
        ("\x02bold\x0304red\x1b[31m", "bold04red[31m"),
        ("one\r\nQUIT :bye", "one\nQUIT :bye"),
        ("👩\u200d🚒 ok", "👩\u200d🚒 ok"),
    ],
)
def test_what_could_deceive_is_taken_out(app: Flask, flip: int, typed: str, kept: str) -> None:
    room = room_of(f"cutover:{flip}")
    assert say(browser(app, "omar"), room, typed) == ""
    assert lines(room)[-1][2] == kept


def test_too_much_is_refused_and_what_was_typed_stays(app: Flask, flip: int) -> None:
    room, omar = room_of(f"cutover:{flip}"), browser(app, "omar")
    before = lines(room)
    assert say(omar, room, "😀" * 25_000) == "this is too long"
    assert say(omar, room, "\u202e\u2066") == "there is nothing to say in it"
    page = submit(omar, f"/rooms/{room.id}/messages", {"text": "word " * 1000})
    assert page.status_code == 422
    assert "4999 characters are too many" in page.text
    assert "word word" in page.text
    assert lines(room) == before


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_flood_is_limited_per_person_and_the_room_goes_on(app: Flask, flip: int) -> None:
    room, omar = room_of(f"cutover:{flip}"), browser(app, "omar")
    path, asked = f"/rooms/{room.id}/messages", {"Accept": "application/json"}
    form_token, before = token(omar, f"/rooms/{room.id}"), len(lines(room))
    said = []
    for later in (0, 11, 22, 33):
        with time_stands(later):
            answers = [
                omar.post(path, data={"csrf_token": form_token, "text": f"line {n}"}, headers=asked)
                for n in range(250)
            ]
            said.append([one.status_code for one in answers].count(200))
            told = answers[said[-1]]
            limit = "30 messages within 60 s" if later == 33 else "8 messages within 10 s"
            assert told.status_code == 429
            title = told.get_json()["title"]
            assert title.startswith(f"You wrote {limit}, and the room is for all")
            assert "wait a moment" in told.get_json()["detail"]
            assert say(browser(app, "nina"), room, "I still can") == ""
    assert said == [8, 8, 8, 6]
    assert len(lines(room)) == before + 30 + 4


def test_commands_follow_the_rules_of_the_web(app: Flask, cast: Cast, flip: int) -> None:
    room = room_of(f"cutover:{flip}")
    omar, cora = browser(app, "omar"), browser(app, "cora@acme.example")
    assert say(cora, room, "!hold it hurts").startswith(
        "Your role does not allow !hold: it needs the permission ramps.hold"
    )
    assert db.session().query(Command).count() == 0
    assert "no run has been started" in say(cora, room, "!status")
    assert "nobody has accepted" in say(cora, room, "!who")
    assert say(omar, room, "!dance") == "There is no command !dance: !help lists them"
    assert "there is no team 'nobody'" in say(omar, room, "!page nobody now")
    assert "calls neteng until somebody answers" in say(omar, room, "!page neteng the line is down")
    paged = db.session().query(Page).one()
    assert (paged.audience, paged.text) == (["team:neteng"], "Acme moves: the line is down")
    assert "added to it" in say(omar, room, "!page neteng and so is the other")
    assert "asked for more on the page" in omar.get(f"/cutovers/{flip}").text
    assert say(omar, room, "!log Acme turned their cache off") == "Kept in the timeline."
    assert "Acme turned their cache off" in omar.get(f"/cutovers/{flip}").text
    answer = say(omar, room, "!hold errors on the left")
    asked = db.session().query(Command).one()
    assert (asked.verb, asked.actor, asked.reason) == (
        "hold",
        f"user:{cast['omar']}",
        "errors on the left",
    )
    assert asked.state == "refused"  # nothing runs: the ramp says so, and the room is told why
    assert asked.answer in answer
    assert lines(room)[-1] == ("program", "Turnup", answer)


def test_who_stands_by_is_told_as_the_customers_page_has_it(
    app: Flask, cast: Cast, flip: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, cora, omar = (
        room_of(f"cutover:{flip}"),
        browser(app, "cora@acme.example"),
        browser(app, "omar"),
    )
    with transaction() as session:
        roster = session.query(Roster).filter_by(cutover_id=flip).one_or_none()
        roster = roster or Roster(cutover_id=flip, state="solved")
        session.add(roster)
        for name, state in (("nina", "accepted"), ("omar", "invited")):
            seat = Seat(team="neteng", role="primary", state=state)
            seat.user_id = cast[name]
            roster.seats.append(seat)
    turnup = db.session().get_one(Cutover, flip).turnup_id
    told = {
        "names": "neteng primary: Nina",
        "teams": "neteng primary",
        "nobody": "Who stands by is not told in rooms: see the roster of the cutover.",
    }
    for shown, words in told.items():
        with transaction() as session:
            session.merge(PageSettings(turnup_id=turnup, standby_shown=shown))
        assert say(cora, room, "!who") == words
        assert say(omar, room, "!who") == words  # she reads the answer to him too


def test_a_customer_is_heard_at_one_click(app: Flask, cast: Cast, acme: Known) -> None:
    cora = browser(app, "cora@acme.example")
    assert "Talk to us" in cora.get("/workspace").text
    opened = submit(cora, "/rooms/talk", {}, "/workspace")
    assert cora.get(opened.headers["Location"]).status_code == 200
    room = room_of(acme.stream)
    say(cora, room, "Is anybody there?")
    say(cora, room, "Hello?")
    told = db.session().query(Message).filter_by(recipient="ann@vendor.example").all()
    assert ["Is anybody there?" in one.text for one in told if "wants to talk" in one.subject] == [
        True
    ]
    assert say(cora, room, "!status") == (
        "This room belongs to no cutover: ask in the room of the cutover"
    )


def test_customers_help_customers_and_find_it_again(app: Flask, acme: Known) -> None:
    customer("Bolt")
    cora, bolt, sue = (browser(app, n) for n in ("cora@acme.example", "cora@bolt.example", "sue"))
    assert "Community" in cora.get("/rooms").text
    room = room_of("community")
    say(cora, room, "How do we purge a WILDCARD Straße?")
    say(bolt, room, "With a surrogate key; 100% sure")
    found = sue.get(f"/rooms/{room.id}?q=straSSE wildcard").text
    assert "1 message found" in found
    assert "Cora Acme" not in found  # among other customers the first name alone
    assert "1 message found" in bolt.get(f"/rooms/{room.id}?q=100%25").text
    assert "1 message found" in bolt.get(f"/rooms/{room.id}?q=100%25%00").text
    assert "0 messages found" in bolt.get(f"/rooms/{room.id}?q=100_").text

    form = sue.get(f"/rooms/{room.id}/messages/3/draft").text
    assert "How do we purge" in form
    fields = {"question": "How to purge?", "answer": "With a surrogate key"}
    marked = submit(sue, f"/rooms/{room.id}/messages/3/draft", fields)
    assert marked.status_code == 303
    db.session().rollback()
    assert db.session().query(Draft).one().question == "How to purge?"
    assert "With a surrogate key" in sue.get("/rooms/drafts").text
    assert cora.get("/rooms/drafts").status_code == 403


def test_a_line_is_kept_in_the_timeline(app: Flask, flip: int) -> None:
    room, omar = room_of(f"cutover:{flip}"), browser(app, "omar")
    say(browser(app, "cora@acme.example"), room, "Checkout is slow since noon")
    number = db.session().query(RoomMessage).filter_by(side="customer").one().number
    assert submit(omar, f"/rooms/{room.id}/messages/{number}/timeline", {}).status_code == 303
    db.session().rollback()
    note = next(one for one in read(db.session(), f"cutover:{flip}") if one.kind == "note.added")
    assert note.personal == {"text": "Cora Acme: Checkout is slow since noon"}


def test_an_open_page_gets_what_is_said(app: Flask, flip: int) -> None:
    room, omar = room_of(f"cutover:{flip}"), browser(app, "omar")
    say(omar, room, "<i>one</i>")
    missed = omar.get(f"/rooms/{room.id}/events?once=1&after=0").text
    assert "event: lines" in missed
    assert "&lt;i&gt;one&lt;/i&gt;" in missed
    assert "csrf" not in missed  # what many see holds nothing of one
    with closing(_live(omar, room)) as found:
        assert "event: hello" in next(found)
        say(browser(app, "nina"), room, "two")
        assert any("two" in chunk for chunk in found)
    assert cutover_of(flip).state == "booked"


def _live(client: FlaskClient, room: Room) -> Generator[str, None, None]:
    answer = client.get(f"/rooms/{room.id}/events", buffered=False)
    for chunk in answer.response:
        yield bytes(chunk).decode()


def test_of_two_who_open_a_room_one_does(app: Flask, acme: Known, flip: int) -> None:
    with transaction() as session:
        cutover = cutover_of(flip)
        assert actions.of_cutover(session, cutover).id == actions.of_cutover(session, cutover).id
    assert db.session().query(Room).filter_by(key=f"cutover:{flip}").count() == 1
