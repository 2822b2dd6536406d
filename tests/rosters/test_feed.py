"""The personal calendar: what a subscribed calendar reads, and who gets nothing."""

import re
from datetime import UTC, datetime

from flask import Flask
from icalendar import Calendar

from onboarding.db import transaction
from onboarding.people.models import User
from onboarding.rosters.ics import Duty, feed
from tests.cast import Cast
from tests.rosters.standing import answer, name_of, seats
from tests.stories import browser


def test_hostile_text_stays_in_its_field_and_lines_are_short() -> None:
    at = datetime(2027, 3, 28, 1, tzinfo=UTC)
    title = "é;,\\\r\nEND:VEVENT\x00\r" + "ü" * 200
    text = feed([Duty("a@b", 2, title, "", at, at, True)], at)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert event["SUMMARY"] == "é;,\\\nEND:VEVENT" + "ü" * 200
    assert event.start == at


def test_the_feed_shows_ones_duties_without_a_sign_in(app: Flask, cast: Cast, staffed: int) -> None:
    seat = seats(staffed)["ops", "primary"]
    found = re.search(
        r"/calendar/[^\"]+\.ics", browser(app, name_of(cast, seat.user_id)).get("/standby").text
    )
    assert found
    stranger = app.test_client()

    def state() -> list[str]:
        events = Calendar.from_ical(stranger.get(found[0]).text).walk("VEVENT")
        return [str(event["STATUS"]) for event in events]

    assert state() == ["TENTATIVE"]
    answer(app, cast, seat, "accept")
    assert state() == ["CONFIRMED"]
    assert stranger.get(found[0].replace(".ics", "x.ics")).status_code == 404
    with transaction() as session:
        session.get_one(User, seat.user_id).active = False
    assert stranger.get(found[0]).status_code == 404
