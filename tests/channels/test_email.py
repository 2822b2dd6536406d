"""Mail goes out over real SMTP, with the same Message-ID at every try; faults are told apart."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from icalendar import Calendar

from onboarding.channels.base import Letter
from onboarding.channels.email import EmailChannel
from onboarding.errors import PassingFault, PermanentFault
from onboarding.rosters.ics import Duty, request
from tests.services.ports import Ports

LETTER = Letter("post:1:2", "ada@example.com", "25 % moved", "25 % on the new path.\n")


class Box:
    """What the server keeps, and what it answers to a recipient."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []
        self.answer = "250 OK"

    async def handle_RCPT(
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.kept.append(envelope.content)
        return "250 OK"


@pytest.fixture
def server(free_port: Ports) -> object:
    box, port = Box(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, EmailChannel(f"smtp://127.0.0.1:{port}", "Turnup <turnup@vendor.example>")
    controller.stop()


def test_a_letter_arrives_with_a_message_id_made_of_its_key(
    server: tuple[Box, EmailChannel],
) -> None:
    box, channel = server
    first, second = channel.send(LETTER), channel.send(LETTER)
    assert first == second
    assert f"Message-ID: {first}".encode() in box.kept[0]
    assert b"25 % on the new path." in box.kept[0]


@pytest.mark.parametrize(
    ("answer", "fault"), [("550 no", PermanentFault), ("451 wait", PassingFault)]
)
def test_a_refusal_is_permanent_or_passing_as_the_server_says(
    server: tuple[Box, EmailChannel], answer: str, fault: type[Exception]
) -> None:
    box, channel = server
    box.answer = answer
    with pytest.raises(fault, match=r"ada@example\.com"):
        channel.send(LETTER)
    assert box.kept == []


def test_a_server_that_is_away_is_a_passing_fault(free_port: Ports) -> None:
    with pytest.raises(PassingFault, match="did not answer"):
        EmailChannel(f"smtp://127.0.0.1:{free_port()}", "t@example.com").send(LETTER)


@pytest.mark.parametrize("field", ["recipient", "subject"])
def test_a_line_break_in_a_header_is_refused(field: str) -> None:
    wrong = Letter(**{**vars(LETTER), field: "a@example.com\r\nBcc: eve@example.com"})
    with pytest.raises(PermanentFault, match="unusable"):
        EmailChannel("smtp://127.0.0.1:9", "t@example.com").send(wrong)


def test_an_invitation_travels_as_what_calendars_read(server: tuple[Box, EmailChannel]) -> None:
    box, channel = server
    at = datetime(2027, 1, 5, 10, tzinfo=UTC)
    duty = Duty("one@turnup", 2, "Standby: Über", "ops", at, at + timedelta(hours=2), False)
    asked = request(duty, "Turnup <turnup@vendor.example>", "ada@example.com", at)
    extra = {"calendar": {"method": "REQUEST", "text": asked}}
    channel.send(Letter("invite:1", "ada@example.com", "Standby", "Can you?\n", extra))
    mail = message_from_bytes(box.kept[0], policy=policy.default)
    plain, part = mail.iter_parts()
    assert mail.get_content_type() == "multipart/alternative"
    assert plain.get_content().strip() == "Can you?"
    assert (part.get_content_type(), part["Content-Type"].params["method"]) == (
        "text/calendar",
        "REQUEST",
    )
    read = Calendar.from_ical(part.get_content())
    (event,) = read.walk("VEVENT")
    assert (read["METHOD"], event["UID"], event["SEQUENCE"]) == ("REQUEST", "one@turnup", 2)
    assert event["SUMMARY"] == "Standby: Über"
    assert event["ORGANIZER"] == "mailto:turnup@vendor.example"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
