"""What a calendar answers to an invitation: METHOD:REPLY (RFC 5546), read in a worker."""

import re

from icalendar import Calendar, Component

from onboarding.db import transaction
from onboarding.errors import BadInput, NotAllowed
from onboarding.rosters import actions, letters, queries, tokens
from onboarding.trail.log import Actor

LARGEST = 256 * 1024
EXPECTED = "expected a calendar's answer to an invitation"
_METHOD = re.compile(rb"^METHOD[^:\r\n]*:[ \t]*REPLY[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


def is_reply(raw: bytes) -> bool:
    """Whether the calendar part says that it answers an invitation; it may be broken all the same."""
    return _METHOD.search(raw[:LARGEST]) is not None


def take(raw: bytes, sender: str) -> str:
    """Do what the calendar part `raw` of a mail from the address `sender` says: `accepted`,
    `declined`, or what changes nothing: `tentative`, and `moved`, a yes to an earlier time, whose
    sender is told once that the window has moved.

    Raises BadInput where it is no reply, NotFound where the invitation is over, NotAllowed where
    another than the one who was asked answers.
    """
    event, partstat = _reply(raw)
    with transaction() as session:
        seat = tokens.reply(session, str(event.get("UID", "")).removesuffix("@turnup"))
        user = seat.user
        assert user is not None, "tokens open held seats only"
        if sender.strip().casefold() != user.email.casefold():
            raise NotAllowed(
                "This seat is not yours", hint="answer from the address that was asked"
            )
        actor = Actor(f"user:{user.id}", "mail")
        cutover = queries.cutover_of(session, seat)
        if partstat == "ACCEPTED" and _is_late(event, queries.window_version(session, cutover)):
            letters.tell_moved(session, cutover, seat)
            return "moved"
        if partstat == "ACCEPTED":
            actions.accept(session, actor, user, seat.id)
        elif partstat == "DECLINED":
            reason = str(event.get("COMMENT", "")).replace("\x00", "")[:500]
            actions.decline(session, actor, user, seat.id, reason or "declined in their calendar")
    return partstat.lower()


def _is_late(event: Component, version: int) -> bool:
    """Whether the reply is to an invitation from before `version` of the cutover. One that names no
    SEQUENCE is taken to be about the newest."""
    return "SEQUENCE" in event and int(str(event["SEQUENCE"])) < letters.sequence(version)


def _reply(raw: bytes) -> tuple[Component, str]:
    if len(raw) > LARGEST:
        raise BadInput("the calendar part is too large", hint=f"at most {LARGEST} bytes")
    try:
        found = Calendar.from_ical(raw)
        events = found.walk("VEVENT")
    except (ValueError, IndexError, KeyError, RecursionError) as wrong:
        raise BadInput(f"the calendar part cannot be read: {wrong}", hint=EXPECTED) from wrong
    if str(found.get("METHOD", "")).upper() != "REPLY" or len(events) != 1:
        raise BadInput("this is no METHOD:REPLY about one event", hint=EXPECTED)
    if not str(events[0].get("SEQUENCE", "0")).isdecimal():
        raise BadInput("the reply's SEQUENCE is no number", hint=EXPECTED)
    attendees = events[0].get("ATTENDEE", [])
    attendees = attendees if isinstance(attendees, list) else [attendees]
    said = {str(one.params.get("PARTSTAT", "")).upper() for one in attendees}
    if len(said) != 1 or not said <= {"ACCEPTED", "DECLINED", "TENTATIVE"}:
        raise BadInput("the reply says neither yes nor no", hint=EXPECTED)
    return events[0], said.pop()
