"""After a cutover: what was learnt, who does what by when, the talk of its room."""

import re
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding import clock
from onboarding.clock import parse
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.people.models import User
from onboarding.ramps.models import Ramp
from onboarding.reports import jobs
from onboarding.rooms import actions as rooms
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.stories import book, browser, customer, cutover_of, kinds

MONDAY = parse("2027-03-01T09:30:00Z")


@pytest.fixture
def number(app: Flask, cast: Cast) -> int:
    """A cutover that was flipped."""
    found = book(cast, customer("Acme", manager=cast["ann"]))
    with transaction() as session:
        ramp = Ramp(cutover_id=found, run=1, state="finished", since=clock.now())
        ramp.started_at = clock.now() - timedelta(hours=1)
        ramp.ended_at = clock.now()
        session.add(ramp)
    return found


@pytest.fixture
def sue(app: Flask, number: int) -> FlaskClient:
    return browser(app, "sue")


def letters(patch: pytest.MonkeyPatch, moment: datetime, kind: str) -> list[str]:
    """Whom one pass of the job at that time has written to by now."""
    with patch.context() as set_clock:
        set_clock.setattr(clock, "now", lambda: moment)
        jobs.remind()
    db.session().rollback()
    query = select(Message.recipient).where(Message.key.startswith(f"nudge:{kind}:"))
    return list(db.session.scalars(query))


def test_what_was_learnt_is_noted_and_taken_back(number: int, sue: FlaskClient) -> None:
    where = f"/cutovers/{number}"
    said = {"text": "Warm the <b>cache</b> first", "for_customer": "yes"}
    assert submit(sue, f"{where}/lessons", said).status_code == 303
    page = sue.get(f"{where}/report").text
    assert "Warm the &lt;b&gt;cache&lt;/b&gt; first" in page
    assert "for the customer too" in page
    empty = submit(sue, f"{where}/lessons", {"text": " ", "for_customer": "yes"})
    assert empty.status_code == 422
    assert "this is needed" in empty.text
    assert submit(sue, f"{where}/lessons/1/remove", {}).status_code == 303
    assert "cache" not in sue.get(f"{where}/report").text.split('id="timeline"')[0]
    assert kinds(f"cutover:{number}")[-2:] == ["lesson.noted", "lesson.taken_back"]
    assert submit(sue, f"{where}/lessons/1/remove", {}).status_code == 404


def test_a_follow_up_is_given_done_and_opened_again(
    app: Flask, number: int, cast: Cast, sue: FlaskClient
) -> None:
    where = f"/cutovers/{number}/followups"
    due = (clock.now() + timedelta(days=3)).date().isoformat()
    wish = {"what": "Raise the TTL", "owner": cast["omar"], "due": due}
    for wrong, place in (({"due": "2020-01-01"}, "due"), ({"owner": "99999"}, "owner")):
        refused = submit(sue, where, {**wish, **wrong})
        assert refused.status_code == 422
        assert f'id="followup-{place}-problem"' in refused.text
        assert "Raise the TTL</textarea>" in refused.text
    assert submit(sue, where, wish).status_code == 303
    told = db.session.scalars(select(Message).where(Message.key == "followup:1")).one()
    assert (told.recipient, "Raise the TTL" in told.text) == ("omar@vendor.example", True)
    until = f"until the end of {date.fromisoformat(due):%a %d %b %Y}"
    assert until in told.text
    listed = re.sub(r"<[^>]+>", "", sue.get("/reports/followups?who=all").text)
    assert until in listed, "not the midnight after"
    omar = browser(app, "omar")
    assert "Raise the TTL" in omar.get("/reports/followups").text
    assert "Raise the TTL" not in sue.get("/reports/followups").text
    assert "Raise the TTL" in sue.get("/reports/followups?who=all&page=x").text
    assert submit(omar, "/followups/1/done", {"from": "list"}).location == "/reports/followups"
    submit(omar, "/followups/1/done", {})
    assert "Raise the TTL" not in omar.get("/reports/followups").text
    assert "Raise the TTL" in omar.get("/reports/followups?state=done").text
    assert kinds(f"cutover:{number}").count("followup.done") == 1
    submit(omar, "/followups/1/reopen", {})
    assert "Raise the TTL" in omar.get("/reports/followups").text
    assert submit(omar, "/followups/9/done", {}).status_code == 404


def test_who_is_late_is_reminded_once_and_then_the_account_manager(
    number: int, cast: Cast, sue: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = (MONDAY - timedelta(days=2)).date().isoformat()
    wish = {"what": "Raise the TTL", "owner": cast["omar"], "due": due}
    submit(sue, f"/cutovers/{number}/followups", wish)
    assert letters(monkeypatch, MONDAY - timedelta(days=5), "owner") == []
    assert letters(monkeypatch, MONDAY.replace(hour=3), "owner") == [], (
        "nobody is written to at night"
    )
    assert letters(monkeypatch, MONDAY, "owner") == ["omar@vendor.example"]
    reminder = select(Message).where(Message.key.startswith("nudge:owner:"))
    told = db.session.scalars(reminder).one()
    assert f"until the end of {date.fromisoformat(due):%a %d %b %Y})" in told.text
    assert letters(monkeypatch, MONDAY + timedelta(minutes=30), "owner") == ["omar@vendor.example"]
    assert letters(monkeypatch, MONDAY + timedelta(days=1), "manager") == []
    later = MONDAY + timedelta(days=10)
    assert letters(monkeypatch, later, "manager") == ["ann@vendor.example"]
    submit(sue, "/followups/1/done", {})
    assert len(letters(monkeypatch, later + timedelta(days=10), "owner")) == 1


def test_what_was_marked_in_the_room_stands_in_the_report(
    number: int, cast: Cast, sue: FlaskClient
) -> None:
    with transaction() as session:
        room = rooms.of_cutover(session, cutover_of(number))
        user = session.get_one(User, cast["sue"])
        actor = Actor(f"user:{user.id}", "web")
        said = rooms.say(session, rooms.author(session, actor, user, room), room, "Sixty seconds.")
        rooms.mark(session, actor, room, said.number, "How long is the TTL?", "Sixty seconds.")
        rooms.keep(session, actor, room, said.number)
        room_id = room.id
    page = sue.get(f"/cutovers/{number}/report").text
    talk = page.split('id="talk"')[1].split("</section>")[0]
    assert f'href="/rooms/{room_id}"' in talk
    assert "1 message, 1 speaker" in talk
    assert "How long is the TTL?" in talk
    assert "Sue: Sixty seconds." in page.split('id="timeline"')[1]
