"""The RQ edge of calendars: read them, take over what they say, keep the last good state."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import AdapterError, BadInput
from onboarding.icalendars import fetch
from onboarding.people import aways, calendars
from onboarding.people.calendar_reading import parsed, without_path
from onboarding.people.models import Calendar, RotationFeed, Team, User

OURS = "@turnup"  # how the names of our own events end
BACK, AHEAD = timedelta(days=31), timedelta(days=400)
Span = tuple[datetime, datetime, str]
Row = TypeVar("Row", Calendar, RotationFeed)


def sweep() -> None:
    """Have every calendar read that is due, each in a job of its own."""
    own, of_teams = calendars.due(db.session())
    for number in own:
        calendars.ask("read", number)
    for number in of_teams:
        calendars.ask("follow", number)


def read(calendar_id: int) -> None:
    """Read somebody's calendar; what cannot be read is said on their page."""
    _refresh(Calendar, calendar_id, _zone, _be_away)


def follow(feed_id: int) -> None:
    """Read a team's turns that are planned elsewhere; what cannot be read is said on its page."""
    _refresh(RotationFeed, feed_id, lambda session, row: "UTC", _take_turns)


def _refresh(
    kind: type[Row],
    number: int,
    zone_of: Callable[[Session, Row], str],
    take: Callable[[Session, Row, list[dict[str, Any]], datetime], None],
) -> None:
    reading, now = db.session(), clock.now()
    row = reading.get(kind, number)
    if row is None:
        return
    address, fresh, zone = row.address, row.digest, zone_of(reading, row)
    reading.rollback()
    error, found = "", None
    try:
        fresh, found = _events(address, fresh, zone, now)
    except (AdapterError, BadInput) as wrong:
        error = without_path(wrong.line(), address)
    with transaction() as session:
        row = session.get(kind, number)
        if row is None or row.address != address:  # changed while we read
            return
        if error:
            calendars.failed(row, error)
            return
        if found is not None:
            take(session, row, found, now - BACK)
        calendars.good(row, fresh)


def _zone(session: Session, row: Calendar) -> str:
    return session.get_one(User, row.user_id).timezone


def _be_away(session: Session, row: Calendar, found: list[dict[str, Any]], since: datetime) -> None:
    aways.take_over(session, row, times_away(found, row.counts), since)


def _take_turns(
    session: Session, row: RotationFeed, found: list[dict[str, Any]], _since: datetime
) -> None:
    calendars.take_turns(session, session.get_one(Team, row.team_id), row, _turns(found))


def _events(
    address: str, digest: str, zone: str, now: datetime
) -> tuple[str, list[dict[str, Any]] | None]:
    """The digest of what is there and its events, None where neither it nor the day has changed.

    Raises AdapterError where it cannot be fetched, BadInput where it cannot be read.
    """
    body = fetch(address)
    fresh = hashlib.sha256(b"%s %s " % (str(now.date()).encode(), zone.encode()) + body).hexdigest()
    if fresh == digest:
        return fresh, None
    return fresh, parsed(body, zone, now - BACK, now + AHEAD)


def times_away(given: Iterable[dict[str, Any]], counts: str) -> list[Span]:
    """The events that keep their person from duty, those that overlap or touch made one. Duties that
    our own invitations put into the calendar are none: nobody is away because they stand by."""
    found: list[Span] = []
    for event in given:
        if event["uid"].endswith(OURS):
            continue
        if not event["busy"] or not (counts == "all" or event["all_day"] or event["out"]):
            continue
        start, end = clock.parse(event["start"]), clock.parse(event["end"])
        if found and start <= found[-1][1]:
            first, last, title = found[-1]
            found[-1] = (first, max(last, end), title)
        else:
            found.append((start, end, event["title"]))
    return found


def _turns(given: Iterable[dict[str, Any]]) -> list[tuple[datetime, datetime, Sequence[str]]]:
    return [
        (clock.parse(e["start"]), clock.parse(e["end"]), [*e["people"], e["title"]]) for e in given
    ]
