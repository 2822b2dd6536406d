"""Duties as iCalendar text (RFC 5545) and invitations to them (iTIP, RFC 5546). Pure.

Written by hand: the web process must not carry the calendar library.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST = 75  # octets of a line, RFC 5545 section 3.1
CONTROLS = {number: None for number in range(32) if number not in (9, 10)} | {127: None}


@dataclass(frozen=True)
class Duty:
    """One seat of one person. Times are aware; `accepted` is False while only asked for.

    `uid` stays the same as long as this person is asked for this seat; `sequence` grows with every
    change of the duty, so that a calendar never goes back to an older one.
    """

    uid: str
    sequence: int
    title: str
    text: str
    start: datetime
    end: datetime
    accepted: bool


def feed(duties: Iterable[Duty], now: datetime) -> str:
    """The calendar that holds `duties`; a seat that is only asked for is TENTATIVE."""
    lines: list[str] = []
    for duty in duties:
        lines += _event(duty, now, "CONFIRMED" if duty.accepted else "TENTATIVE", [])
    return _calendar("PUBLISH", lines)


def request(duty: Duty, organizer: str, attendee: str, now: datetime) -> str:
    """METHOD:REQUEST: a new invitation, or an update where `sequence` has grown. Both are mail
    addresses."""
    status = "ACCEPTED" if duty.accepted else "NEEDS-ACTION"
    people = [
        f"ORGANIZER:mailto:{_address(organizer)}",
        f"ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT={status};RSVP=TRUE:mailto:{_address(attendee)}",
    ]
    return _calendar("REQUEST", _event(duty, now, "CONFIRMED", people))


def cancellation(duty: Duty, organizer: str, attendee: str, now: datetime) -> str:
    """METHOD:CANCEL: takes the duty out of the attendee's calendar."""
    people = [
        f"ORGANIZER:mailto:{_address(organizer)}",
        f"ATTENDEE:mailto:{_address(attendee)}",
    ]
    return _calendar("CANCEL", _event(duty, now, "CANCELLED", people))


def _calendar(method: str, events: list[str]) -> str:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Turnup//Standby//EN", f"METHOD:{method}"]
    lines = [*head, *events, "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(duty: Duty, now: datetime, status: str, people: list[str]) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{duty.uid}",
        f"SEQUENCE:{duty.sequence}",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{_stamp(duty.start)}",
        f"DTEND:{_stamp(duty.end)}",
        f"SUMMARY:{_escaped(duty.title)}",
        f"DESCRIPTION:{_escaped(duty.text)}",
        f"STATUS:{status}",
        *people,
        "END:VEVENT",
    ]


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _address(text: str) -> str:
    """The bare address of `Name <address>`, with nothing that could begin another line."""
    bare = text.rpartition("<")[2].rstrip("> ")
    return "".join(one for one in bare if one.isprintable() and one != " ")


def _escaped(text: str) -> str:
    text = text.replace("\r\n", "\n").translate(CONTROLS).replace("\\", "\\\\")
    return text.replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """`line` broken after at most 75 octets, never inside a character."""
    parts, length = [""], 0
    for character in line:
        size = len(character.encode())
        if length + size > LONGEST:
            parts.append(" ")
            length = 1
        parts[-1] += character
        length += size
    return "\r\n".join(parts)
