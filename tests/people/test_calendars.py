"""Times away and turns from calendars of others: taken over, kept when the calendar breaks, said where it does."""

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar as Read
from sqlalchemy import select

from onboarding import clock, config
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.icalendars import events
from onboarding.people import calendar_jobs, calendar_reading, calendars, queries
from onboarding.people.models import Away, Calendar, RotationFeed, User
from tests.cast import Cast
from tests.doors import submit
from tests.services.ports import Ports
from tests.services.web import Reply, Request, WebServer, web_server
from tests.stories import browser

Said = Callable[..., bytes]
ENDLESS = "DTSTART:19700101T000000Z\r\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"


def calendar(*given: str) -> bytes:
    """A calendar of these events, each its lines."""
    parts = [f"BEGIN:VEVENT\r\nUID:{n}\r\n{one}\r\nEND:VEVENT" for n, one in enumerate(given)]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]).encode()


def event(start: datetime, end: datetime, title: str, *more: str) -> str:
    stamps = [f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{end:%Y%m%dT%H%M%SZ}"]
    return "\r\n".join([*stamps, f"SUMMARY:{title}", *more])


@pytest.fixture
def site(free_port: Ports, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    monkeypatch.setenv("TURNUP_API_ALLOW", "127.0.0.0/8")
    config.settings.cache_clear()
    with web_server(free_port()) as made:
        yield made
    monkeypatch.undo()
    config.settings.cache_clear()


def work() -> None:
    """What a worker does: every calendar that is due is read."""
    db.session.remove()
    own, teams = calendars.due(db.session())
    for number in own:
        calendar_jobs.read(number)
    for number in teams:
        calendar_jobs.follow(number)
    db.session().rollback()


def due_again() -> None:
    with transaction() as session:
        for kind in (Calendar, RotationFeed):
            for row in session.scalars(select(kind)):
                row.tried_at = None


def aways() -> list[tuple[str, datetime, datetime]]:
    rows = db.session.scalars(select(Away).order_by(Away.starts_at))
    return [(row.note, row.starts_at, row.ends_at) for row in rows]


def on_shift() -> set[int]:
    db.session().rollback()
    return queries.on_shift(db.session(), clock.now())


def test_times_away_come_from_a_calendar_and_a_broken_one_keeps_the_last_good_state(
    app: Flask, cast: Cast, site: WebServer
) -> None:
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    first = now + timedelta(days=3)
    leave = event(first, first + timedelta(days=2), "Leave")
    free = event(first, first + timedelta(days=1), "Birthday", "TRANSP:TRANSPARENT")
    site.answer = lambda request: Reply(200, calendar(leave, free))
    omar, page = browser(app, "omar"), f"/people/{cast['omar']}"
    assert (
        submit(
            omar, f"{page}/calendar", {"address": f"{site.url}/s3cret.ics", "counts": "all"}
        ).status_code
        == 303
    )
    work()
    assert aways() == [("Leave", first, first + timedelta(days=2))]
    assert "from the calendar" in omar.get(page).text
    overlapping = {
        "starts_at": f"{first:%Y-%m-%dT%H:%M}",
        "ends_at": f"{first + timedelta(hours=1):%Y-%m-%dT%H:%M}",
    }
    refused = submit(omar, f"{page}/aways", overlapping)
    assert "a time away from the calendar (Leave)" in refused.text
    site.answer = lambda request: Reply(404, b"gone")
    due_again()
    work()
    assert "answered 404" in omar.get(page).text
    assert "s3cret" not in browser(app, "olga").get(page).text  # the address is nobody else's
    site.answer = lambda request: Reply(200, b"<html>Sign in</html>")
    due_again()
    work()
    shown = omar.get(page).text
    assert "this is no calendar" in shown
    assert "what is shown is of" in shown
    assert len(aways()) == 1
    site.answer = lambda request: Reply(200, calendar())
    due_again()
    work()
    assert (aways(), "this is no calendar" in omar.get(page).text) == ([], False)


def test_what_was_read_of_an_address_that_is_no_longer_theirs_is_nobodys(
    app: Flask, cast: Cast, site: WebServer
) -> None:
    start = clock.now() + timedelta(days=3)

    def meanwhile(_request: Request) -> Reply:
        with app.app_context(), transaction() as session:
            session.scalars(select(Calendar)).one().address = "https://elsewhere.example/x.ics"
        return Reply(200, calendar(event(start, start + timedelta(days=1), "Leave")))

    site.answer = meanwhile
    given = {"address": site.url, "counts": "all"}
    submit(browser(app, "omar"), f"/people/{cast['omar']}/calendar", given)
    work()
    assert aways() == []


def test_what_cannot_be_fetched_is_said_and_a_private_address_is_not_reached(
    app: Flask, cast: Cast, site: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    omar, page = browser(app, "omar"), f"/people/{cast['omar']}"
    for address in ("ftp://x/y", "https://", "javascript:alert(1)", "calendar"):
        answer = submit(omar, f"{page}/calendar", {"address": address, "counts": "days"})
        assert (answer.status_code, "no address of a calendar" in answer.text) == (422, True)
        assert f'value="{address}"' in answer.text
    assert (
        submit(omar, f"{page}/calendar", {"address": site.url, "counts": "all"}).status_code == 303
    )
    for body, said in (
        (b"x" * 6_000_000, "more than 5242880 bytes"),
        (calendar(*[ENDLESS] * 40), "has no end"),
    ):
        monkeypatch.setattr("onboarding.people.calendar_process.SECONDS", 1)
        site.answer = lambda request, body=body: Reply(200, body)
        due_again()
        monkeypatch.setattr(calendar_reading, "READ_S", 3)
        work()
        assert said in omar.get(page).text
    monkeypatch.setenv("TURNUP_API_ALLOW", "")
    config.settings.cache_clear()
    due_again()
    asked = len(site.asked)
    work()
    assert "127.0.0.1" in db.session.scalars(select(Calendar)).one().error
    assert len(site.asked) == asked


def test_only_whole_days_and_out_of_office_count_where_so_chosen() -> None:
    at = datetime(2027, 5, 3, 9, tzinfo=UTC)
    given = calendar(
        event(at, at + timedelta(hours=1), "Meeting"),
        event(at, at + timedelta(hours=2), "Dentist", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"),
        "DTSTART;VALUE=DATE:20270504\r\nDTEND;VALUE=DATE:20270506\r\nSUMMARY:Leave",
    )
    found = calendar_reading.parsed(
        given, "Europe/Berlin", at - timedelta(days=1), at + timedelta(days=9)
    )
    spans = calendar_jobs.times_away(found, "days")
    assert [title for _, _, title in spans] == ["Dentist", "Leave"]
    assert [f"{start:%d %H}" for start, _, _ in spans] == ["03 09", "03 22"]  # midnight in Berlin
    assert len(calendar_jobs.times_away(found, "all")) == 2  # meeting and dentist touch
    own = [{**one, "uid": f"{n}-abc@turnup"} for n, one in enumerate(found)]
    assert calendar_jobs.times_away(own, "all") == []  # whoever stands by is not away for it


def test_turns_come_from_a_calendar_and_go_out_as_one(
    app: Flask, cast: Cast, site: WebServer
) -> None:
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    day = timedelta(days=1)
    given = calendar(
        event(now - day, now + day, "On call - Omar Okafor"),
        event(now + day, now + 2 * day, "On call", "ATTENDEE:mailto:OLGA@vendor.example"),
        event(now + 2 * day, now + 3 * day, "On call - Nina Novak"),
    )
    site.answer = lambda request: Reply(200, given)
    omar, page = browser(app, "omar"), "/people/rotations/ops"
    refused = submit(omar, f"{page}/feed", {"address": "here"})
    assert (refused.status_code, 'value="here"' in refused.text) == (422, True)
    assert submit(omar, f"{page}/feed", {"address": site.url}).status_code == 303
    work()
    assert on_shift() == {cast["omar"]}
    shown = omar.get(page).text
    assert "nobody of the team is meant by On call - Nina Novak" in shown
    covering = {
        "person": cast["olga"],
        "starts_at": f"{now - day:%Y-%m-%dT%H:%M}",
        "ends_at": f"{now + day:%Y-%m-%dT%H:%M}",
    }
    assert submit(omar, f"{page}/stand-ins", covering).status_code == 303
    assert on_shift() == {cast["olga"]}
    path = shown.partition('href="/calendar/rotation/')[2].partition('"')[0]
    turns = Read.from_ical(app.test_client().get(f"/calendar/rotation/{path}").text).walk("VEVENT")
    assert [str(turn["SUMMARY"]) for turn in turns] == ["Olga Orlova: Operations"] * 2
    assert (
        app.test_client().get(f"/calendar/rotation/{path.replace('ops', 'neteng')}").status_code
        == 404
    )
    with transaction() as session:
        session.get_one(User, cast["omar"]).session_salt = "signed out"
    assert app.test_client().get(f"/calendar/rotation/{path}").status_code == 404
    again = browser(app, "omar")
    row = again.get(page).text.partition("stand-ins/")[2].partition("/remove")[0]
    assert submit(again, f"{page}/stand-ins/{row}/remove", {}).status_code == 303
    assert on_shift() == {cast["omar"]}
    assert submit(again, f"{page}/feed/remove", {}).status_code == 303
    assert on_shift() == set()


@settings(max_examples=40, deadline=None)
@given(
    zone=st.sampled_from(["Europe/London", "America/New_York", "Australia/Sydney", "Asia/Kolkata"]),
    hour=st.integers(4, 23),
    begins=st.dates(date(2027, 2, 20), date(2027, 4, 10)),
    every=st.integers(1, 7),
)
def test_a_repeated_time_away_keeps_its_hours_on_the_wall_whatever_the_clocks_do(
    zone: str, hour: int, begins: date, every: int
) -> None:
    given = calendar(
        f"DTSTART;TZID={zone}:{begins:%Y%m%d}T{hour:02}0000\r\nDURATION:PT45M\r\n"
        f"RRULE:FREQ=DAILY;INTERVAL={every}\r\nSUMMARY:School run"
    )
    since, until = datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 11, 20, tzinfo=UTC)
    found = events(given, since, until, zone="UTC")
    wall = [one.start.astimezone(ZoneInfo(zone)) for one in found]
    assert {(at.hour, at.minute) for at in wall} == {(hour, 0)}
    assert {one.end - one.start for one in found} == {timedelta(minutes=45)}
    days = [at.date() for at in wall]
    assert days[0] == begins
    assert {b - a for a, b in itertools.pairwise(days)} == {timedelta(days=every)}


def test_a_rule_whose_line_is_folded_is_read_apart_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    folded = calendar(*[ENDLESS.replace("RRULE", "RR\r\n ULE")] * 40)
    monkeypatch.setattr(calendar_reading, "READ_S", 1)
    since = datetime(2027, 1, 1, tzinfo=UTC)
    with pytest.raises(BadInput, match="has no end"):
        calendar_reading.parsed(folded, "UTC", since, since + timedelta(days=400))
