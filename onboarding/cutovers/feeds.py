"""Calendars that freezes and ships are read from: added, taken away, and what was read taken over."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers import ship_news
from onboarding.cutovers.freezes import FreezeSaid, add_freeze, drop_freeze
from onboarding.cutovers.models import Freeze, Ship
from onboarding.cutovers.obstacle_models import ObstacleFeed
from onboarding.cutovers.ships import RISKS, News, ShipSaid, add_ship, drop_ship
from onboarding.db import after_commit
from onboarding.errors import BadInput, NotFound
from onboarding.forecasts.queries import sites
from onboarding.queues import enqueue
from onboarding.trail.log import Actor, record

KINDS = ("freeze", "ship")
_SAID = re.compile(r"^\s*(risk|owner)\s*:\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class FeedSaid:
    """What is said of a calendar to read."""

    kind: str
    name: str
    address: str
    owner: str = ""
    risk: str = "medium"
    region: str = ""
    zone: str = "UTC"


@dataclass(frozen=True)
class Dated:
    """One event of a calendar; `key` is the same whenever it is read."""

    key: str
    name: str
    start: datetime
    end: datetime
    note: str = ""


def add_feed(session: Session, actor: Actor, said: FeedSaid) -> ObstacleFeed:
    """A calendar that is read from now on. Raises BadInput at the field."""
    parts = _parts(said.address)
    if parts not in (("http",), ("https",), ("webcal",)):
        hint = "like https://calendar.example.com/freezes.ics"
        raise BadInput("this is no address of a calendar", place="address", hint=hint)
    if said.risk not in RISKS:
        raise BadInput(f"{said.risk!r} is no risk", place="risk", hint=f"one of {', '.join(RISKS)}")
    if said.kind == "ship" and not said.owner:
        raise BadInput("whose ships are these", place="owner", hint="name the team")
    known = {site.region for site in sites(session)}
    if said.region and said.region not in known:
        raise BadInput(f"there is no region {said.region!r}", place="region", hint="see /capacity")
    assert actor.user_id is not None, "a person adds it"
    feed = ObstacleFeed(**vars(said), added_by=actor.user_id, created_at=clock.now())
    session.add(feed)
    session.flush()
    record(session, "system", "feed.added", actor, {"feed": feed.id, "kind": feed.kind})
    number = feed.id
    after_commit(f"feed:{number}", lambda: enqueue_reading(number))
    return feed


def enqueue_reading(feed_id: int) -> bool:
    """Ask a worker to read this calendar now."""
    return enqueue("default", "onboarding.cutovers.feed_jobs.read", feed_id)


def get(session: Session, feed_id: int, *, lock: bool = False) -> ObstacleFeed:
    """The feed. Raises NotFound."""
    locking = {"of": ObstacleFeed} if lock else None
    feed = session.get(ObstacleFeed, feed_id, with_for_update=locking)
    if feed is None:
        raise NotFound(f"There is no calendar {feed_id}")
    return feed


def all_feeds(session: Session) -> Sequence[ObstacleFeed]:
    """Every calendar that is read, in the order they were added."""
    return session.scalars(select(ObstacleFeed).order_by(ObstacleFeed.id)).all()


def remove_feed(session: Session, actor: Actor, feed_id: int) -> None:
    """Read it no more; what it brought goes with it."""
    feed, news = get(session, feed_id, lock=True), list[News]()
    begin = datetime.min.replace(tzinfo=clock.now().tzinfo)
    _keep_only(session, actor, feed, frozenset(), begin, news)
    ship_news.write(session, feed, news, {})
    record(session, "system", "feed.removed", actor, {"feed": feed.id, "kind": feed.kind})
    session.flush()
    session.delete(feed)


def take(
    session: Session, actor: Actor, feed: ObstacleFeed, events: Sequence[Dated], until: datetime
) -> None:
    """Make what was read (all events from now to `until`) the freezes or ships of `feed`; support
    gets one letter of what is new, changed or gone."""
    now, before, news = clock.now(), ship_news.known(session, feed), list[News]()
    for event in events:
        if event.end <= event.start or (feed.kind == "ship" and event.start <= now):
            continue
        if feed.kind == "freeze":
            add_freeze(session, actor, _freeze(feed, event), feed.id)
        else:
            add_ship(session, actor, _ship(feed, event), feed.id, news)
    _keep_only(session, actor, feed, frozenset(event.key for event in events), now, news)
    ship_news.write(session, feed, news, before)
    feed.read_at = feed.tried_at = now
    feed.found, feed.error = len(events), ""


def _freeze(feed: ObstacleFeed, event: Dated) -> FreezeSaid:
    return FreezeSaid(
        event.name, event.start, event.end, event.note[:500], feed.region, uid=event.key
    )


def _ship(feed: ObstacleFeed, event: Dated) -> ShipSaid:
    """Lines `Risk: high` and `Owner: …` of an event's description count for it."""
    said = {key.lower(): value for key, value in _SAID.findall(event.note)}
    risk = said.get("risk", "").lower()
    return ShipSaid(
        event.name,
        said.get("owner", feed.owner)[:100],
        risk if risk in RISKS else feed.risk,
        event.start,
        event.end,
        event.note,
        event.key,
    )


def _keep_only(
    session: Session,
    actor: Actor,
    feed: ObstacleFeed,
    keys: frozenset[str],
    since: datetime,
    news: list[News],
) -> None:
    """What ends after `since` and is not named any more goes."""
    freezes = select(Freeze).where(Freeze.feed_id == feed.id, Freeze.ends_at > since)
    for freeze in session.scalars(freezes).unique().all():
        if freeze.uid not in keys:
            drop_freeze(session, actor, freeze)
    ships = select(Ship).where(Ship.feed_id == feed.id, Ship.ends_at > since)
    for ship in session.scalars(ships).unique().all():
        if ship.uid not in keys:
            drop_ship(session, actor, ship, news)


def _parts(address: str) -> tuple[str, ...]:
    try:
        parts = urlsplit(address)
        return (parts.scheme.lower(),) if parts.hostname else ()
    except ValueError:
        return ()
