"""What one reading of a calendar changes of its ships, told to support in one letter: the repeats of
one event together, by their series."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.channels.base import Letter
from onboarding.clock import spoken
from onboarding.config import settings
from onboarding.cutovers.models import Ship
from onboarding.cutovers.obstacle_models import ObstacleFeed
from onboarding.cutovers.ships import GONE, News, ShipSaid, support
from onboarding.outbox.actions import post

MOST = 4  # repeats of a series that are named; of the others the last
Series = tuple[str, str, str, str, str]
_COUNTED = {"Ships soon": "new", "Ships otherwise than told": "changed", GONE: "withdrawn"}


def known(session: Session, feed: ObstacleFeed) -> dict[Series, list[datetime]]:
    """By series of the calendar, as it is told of, when its repeats begin that are known. To be read
    before anything changes."""
    found: dict[Series, list[datetime]] = {}
    for ship in session.scalars(select(Ship).where(Ship.feed_id == feed.id)).unique():
        said = ShipSaid(ship.name, ship.owner, ship.risk, *_times(ship), ship.note, ship.uid)
        found.setdefault(_series(said), []).append(ship.starts_at)
    return found


def write(
    session: Session,
    feed: ObstacleFeed,
    news: Sequence[News],
    before: Mapping[Series, Sequence[datetime]],
) -> None:
    """One letter to each in support with all of it. What a series goes on with behind its last repeat
    that was `known` before is told by the weekly letter alone, unless repeats were taken out too."""
    cut = {_uid(one.said) for one in news if one.heading == GONE}
    told = [one for one in news if _uid(one.said) in cut or not _goes_on(one, before)]
    if not told:
        return
    told.sort(key=lambda one: (list(_COUNTED).index(one.heading), *_series(one.said)))
    subject, key = _subject(feed, told), f"ships:{feed.id}:{max(one.noted for one in told)}"
    for user in support(session):
        text = "\n".join([*_parts(told, user.timezone), "", _ending(told)])
        letter = Letter(f"{key}:{user.id}", user.email, subject, text)
        post(session, "email", letter, topic="system")


def _goes_on(one: News, before: Mapping[Series, Sequence[datetime]]) -> bool:
    repeats = before.get(_series(one.said), ())
    return one.heading != GONE and len(repeats) > 1 and one.said.starts_at > max(repeats)


def _subject(feed: ObstacleFeed, told: Sequence[News]) -> str:
    first = told[0]
    if all((one.heading, one.said.name) == (first.heading, first.said.name) for one in told):
        times = f", {len(told)} times" if len(told) > 1 else ""
        return f"{first.heading}: {first.said.name}{times}"[:250]
    counts = {word: sum(one.heading == head for one in told) for head, word in _COUNTED.items()}
    said = ", ".join(f"{many} {word}" for word, many in counts.items() if many)
    return f"Ships of {feed.name}: {said}"[:250]


def _parts(told: Sequence[News], zone: str) -> list[str]:
    lines: list[str] = []
    for heading, under in groupby(told, key=lambda one: one.heading):
        lines += ["", f"{heading}:"] if lines else [f"{heading}:"]
        for (_, name, owner, risk, note), repeats in groupby(under, lambda one: _series(one.said)):
            when = sorted(_times(one.said) for one in repeats)
            many = f", {len(when)} times" if len(when) > 1 else ""
            lines += ["", f"- {name} ({owner}, {risk} risk){many}"]
            lines += [f"  {spoken(*times, zone)}" for times in when[:MOST]]
            if len(when) > MOST:
                lines.append(f"  and {len(when) - MOST} more, the last {spoken(*when[-1], zone)}")
            if heading != GONE:
                words = note or "There is no note yet: ask the owner what to tell customers."
                lines += [f"  {line}" for line in words.splitlines()]
    return lines


def _ending(told: Sequence[News]) -> str:
    coming = any(one.heading != GONE for one in told)
    return f"Say that support is ready: {settings().public_url}/ships\n" if coming else ""


def _series(said: ShipSaid) -> Series:
    return (_uid(said), said.name, said.owner, said.risk, said.note)


def _uid(said: ShipSaid) -> str:
    """The event that the ship is a repeat of: see `icalendars.Event.key`."""
    return said.uid.rpartition("@")[0]


def _times(one: Ship | ShipSaid) -> tuple[datetime, datetime]:
    return one.starts_at, one.ends_at
