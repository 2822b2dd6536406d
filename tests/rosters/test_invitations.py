"""Answers from the mail and from a calendar, without signing in; seats that pass to a colleague."""

import re
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from icalendar import Calendar, Event
from sqlalchemy import select, update

from onboarding import clock
from onboarding.cutovers import actions as cutovers
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotAllowed, NotFound
from onboarding.inbox import jobs as inbox
from onboarding.outbox.models import Message
from onboarding.paging.models import Reach
from onboarding.people.models import Shift, User
from onboarding.rosters import jobs, replies
from onboarding.rosters.quiet import ask_at
from onboarding.rosters.windows import WorkingHours
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.rosters.standing import Place, at_once, mails, seats, solve
from tests.stories import Known, book, browser, cutover_of, kinds

SEAT = ("ops", "primary")


def link(mail: Message) -> str:
    found = re.search(r"https?://[^/]+(/(?:invitations|swaps)/\S+)", mail.text)
    assert found
    return found[1]


def sent_to(place: Place, subject: str = "Standby") -> list[Message]:
    return [mail for mail in mails(subject) if mail.recipient == place.email]


def event_of(mail: Message) -> tuple[str, Event]:
    read = Calendar.from_ical(mail.extra["calendar"]["text"])
    (event,) = read.walk("VEVENT")
    return str(read["METHOD"]), event


def reply(mail: Message, partstat: str, comment: str = "") -> bytes:
    """What a calendar program sends back."""
    _, event = event_of(mail)
    lines = ["BEGIN:VCALENDAR", "METHOD:REPLY", "VERSION:2.0", "PRODID:-//x//y//EN", "BEGIN:VEVENT"]
    lines += [
        f"UID:{event['UID']}",
        f"SEQUENCE:{event['SEQUENCE']}",
        "DTSTAMP:20270101T000000Z",
        f"COMMENT:{comment}",
    ]
    lines += [f"ATTENDEE;PARTSTAT={partstat}:mailto:{mail.recipient}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def test_looking_accepts_nothing_and_one_press_does(app: Flask, cast: Cast, staffed: int) -> None:
    seat = seats(staffed)[SEAT]
    (mail,) = sent_to(seat)
    scanner = app.test_client()
    assert "Accept" in scanner.get(link(mail)).text
    for verb in ("accept", "decline", f"swap/{seat.user_id}"):
        assert scanner.get(f"{link(mail)}/{verb}").status_code == 405
    assert scanner.post(f"{link(mail)}/accept").status_code == 400  # no form token
    assert seats(staffed)[SEAT].state == "invited"
    for _ in range(2):
        assert submit(scanner, f"{link(mail)}/accept", {}).status_code == 303
    assert "You have accepted" in scanner.get(link(mail)).text
    assert seats(staffed)[SEAT].state == "accepted"
    assert kinds(f"cutover:{staffed}").count("seat.accepted") == 1
    assert scanner.get(link(mail)[:-3] + "abc").status_code == 404


def test_a_no_from_the_mail_empties_the_seat_and_the_calendar(
    app: Flask, cast: Cast, staffed: int
) -> None:
    seat, stranger = seats(staffed)[SEAT], app.test_client()
    (mail,) = sent_to(seat)
    answer = submit(stranger, f"{link(mail)}/decline", {"reason": "a wedding"})
    assert "The next person" in answer.text
    asked, over = map(event_of, sent_to(seat))
    assert (asked[0], over[0], over[1]["STATUS"]) == ("REQUEST", "CANCEL", "CANCELLED")
    assert (asked[1]["UID"], int(asked[1]["SEQUENCE"]) + 1) == (over[1]["UID"], over[1]["SEQUENCE"])
    assert stranger.get(link(mail)).status_code == 404
    solve(staffed)
    assert seats(staffed)[SEAT].user_id not in (None, seat.user_id)


def test_a_moved_window_updates_the_same_event(app: Flask, cast: Cast, staffed: int) -> None:
    seat, cutover = seats(staffed)[SEAT], cutover_of(staffed)
    later = timedelta(hours=1)
    with transaction() as session:
        start, end = cutover.starts_at + later, cutover.ends_at + later
        cutovers.change_window(session, SYSTEM, staffed, start, end, cutover.version)
    jobs.follow()
    solve(staffed)
    (_, old), (method, new) = map(event_of, sent_to(seat))
    assert (method, new["UID"]) == ("REQUEST", old["UID"])
    assert new["SEQUENCE"] > old["SEQUENCE"]
    assert new.start == old.start + later
    first, last = sent_to(seat)
    for _twice in range(2):
        assert replies.take(reply(first, "ACCEPTED"), seat.email) == "moved"
    assert seats(staffed)[SEAT].state == "invited"
    (told,) = mails("The time has moved")
    assert (told.recipient, link(told) in last.text) == (seat.email, True)
    assert replies.take(reply(last, "ACCEPTED"), seat.email) == "accepted"


def test_a_colleague_takes_a_seat_in_two_presses_and_only_one_can(
    app: Flask, cast: Cast, staffed: int
) -> None:
    seat, stranger = seats(staffed)[SEAT], app.test_client()
    (mail,) = sent_to(seat)
    page = stranger.get(link(mail)).text
    (colleague,) = re.findall(r"/swap/(\d+)", page)
    busy = seats(staffed)["ops", "backup"].user_id
    assert submit(stranger, f"{link(mail)}/swap/{busy}", {}).status_code == 409
    assert (
        "Your colleague has a mail" in submit(stranger, f"{link(mail)}/swap/{colleague}", {}).text
    )
    (asked,) = mails("Take over?")
    assert app.test_client().get(link(asked)).status_code == 200
    assert seats(staffed)[SEAT].user_id == seat.user_id
    pressing = [app.test_client() for _ in range(2)]
    does = [lambda who=who: submit(who, f"{link(asked)}/take", {}).status_code for who in pressing]
    assert sorted(at_once(app, *does)) in ([200, 404], [200, 409])
    after = seats(staffed)[SEAT]
    assert (after.id, after.user_id, after.state) == (seat.id, int(colleague), "accepted")
    assert event_of(sent_to(seat)[-1])[0] == "CANCEL"
    assert event_of(sent_to(after)[-1])[0] == "REQUEST"
    assert stranger.get(link(mail)).status_code == 404
    assert kinds(f"cutover:{staffed}").count("seat.passed_on") == 1


def test_a_colleague_who_cannot_leaves_the_seat_where_it_is(
    app: Flask, cast: Cast, staffed: int
) -> None:
    seat, stranger = seats(staffed)[SEAT], app.test_client()
    (mail,) = sent_to(seat)
    (colleague,) = re.findall(r"/swap/(\d+)", stranger.get(link(mail)).text)
    submit(stranger, f"{link(mail)}/swap/{colleague}", {})
    (asked,) = mails("Take over?")
    assert "still theirs" in submit(stranger, f"{link(asked)}/refuse", {}).text
    assert [m.recipient for m in mails("Still yours")] == [seat.email]
    assert seats(staffed)[SEAT] == seat


def test_a_calendars_reply_comes_in_by_mail_as_its_program_sends_it(
    app: Flask, cast: Cast, staffed: int
) -> None:
    seat = seats(staffed)[SEAT]
    (asked,) = sent_to(seat)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = (
        seat.email,
        "turnup@vendor.example",
        "<1@x.example>",
    )
    mail["Subject"] = f"Accepted: {asked.subject}"
    mail.set_content(f"{seat.email} has accepted")
    mail.add_alternative(reply(asked, "ACCEPTED").decode(), subtype="calendar")
    assert inbox.take(mail.as_bytes()) == ("accepted", "")
    assert seats(staffed)[SEAT].state == "accepted"
    assert inbox.take(mail.as_bytes()) == ("accepted", "")  # sent twice, it is one answer
    assert kinds(f"cutover:{staffed}").count("seat.accepted") == 1


def test_a_calendars_own_reply_is_an_answer(app: Flask, cast: Cast, staffed: int) -> None:
    yes, no = seats(staffed)[SEAT], seats(staffed)["support", "primary"]
    (to_yes,), (to_no,) = sent_to(yes), sent_to(no)
    assert replies.take(reply(to_yes, "TENTATIVE"), yes.email) == "tentative"
    assert seats(staffed)[SEAT].state == "invited"
    with pytest.raises(NotAllowed):
        replies.take(reply(to_yes, "ACCEPTED"), no.email)
    assert replies.take(reply(to_yes, "ACCEPTED"), yes.email.upper()) == "accepted"
    assert seats(staffed)[SEAT].state == "accepted"
    assert replies.take(reply(to_no, "DECLINED", "ill"), no.email) == "declined"
    assert seats(staffed)["support", "primary"].user_id is None
    with pytest.raises(NotFound):
        replies.take(reply(to_no, "ACCEPTED"), no.email)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\x00",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
        b"x" * 300_000,
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n"
        + b"BEGIN:VEVENT\r\n" * 1_500
        + b"END:VEVENT\r\n" * 1_500
        + b"END:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nSEQUENCE:x\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n",
    ],
)
def test_what_is_no_reply_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(BadInput, match=r"calendar|REPLY|SEQUENCE"):
        replies.take(raw, "omar@vendor.example")


def test_by_night_the_letter_waits_unless_it_is_their_shift(
    app: Flask, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = clock.now
    two = datetime.combine(real().date(), time(2), UTC) - real()
    monkeypatch.setattr(clock, "now", lambda: real() + two)
    number = book(cast, acme)
    with transaction() as session:
        ends = clock.now() + timedelta(hours=1)
        session.execute(update(User).values(hours="09:00-17:30"))
        session.add(Shift(user_id=cast["nina"], starts_at=clock.now(), ends_at=ends))
    submit(browser(app, "ann"), f"/cutovers/{number}/roster", {})
    solve(number)
    waits = {mail.recipient: mail.due_at > clock.now() for mail in mails("Standby")}
    assert waits.pop("nina@vendor.example") is False
    assert set(waits.values()) == {True}
    assert {mail.due_at.hour for mail in mails("Standby")} == {2, 7}
    with transaction() as session:
        cutovers.cancel(session, SYSTEM, number, "not now")
    jobs.follow()
    called_off = [mail.recipient for mail in mails("Called off")]
    assert called_off == ["nina@vendor.example"]  # nobody else was ever told of it
    assert {m.state for m in mails("Standby") if m.recipient in waits} == {"withdrawn"}


def test_a_question_that_waits_for_the_morning_goes_with_the_seat(
    app: Flask, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, stranger = clock.now, app.test_client()
    two = datetime.combine(real().date(), time(2), UTC) - real()
    monkeypatch.setattr(clock, "now", lambda: real() + two)
    number = book(cast, acme)
    with transaction() as session:
        session.execute(update(User).values(hours="09:00-17:30"))
    submit(browser(app, "ann"), f"/cutovers/{number}/roster", {})
    solve(number)
    (mail,) = sent_to(seats(number)[SEAT])
    (colleague,) = re.findall(r"/swap/(\d+)", stranger.get(link(mail)).text)
    submit(stranger, f"{link(mail)}/swap/{colleague}", {})
    assert [one.state for one in mails("Take over?")] == ["queued"]
    submit(stranger, f"{link(mail)}/decline", {"reason": "ill"})
    assert [one.state for one in mails("Take over?")] == ["withdrawn"]


LONDON = WorkingHours("Europe/London", 9 * 60, 17 * 60, frozenset({1, 2, 3, 4, 5}))
NIGHT_SHIFT = WorkingHours("Europe/London", 22 * 60, 6 * 60, frozenset({1, 2, 3, 4, 5, 6, 7}))


@pytest.mark.parametrize(
    ("working", "now", "starts", "asked"),
    [
        (LONDON, "2027-03-27T23:30", "2027-03-30T09:00", "2027-03-28T06:00"),  # clocks go forward
        (LONDON, "2027-10-30T23:30", "2027-11-02T09:00", "2027-10-31T07:00"),  # and back
        (LONDON, "2027-01-05T12:00", "2027-01-09T09:00", "2027-01-05T12:00"),
        (LONDON, "2027-01-05T02:00", "2027-01-05T05:00", "2027-01-05T02:00"),  # too near to wait
        (NIGHT_SHIFT, "2027-01-05T02:00", "2027-01-09T09:00", "2027-01-05T02:00"),
    ],
)
def test_when_somebody_is_asked(working: WorkingHours, now: str, starts: str, asked: str) -> None:
    times = [datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, starts, asked)]
    assert ask_at(working, times[0], times[1]) == times[2]


def test_who_has_proved_a_chat_is_asked_there_as_well(app: Flask, cast: Cast, acme: Known) -> None:
    proved = dict.fromkeys(("omar", "olga", "adam"), clock.now())
    with transaction() as session:
        for name, at in {**proved, "nina": None, "noah": None}.items():
            way = {"channel": "webhook", "address": f"https://chat.example/{name}", "position": 0}
            times = {"created_at": clock.now(), "verified_at": at}
            session.add(Reach(user_id=cast[name], **way, **times))
    number = book(cast, acme)
    submit(browser(app, "ann"), f"/cutovers/{number}/roster", {})
    solve(number)

    def asked() -> set[tuple[str, str]]:
        db.session().rollback()
        chats = db.session.scalars(select(Message).where(Message.channel == "webhook"))
        found = {(chat.recipient.rpartition("/")[2], chat.text) for chat in chats}
        by_mail = {(mail.recipient.partition("@")[0], mail.text) for mail in mails()}
        assert found == {(name, text) for name, text in by_mail if name in proved}
        return found

    assert len(asked()) == 2
    seat, holder = seats(number)[SEAT], app.test_client()
    (mail,) = sent_to(seat)
    (colleague,) = re.findall(r"/swap/(\d+)", holder.get(link(mail)).text)
    submit(holder, f"{link(mail)}/swap/{colleague}", {})
    assert any("asks whether you would" in text for _, text in asked())
    submit(holder, f"{link(mail)}/decline", {"reason": "ill"})
    assert any("You declined" in text for _, text in asked())
