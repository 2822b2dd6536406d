"""Windows in everybody's zone, right across changes of the clocks; the moment itself never moves."""

import html
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from onboarding import clock
from onboarding.clock import spoken
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.people.models import User
from tests.cast import Cast
from tests.cutovers.test_booking import send
from tests.stories import browser, customer

#: (zone, begin in UTC, hours, what the clocks there show)
SPOKEN = [
    ("Europe/London", "2027-03-28T00:30", 2, "Sun 28 Mar 2027 00:30 GMT to 03:30 BST"),
    ("Europe/London", "2027-10-31T00:30", 2, "Sun 31 Oct 2027 01:30 BST to 02:30 GMT"),
    ("America/New_York", "2027-03-14T06:30", 1, "Sun 14 Mar 2027 01:30 EST to 03:30 EDT"),
    ("America/New_York", "2027-11-07T05:30", 1, "Sun 07 Nov 2027 01:30 EDT to 01:30 EST"),
    ("Australia/Sydney", "2027-04-03T15:30", 1, "Sun 04 Apr 2027 02:30 AEDT to 02:30 AEST"),
    ("Australia/Sydney", "2027-10-02T15:30", 1, "Sun 03 Oct 2027 01:30 AEST to 03:30 AEDT"),
    ("Asia/Kolkata", "2027-03-28T00:30", 2, "Sun 28 Mar 2027 06:00 to 08:00 IST"),
    ("UTC", "2027-03-28T23:00", 4, "Sun 28 Mar 2027 23:00 to Mon 29 Mar 03:00 UTC"),
]


@pytest.mark.parametrize(("zone", "start", "hours", "words"), SPOKEN)
def test_a_window_is_said_as_the_clocks_there_show_it(
    zone: str, start: str, hours: int, words: str
) -> None:
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert spoken(begin, begin + timedelta(hours=hours), zone) == words


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_window_is_shown_in_ones_own_the_customers_and_utc(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as session:
        session.get_one(User, cast["ann"]).timezone = "America/New_York"
    acme = customer("Acme", manager=cast["ann"], timezone="Australia/Sydney")
    ann = browser(app, "ann")
    monkeypatch.setattr(clock, "now", lambda: datetime(2027, 1, 1, tzinfo=UTC))
    # both change their clocks between: EDT and AEST
    booked = send(ann, acme, starts_at="2027-04-05T09:00", ends_at="2027-04-05T12:00")
    assert booked.status_code == 303, booked.text
    cutover = db.session.query(Cutover).one()
    assert (clock.iso(cutover.starts_at), cutover.zone) == (
        "2027-04-05T13:00:00Z",
        "America/New_York",
    )
    for path in ("/cutovers", f"/cutovers/{cutover.id}", f"/turnups/{acme.turnup}"):
        page = html.unescape(ann.get(path).text)
        assert "Mon 05 Apr 2027 09:00 to 12:00 EDT" in page, path
        assert "Mon 05 Apr 2027 23:00 to Tue 06 Apr 02:00 AEST" in page, path
        assert "Mon 05 Apr 2027 13:00 to 16:00 UTC" in page, path
