"""What ships this week, to support: a page, a letter on Monday, a note, and the flips it meets."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding import clock
from onboarding.clock import parse
from onboarding.cutovers import ship_jobs
from onboarding.cutovers.models import Ship
from onboarding.cutovers.ship_weeks import WEEK, monday
from onboarding.cutovers.ships import ShipSaid, add_ship
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.stories import REAL, book, browser, customer, fresh

MONDAY = parse("2027-03-01T09:00:00Z")


def announce(name: str, at: datetime, risk: str = "medium", note: str = "") -> int:
    with transaction() as session:
        said = ShipSaid(name, "Edge", risk, at, at + timedelta(hours=6), note)
        return add_ship(session, SYSTEM, said)[0].id


def letters(patch: pytest.MonkeyPatch, moment: datetime) -> list[Message]:
    with patch.context() as set_clock:
        set_clock.setattr(clock, "now", lambda: moment)
        ship_jobs.sweep()
    db.session().rollback()
    query = select(Message).where(Message.key.startswith("ships:")).order_by(Message.id)
    return list(db.session.scalars(query))


@pytest.fixture
def eve(app: Flask, cast: Cast) -> FlaskClient:
    return browser(app, "eve")


def test_the_page_shows_the_week_its_flips_and_what_is_held_up(
    app: Flask, cast: Cast, eve: FlaskClient
) -> None:
    acme = customer("Acme", manager=cast["ann"])
    number = book(cast, acme, starts_in=timedelta(days=8), wiring=REAL)
    start = clock.now() + timedelta(days=8, hours=1)
    mild, risky = announce("New logs", start), announce("New kernel", start, "high")
    weeks = int((start - monday(clock.now(), "UTC")) / WEEK)
    page = eve.get(f"/ships?week={weeks}").text
    mild_part = page.split(f'id="ship-{mild}"')[1].split("</section>")[0]
    risky_part = page.split(f'id="ship-{risky}"')[1].split("</section>")[0]
    assert f'href="/cutovers/{number}"' in mild_part
    assert "meets it" in mild_part
    assert "is held up by it" in risky_part
    assert "no flip meanwhile" in risky_part
    assert "New logs" not in eve.get("/ships?week=40").text
    assert eve.get("/ships?week=soon").status_code == 200
    assert "Support is ready" not in eve.get(f"/ships?week={weeks}").text
    sue = browser(app, "sue")
    answer = submit(sue, f"/ships/{mild}/ready", {"from": "week"})
    assert answer.location == f"/ships#ship-{mild}"
    assert "Sue Santos" in sue.get(f"/ships?week={weeks}").text


def test_a_note_is_told_to_support_who_are_asked_anew_whether_they_are_ready(
    app: Flask, cast: Cast, eve: FlaskClient
) -> None:
    number = announce("New logs", clock.now() + timedelta(days=3))
    submit(browser(app, "sue"), f"/ships/{number}/ready", {})
    assert submit(eve, f"/ships/{number}/note", {"note": " "}).status_code == 422
    for _ in range(2):
        said = submit(eve, f"/ships/{number}/note", {"note": "Fields are renamed."})
        assert said.status_code == 303
    found = fresh(Ship, number)
    assert (found.note, found.ready_at) == ("Fields are renamed.", None)
    query = select(Message).where(Message.subject == "What to say of a ship: New logs")
    told = list(db.session.scalars(query))
    assert sorted(one.recipient for one in told) == ["sid@vendor.example", "sue@vendor.example"]
    assert all("Fields are renamed." in one.text for one in told)
    assert submit(browser(app, "ann"), f"/ships/{number}/note", {"note": "x"}).status_code == 403
    with transaction() as session:
        session.get_one(Ship, number).starts_at = clock.now() - timedelta(hours=1)
    assert submit(eve, f"/ships/{number}/note", {"note": "Late."}).status_code == 409


def test_support_gets_one_letter_on_monday_morning(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert letters(monkeypatch, MONDAY - WEEK) == [], "nothing ships, nothing is written"
    announce("New logs", MONDAY + timedelta(days=2), note="Fields are renamed.")
    announce("Another week", MONDAY + timedelta(days=9))
    assert letters(monkeypatch, MONDAY.replace(hour=6)) == []
    first = letters(monkeypatch, MONDAY)
    assert [one.recipient for one in first] == ["sue@vendor.example", "sid@vendor.example"]
    assert "Fields are renamed." in first[0].text
    assert "NOT YET" in first[0].text
    assert "Another week" not in first[0].text
    assert len(letters(monkeypatch, MONDAY + timedelta(hours=3))) == 2
    assert len(letters(monkeypatch, MONDAY + timedelta(days=1))) == 2, "once a week"
    # No worker ran on the next Monday: the letter is written the day after, without what is over.
    announce("Over on Monday", MONDAY + WEEK, note="Too late to tell.")
    tuesday = MONDAY + timedelta(days=8)
    assert len(letters(monkeypatch, tuesday.replace(hour=6))) == 2
    late = letters(monkeypatch, tuesday)[2:]
    assert [one.recipient for one in late] == ["sue@vendor.example", "sid@vendor.example"]
    assert "Another week" in late[0].text
    assert "Over on Monday" not in late[0].text
    assert len(letters(monkeypatch, tuesday + timedelta(days=2))) == 4


def test_a_week_begins_on_monday_at_midnight_of_the_reader() -> None:
    start = monday(parse("2027-03-28T12:00:00Z"), "Europe/Berlin")
    assert start == datetime(2027, 3, 22, tzinfo=ZoneInfo("Europe/Berlin"))
    after = monday(parse("2027-03-28T12:00:00Z"), "Europe/Berlin", 1)
    assert (after.isoweekday(), after.hour) == (1, 0)
