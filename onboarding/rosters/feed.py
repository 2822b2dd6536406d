"""A personal calendar of duties as iCalendar text (RFC 5545), for calendars that subscribe.

Written by hand: the web process must not carry the calendar library.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST = 75  # octets of a line, RFC 5545 section 3.1
CONTROLS = {number: None for number in range(32) if number not in (9, 10)} | {127: None}


@dataclass(frozen=True)
class Duty:
    """One seat of one person. Times are aware; `accepted` is False while only asked for."""

    seat: int
    title: str
    text: str
    start: datetime
    end: datetime
    accepted: bool


def calendar(duties: Iterable[Duty], now: datetime) -> str:
    """The calendar that holds `duties`; a seat that is only asked for is TENTATIVE."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Turnup//Standby//EN", "METHOD:PUBLISH"]
    for duty in duties:
        lines += [
            "BEGIN:VEVENT",
            f"UID:seat-{duty.seat}@turnup",
            f"DTSTAMP:{_stamp(now)}",
            f"DTSTART:{_stamp(duty.start)}",
            f"DTEND:{_stamp(duty.end)}",
            f"SUMMARY:{_escaped(duty.title)}",
            f"DESCRIPTION:{_escaped(duty.text)}",
            f"STATUS:{'CONFIRMED' if duty.accepted else 'TENTATIVE'}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


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
