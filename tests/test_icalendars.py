"""Calendars of others: repeats right across changes of the clocks, and whatever may come instead."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from onboarding.errors import BadInput, PermanentFault, TurnupError
from onboarding.icalendars import LARGEST, Event, events, fetch
from tests.services.ports import Ports
from tests.services.web import Reply, WebServer, web_server

HERE = (ip_network("127.0.0.0/8"),)
SINCE, UNTIL = datetime(2027, 3, 20, tzinfo=UTC), datetime(2027, 4, 10, tzinfo=UTC)


def calendar(*lines: str) -> bytes:
    """A calendar of one event of these lines."""
    body = ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:one", *lines]
    return "\r\n".join([*body, "END:VEVENT", "END:VCALENDAR", ""]).encode()


def read(*lines: str, zone: str = "America/New_York") -> list[Event]:
    return events(calendar(*lines), SINCE, UNTIL, zone=zone)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        ("Europe/London", ["24 09:00", "31 08:00", "07 08:00"]),  # forward on 28 March
        ("America/New_York", ["24 13:00", "31 13:00", "07 13:00"]),  # forward since 14 March
        ("Australia/Sydney", ["23 22:00", "30 22:00", "06 23:00"]),  # back on 4 April
        ("Asia/Kolkata", ["24 03:30", "31 03:30", "07 03:30"]),
    ],
)
def test_a_repeat_keeps_its_hour_on_the_wall_across_a_change_of_the_clocks(
    zone: str, hours: list[str]
) -> None:
    found = read(
        f"DTSTART;TZID={zone}:20270303T090000",
        f"DTEND;TZID={zone}:20270303T100000",
        "RRULE:FREQ=WEEKLY",
        "SUMMARY:Weekly",
    )
    assert [f"{event.start:%d %H:%M}" for event in found] == hours
    assert {event.end - event.start for event in found} == {timedelta(hours=1)}
    assert len({event.key for event in found}) == len(found)


def test_a_moved_repeat_a_left_out_one_and_a_called_off_one() -> None:
    weekly = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:w\r\nDTSTART:20270322T090000Z\r\nDURATION:PT1H\r\n"
        "RRULE:FREQ=DAILY;COUNT=4\r\nEXDATE:20270323T090000Z\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:w\r\nRECURRENCE-ID:20270324T090000Z\r\nDTSTART:20270324T150000Z\r\n"
        "DURATION:PT1H\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:w\r\nRECURRENCE-ID:20270325T090000Z\r\nDTSTART:20270325T090000Z\r\n"
        "STATUS:CANCELLED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    found = events(weekly.encode(), SINCE, UNTIL, zone="UTC")
    assert [f"{event.start:%d %H}" for event in found] == ["22 09", "24 15"]


def test_whole_days_and_floating_times_are_those_of_the_reader() -> None:
    [day] = read("DTSTART;VALUE=DATE:20270402", "DTEND;VALUE=DATE:20270403", "TRANSP:TRANSPARENT")
    assert (day.start, day.end - day.start) == (
        datetime(2027, 4, 2, 4, tzinfo=UTC),
        timedelta(days=1),
    )
    assert (day.all_day, day.busy, day.title) == (True, False, "without a name")
    [there] = read("DTSTART:20270402T090000", "DURATION:PT2H", "SUMMARY:  Away \\n now ")
    assert (there.start.hour, there.end.hour, there.title) == (13, 15, "Away now")
    [out] = read(START, "X-MICROSOFT-CDO-BUSYSTATUS:OOF", "ATTENDEE:mailto:omar@vendor.example")
    assert (out.out, out.busy, out.people) == (True, True, ("omar@vendor.example",))


START, END = "DTSTART:20270322T090000Z", "DTEND:20270322T100000Z"
BROKEN = [
    (calendar("DTSTART:soon"), "DTSTART"),
    (calendar("SUMMARY:Never"), "event 'Never' has no start"),
    (calendar(START, "RRULE:FREQ=NOW"), "RRULE"),
    (calendar(START, "RRULE:FREQ=SECONDLY"), "repeats too often"),
    (calendar(START, "RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5,6;BYMINUTE=0,1,2,3,4"), "too often"),
    (calendar("DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY"), "repeats for ages"),
    (calendar("DTSTART;TZID=Mars/Base:20270322T090000"), "in the zone 'Mars/Base'"),
    (calendar(START, "DTEND:20270321T090000Z"), "ends before it starts"),
    (calendar(START, START, END), "event 'without a name' cannot be read"),
    (calendar("DTSTART:PT1H", END), "event 'without a name' cannot be read"),
    (calendar("DTSTART;TZID=Asia/Tokyo:00010101T000000", END), "cannot be read: date value out"),
    (b"", "no calendar"),
    (b"<html>Sign in</html>", "no calendar"),
    (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "no calendar"),
    (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "no calendar"),
    (b"\xff\xfe\x00", "no calendar"),
    (b"x" * (LARGEST + 1), "5,242,881 bytes"),
    (b"BEGIN:VEVENT\r\n" * 10_001, "too many events"),
]


@pytest.mark.parametrize(("given", "words"), BROKEN)
def test_what_is_broken_is_named_by_its_event(given: bytes, words: str) -> None:
    begun = time.monotonic()
    with pytest.raises(BadInput) as raised:
        events(given, SINCE, UNTIL, zone="UTC", place="the ship calendar")
    assert words in str(raised.value)
    assert raised.value.place == "the ship calendar"
    assert time.monotonic() - begun < 5


@pytest.fixture
def site(free_port: Ports) -> Iterator[WebServer]:
    with web_server(free_port()) as made:
        yield made


def test_an_address_is_read_within_bounds(site: WebServer) -> None:
    site.answer = lambda request: Reply(200, calendar(START))
    assert len(events(fetch(site.url, HERE), SINCE, UNTIL, zone="UTC")) == 1
    with pytest.raises(TurnupError, match=r"127\.0\.0\.1"):
        fetch(site.url, ())
    site.answer = lambda request: Reply(200, b"x" * (LARGEST + 1))
    with pytest.raises(PermanentFault, match="more than 5242880 bytes"):
        fetch(site.url, HERE)
