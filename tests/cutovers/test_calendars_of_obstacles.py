"""Freezes and ships that come from calendars, and go with them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.config import settings
from onboarding.cutovers import feed_jobs
from onboarding.cutovers.models import Freeze, Ship
from onboarding.cutovers.obstacle_models import ObstacleFeed
from onboarding.db import db, transaction
from onboarding.forecasts.models import Site
from onboarding.outbox.models import Message
from onboarding.people import calendar_reading
from tests.cast import Cast
from tests.cutovers.told import rows, told
from tests.doors import submit
from tests.services.ports import Ports
from tests.services.web import Reply, WebServer, web_server
from tests.stories import browser

#: what is shown here does not lie in the database
pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The moment it stays here: what is said twice is the same thing said twice, not a second later."""
    at = clock.now().replace(microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: at)
    return at


@pytest.fixture
def site(free_port: Ports, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    opened = settings().model_copy(update={"api_allow": "127.0.0.0/8"})
    monkeypatch.setattr("onboarding.http_client.settings", lambda: opened)
    with web_server(free_port()) as made:
        yield made


def calendar(*events: tuple[str, float, str]) -> bytes:
    """A calendar of (name, begins in so many days, description), two hours each."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0"]
    for name, days, note in events:
        start = clock.now() + timedelta(days=days)
        lines += [
            "BEGIN:VEVENT", f"UID:{name}", f"SUMMARY:{name}", f"DESCRIPTION:{note}",
            f"DTSTART:{start:%Y%m%dT%H0000Z}", "DURATION:PT2H", "END:VEVENT",
        ]  # fmt: skip
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def read_all() -> ObstacleFeed:
    for number in list(db.session.scalars(select(ObstacleFeed.id))):
        feed_jobs.read(number)
    db.session().rollback()
    return db.session.scalars(select(ObstacleFeed)).one()


def test_ships_come_move_and_go_with_their_calendar(
    app: Flask, cast: Cast, site: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sue = browser(app, "sue")
    feed = {
        "kind": "ship",
        "name": "Releases",
        "address": f"{site.url}/s3cret.ics?key=s3cret-too",
        "risk": "low",
        "owner": "Edge",
    }
    for wrong, words in (
        ({"address": "ftp://x/y"}, "no address of a calendar"),
        ({"owner": ""}, "this is needed"),
        ({"kind": "boat"}, "no choice"),
    ):
        refused = submit(sue, "/obstacle-feeds", feed | wrong)
        assert (refused.status_code, words in refused.text) == (422, True)
    assert submit(sue, "/obstacle-feeds", feed).status_code == 303
    site.answer = lambda request: Reply(
        200, calendar(("TLS", 3, "Risk: high\\nOwner: Core"), ("Old", -3, ""), ("Cache", 5, ""))
    )
    for _ in range(2):
        row = read_all()
    assert (row.error, rows(Ship)) == ("", ["TLS", "Cache"])
    ship = db.session.scalars(select(Ship).where(Ship.name == "TLS")).unique().one()
    assert (ship.risk, ship.owner) == ("high", "Core")
    assert told() == ["Ships of Releases: 2 new"], "one letter of one reading"
    assert submit(sue, f"/ships/{ship.id}/withdraw", {}).status_code == 409
    site.answer = lambda request: Reply(200, b"<html>Sign in</html>")
    assert "no calendar" in read_all().error
    assert rows(Ship) == ["TLS", "Cache"], "what it said last stays in force"
    assert "cannot be read" in sue.get("/freezes").text
    site.answer = lambda request: Reply(
        200, calendar(("TLS", 3, "")).replace(b"DURATION:PT2H", b"DTSTART:PT1H\r\nDTEND:PT2H")
    )
    with transaction() as session:
        session.scalars(select(ObstacleFeed)).one().tried_at = None
    row = read_all()
    assert "event 'TLS' cannot be read" in row.error
    assert row.tried_at is not None
    site.answer = lambda request: Reply(404, b"nothing here")
    assert "127.0.0.1" in read_all().error
    assert "s3cret" not in sue.get("/freezes").text
    never = "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    endless = "".join(
        f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART:19700101T000000Z\r\n{never}\r\nEND:VEVENT\r\n"
        for n in range(40)
    )
    held = calendar().replace(b"END:VCALENDAR", endless.encode() + b"END:VCALENDAR")
    site.answer = lambda request: Reply(200, held)
    with monkeypatch.context() as hurried:
        hurried.setattr(calendar_reading, "READ_S", 2)
        assert "has no end" in read_all().error
    weekly = calendar(("Cache", 6, "")).replace(
        b"DURATION", b"RRULE:FREQ=DAILY;COUNT=1\r\nDURATION"
    )
    site.answer = lambda request: Reply(200, weekly)
    assert (read_all().error, rows(Ship)) == ("", ["Cache"])
    assert told()[1:] == ["Ships of Releases: 1 new, 2 withdrawn"]  # Cache is a day later
    # A series is one letter; what it goes on with later, and is the same, is none.
    repeats = calendar(("Cache", 6, "")).replace(
        b"DURATION", b"RRULE:FREQ=WEEKLY;COUNT=9\r\nDURATION"
    )
    longer = repeats.replace(b"COUNT=9", b"COUNT=10")
    graver = longer.replace(b"DESCRIPTION:", b"DESCRIPTION:Risk: high")
    for said, told_of in (
        (repeats, ["Ships soon: Cache, 8 times"]),
        (longer, []),
        (graver, ["Ships otherwise than told: Cache, 10 times"]),
    ):
        site.answer = lambda request, said=said: Reply(200, said)
        before = len(told())
        assert read_all().error == ""
        assert told()[before:] == told_of
    assert len(rows(Ship)) == 10
    number = row.id
    assert submit(sue, f"/obstacle-feeds/{number}/remove", {}).status_code == 303
    assert rows(Ship) == []
    assert told()[4:] == ["Does not ship: Cache, 10 times"]
    last = db.session.scalars(select(Message.text).order_by(Message.id.desc())).first()
    assert last is not None
    assert "and 6 more, the last" in last


def test_a_private_address_is_not_read(app: Flask, cast: Cast) -> None:
    ann = browser(app, "ann")
    feed = {"kind": "freeze", "name": "Inside", "address": "http://127.0.0.1:9/x", "risk": "low"}
    assert submit(ann, "/obstacle-feeds", feed).status_code == 303
    row = read_all()
    assert "127.0.0.1" in row.error
    assert row.read_at is None


def test_a_region_that_is_no_more_is_said_at_the_calendar_and_its_freezes_stay(
    app: Flask, cast: Cast, site: WebServer
) -> None:
    with transaction() as session:
        session.add(Site(name="Tokyo", limit=9e9, region="east"))
    feed = {"kind": "freeze", "name": "Quiet", "address": site.url, "risk": "low", "region": "east"}
    assert submit(browser(app, "ann"), "/obstacle-feeds", feed).status_code == 303
    site.answer = lambda request: Reply(200, calendar(("Sale", 3, "")))
    assert (read_all().error, rows(Freeze)) == ("", ["Sale"])
    with transaction() as session:
        session.scalars(select(Site).where(Site.region == "east")).one().region = "asia"
    site.answer = lambda request: Reply(200, calendar(("Sale", 4, ""), ("New", 5, "")))
    row = read_all()
    assert "no region 'east'" in row.error
    assert rows(Freeze) == ["Sale"]
