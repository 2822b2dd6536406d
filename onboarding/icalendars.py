"""Read calendars of others (iCal, RFC 5545): fetched within bounds, events with their repeats.

For workers and commands only: the libraries behind it are too heavy for the web process.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from onboarding import http_client
from onboarding.addresses import Network
from onboarding.errors import BadInput

LARGEST = 5 * 1024 * 1024  # bytes of a calendar
MOST_EVENTS = 10_000  # written down in a calendar, and found in the time asked for
MOST_REPEATING = 500
MOST_A_DAY = 24
FIRST_YEAR = 1970  # of an event that repeats: every day since is walked through
TIMEOUT_S = 30.0
OUT = ("OOF", "OUTOFOFFICE")
UNREADABLE = (ValueError, KeyError, TypeError, OverflowError, AttributeError)
WITHIN = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


@dataclass(frozen=True)
class Event:
    """One event, or one repeat of it, in UTC. `uid` is its name in the calendar, `key` tells its
    repeats apart too. `busy` is False where the calendar says that it takes no time (TRANSP), `out`
    is True where it is marked as out of office, `people` are mail addresses of attendees."""

    uid: str
    title: str
    start: datetime
    end: datetime
    note: str = ""
    all_day: bool = False
    busy: bool = True
    out: bool = False
    people: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for the same repeat of the same event, however often it is read."""
        return f"{self.uid}@{self.start:%Y%m%dT%H%M}"


def fetch(url: str, allowed: tuple[Network, ...] | None = None) -> bytes:
    """What lies at `url` (`webcal:` is `https:`), at most `LARGEST` bytes within `TIMEOUT_S`.

    Raises PassingFault and PermanentFault as `http_client.call` does: private addresses, answers
    that are too large or never end.
    """
    scheme, _, rest = url.partition("://")
    address = f"https://{rest}" if scheme.lower() in ("webcal", "webcals") else url
    answer = http_client.call(
        "GET", address, timeout=TIMEOUT_S, largest=LARGEST, allowed=allowed,
        headers={"Accept": "text/calendar, */*;q=0.1"},
    )  # fmt: skip
    return answer.body


def events(
    given: bytes, since: datetime, until: datetime, *, zone: str, place: str = "calendar"
) -> list[Event]:
    """The events of a calendar that share time with [since, until), by start; called-off ones are
    left out. Times without a zone, and whole days, are those of `zone` (IANA).

    Raises BadInput naming `place`, the event, and what was expected.
    """
    calendar = _calendar(given, place)
    found: list[Event] = []
    for one in _repeats(calendar, since, until, place):
        if str(one.get("STATUS", "")).upper() == "CANCELLED":
            continue
        event = _event(one, ZoneInfo(zone))
        if event.start < until and (since < event.end or since <= event.start == event.end):
            found.append(event)
        if len(found) > MOST_EVENTS:
            raise _too_many(place)
    return sorted(found, key=lambda event: (event.start, event.uid))


def _calendar(given: bytes, place: str) -> Calendar:
    """The calendar, each event looked at before anything is unrolled."""
    if len(given) > LARGEST:
        raise BadInput(
            f"the calendar has {len(given):,} bytes", place=place, hint=f"{LARGEST:,} at most"
        )
    if given.upper().count(b"BEGIN:VEVENT") > MOST_EVENTS:
        raise _too_many(place)
    try:
        calendar = Calendar.from_ical(given)
    except (ValueError, KeyError, IndexError, RecursionError) as wrong:
        raise BadInput(
            f"this is no calendar: {_words(wrong)}", place=place, hint="expected iCal (.ics)"
        ) from wrong
    if not isinstance(calendar, Calendar):
        raise BadInput("this is no calendar", place=place, hint="expected BEGIN:VCALENDAR")
    repeating = [event for event in calendar.walk("VEVENT") if _sound(event, place)]
    if len(repeating) > MOST_REPEATING:
        raise BadInput(
            f"{len(repeating)} events repeat", place=place, hint=f"{MOST_REPEATING} at most"
        )
    return calendar


def _sound(event: Any, place: str) -> bool:
    """`_checked`, whatever the library made of the event: a list for what is there twice, a length
    where a time belongs, a year that no zone reaches back to."""
    try:
        return _checked(event, place)
    except UNREADABLE as wrong:
        raise BadInput(
            f"event {_name(event)!r} cannot be read: {_words(wrong)}",
            place=place,
            hint="expected one start and one end, each a day or a time",
        ) from wrong


def _checked(event: Any, place: str) -> bool:
    """Whether the event repeats. Raises BadInput where it cannot be read, or would never end."""
    named = f"event {_name(event)!r}"
    if event.errors:
        key, why = event.errors[0]
        raise BadInput(f"{named}: {key}: {why}", place=place, hint="correct it in the calendar")
    if "DTSTART" not in event:
        raise BadInput(f"{named} has no start", place=place, hint="expected DTSTART")
    for key in ("DTSTART", "DTEND"):
        value = event.get(key)
        if value is None or isinstance(value, list):
            continue
        if "TZID" in value.params and getattr(value.dt, "tzinfo", True) is None:
            raise BadInput(
                f"{named} is in the zone {value.params['TZID']!r}",
                place=place,
                hint="expected a zone of the IANA list, or its VTIMEZONE",
            )
    _check_end(event, named, place)
    rules = event.get("RRULE", [])
    rules = rules if isinstance(rules, list) else [rules]
    for rule in rules:
        _check_rule(rule, named, place)
    if rules and event["DTSTART"].dt.year < FIRST_YEAR:
        hint = f"begin it in {FIRST_YEAR} or later"
        raise BadInput(f"{named} repeats for ages", place=place, hint=hint)
    return bool(rules)


def _check_end(event: Any, named: str, place: str) -> None:
    """The library would turn such an event round in silence."""
    begin, finish = event.get("DTSTART"), event.get("DTEND")
    if finish is None or isinstance(finish, list):
        return
    if _moment(finish.dt, ZoneInfo("UTC")) < _moment(begin.dt, ZoneInfo("UTC")):
        raise BadInput(f"{named} ends before it starts", place=place, hint="end it later")


def _check_rule(rule: Any, named: str, place: str) -> None:
    often = [str(word).upper() for word in rule.get("FREQ", [])]
    a_day = len(rule.get("BYHOUR", [0])) * len(rule.get("BYMINUTE", [0]))
    if not often or often[0] not in WITHIN or a_day > MOST_A_DAY or "BYSECOND" in rule:
        raise BadInput(
            f"{named} repeats too often",
            place=place,
            hint=f"daily or less, at {MOST_A_DAY} times of the day at most",
        )


def _repeats(calendar: Calendar, since: datetime, until: datetime, place: str) -> Iterator[Any]:
    try:
        yield from recurring_ical_events.of(calendar).between(since, until)
    except UNREADABLE as wrong:
        raise BadInput(
            f"an event cannot be read: {_words(wrong)}",
            place=place,
            hint="correct it in the calendar",
        ) from wrong


def _event(one: Any, zone: ZoneInfo) -> Event:
    begin, finish = one.start, one.end
    all_day = not isinstance(begin, datetime)
    start, end = _moment(begin, zone), _moment(finish, zone)
    status = _text(one, "X-MICROSOFT-CDO-BUSYSTATUS").upper()
    return Event(
        _text(one, "UID") or _name(one),
        _name(one),
        start,
        end,
        note=str(one.get("DESCRIPTION", "")).replace("\x00", "")[:2000],
        all_day=all_day,
        busy=_text(one, "TRANSP").upper() != "TRANSPARENT" and status != "FREE",
        out=status in OUT or _text(one, "X-GOOGLE-EVENT-TYPE").upper() in OUT,
        people=tuple(_people(one)),
    )


def _people(one: Any) -> Iterator[str]:
    given = one.get("ATTENDEE", [])
    for attendee in given if isinstance(given, list) else [given]:
        address = str(attendee).strip()
        if address.lower().startswith("mailto:"):
            yield address[len("mailto:") :][:254]


def _text(one: Any, key: str) -> str:
    value = one.get(key, "")
    value = value[0] if isinstance(value, list) and value else value
    return "".join(c for c in str(value) if c.isprintable())[:200]


def _moment(at: date | datetime, zone: ZoneInfo) -> datetime:
    whole = at if isinstance(at, datetime) else datetime.combine(at, time())
    return (whole if whole.tzinfo else whole.replace(tzinfo=zone)).astimezone(UTC)


def _name(event: Any) -> str:
    text = " ".join(str(event.get("SUMMARY", "")).replace("\x00", "").split())
    return text[:100] or "without a name"


def _too_many(place: str) -> BadInput:
    return BadInput(
        "there are too many events", place=place, hint=f"{MOST_EVENTS:,} at most in two years"
    )


def _words(wrong: Exception) -> str:
    said = " ".join(str(wrong).split())
    return "".join(c for c in said if c.isprintable())[:120] or type(wrong).__name__
