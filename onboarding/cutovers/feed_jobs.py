"""The RQ edge of calendars: read them, and lay out public holidays as freezes."""

from datetime import datetime, timedelta
from typing import Any

from onboarding import clock
from onboarding.cutovers import feeds, wishes
from onboarding.cutovers.feeds import Dated
from onboarding.cutovers.obstacle_models import ObstacleFeed
from onboarding.db import db, transaction
from onboarding.errors import TurnupError
from onboarding.icalendars import Event, fetch
from onboarding.people.calendar_reading import parsed, without_path
from onboarding.people.holidays import holiday
from onboarding.trail.log import Actor

CALENDARS = Actor("calendars", "job")
AHEAD = timedelta(days=400)
EVERY = timedelta(minutes=30)


def sweep() -> None:
    """Ask for every calendar that was not tried for half an hour."""
    now = clock.now()
    for feed in feeds.all_feeds(db.session()):
        if feed.tried_at is None or feed.tried_at <= now - EVERY:
            feeds.enqueue_reading(feed.id)


def read(feed_id: int) -> None:
    """Read one calendar. What it said last stays in force where it cannot be read or taken over now."""
    reading = db.session()
    feed = reading.get(ObstacleFeed, feed_id)
    if feed is None:
        return
    address, zone, now = feed.address, feed.zone, clock.now()
    reading.rollback()
    try:
        found = _read(address, zone, now)
        with transaction() as session:
            feed = feeds.get(session, feed_id, lock=True)
            feeds.take(session, CALENDARS, feed, found, now + AHEAD)
    except TurnupError as error:
        with transaction() as session:
            feed = feeds.get(session, feed_id, lock=True)
            feed.tried_at, feed.error = now, without_path(error.line(), address)


def _read(address: str, zone: str, now: datetime) -> list[Dated]:
    found = [_event(said) for said in parsed(fetch(address), zone, now, now + AHEAD)]
    return [Dated(one.key, one.title, one.start, one.end, one.note) for one in found]


def _event(said: dict[str, Any]) -> Event:
    times = {name: clock.parse(said[name]) for name in ("start", "end")}
    return Event(**{**said, **times, "people": tuple(said["people"])})


def lay_out_holidays() -> None:
    """Public holidays of customers who do not want to be switched on them become freezes."""
    for customer_id in wishes.with_holidays(db.session()):
        with transaction() as session:
            wishes.lay_out(session, CALENDARS, customer_id, holiday)
