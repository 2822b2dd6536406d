"""Where times away and turns are read from: addresses of iCal calendars, and what came of them."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.db import after_commit
from onboarding.errors import BadInput
from onboarding.people import rotations
from onboarding.people.aways import ICAL
from onboarding.people.models import Away, Calendar, RotationFeed, Team, User
from onboarding.queues import enqueue
from onboarding.trail.log import Actor, record

COUNTS = {"all": "Every event that is not marked as free", "days": "Whole days and out of office"}
EVERY = timedelta(hours=1)
LONGEST = 2000


def address(text: str, place: str = "address") -> str:
    """The address of a calendar; webcal: means https:. Raises BadInput at `place`."""
    if text.lower().startswith(("webcal:", "webcals:")):
        text = "https:" + text.partition(":")[2]
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        good = False
    if not good or len(text) > LONGEST or any(not c.isprintable() or c == " " for c in text):
        hint = "like https://calendar.example.com/ada.ics"
        raise BadInput("this is no address of a calendar", place=place, hint=hint)
    return text


def of(session: Session, user_id: int) -> Calendar | None:
    """The calendar somebody's times away are read from."""
    return session.scalar(select(Calendar).where(Calendar.user_id == user_id))


def subscribe(session: Session, actor: Actor, user: User, given: str, counts: str) -> Calendar:
    """Read the times away of `user` from this address from now on. Raises BadInput."""
    where = address(given)
    if counts not in COUNTS:
        raise BadInput("this is no choice", place="counts", hint=f"one of {sorted(COUNTS)}")
    session.get(User, user.id, with_for_update={"of": User})
    row = of(session, user.id)
    if row is None:
        row = Calendar(user_id=user.id)
        session.add(row)
    row.address, row.counts, row.digest, row.error = where, counts, "", ""
    row.tried_at = None
    session.flush()
    _ask("read", row.id)
    record(session, "system", "people.calendar", actor, {"user": user.id, "counts": counts})
    return row


def read_soon(session: Session, _actor: Actor, user: User) -> None:
    """Read it once more now, not at the next turn."""
    row = of(session, user.id)
    if row is not None:
        row.digest = ""
        _ask("read", row.id)


def unsubscribe(session: Session, actor: Actor, user: User) -> None:
    """Read it no more; what it said of times to come is gone with it."""
    row = of(session, user.id)
    if row is None:
        return
    gone = delete(Away).where(Away.user_id == user.id, Away.source == ICAL)
    session.execute(gone.where(Away.ends_at > clock.now()))
    session.delete(row)
    record(session, "system", "people.calendar_removed", actor, {"user": user.id})


def feed_of(session: Session, team: Team) -> RotationFeed | None:
    """Where the turns of `team` are read from that are planned elsewhere."""
    return session.scalar(select(RotationFeed).where(RotationFeed.team_id == team.id))


def follow(session: Session, actor: Actor, team: Team, given: str) -> RotationFeed:
    """Read turns of `team` from this address from now on. Raises BadInput."""
    where = address(given)
    session.get(Team, team.id, with_for_update={"of": Team})
    row = feed_of(session, team)
    if row is None:
        row = RotationFeed(team_id=team.id)
        session.add(row)
    row.address, row.digest, row.error, row.tried_at = where, "", "", None
    session.flush()
    _ask("follow", row.id)
    record(session, "system", "people.rotation_feed", actor, {"team": team.key})
    return row


def follow_soon(session: Session, _actor: Actor, team: Team) -> None:
    """Read it once more now, not at the next turn."""
    row = feed_of(session, team)
    if row is not None:
        row.digest = ""
        _ask("follow", row.id)


def unfollow(session: Session, actor: Actor, team: Team) -> None:
    """Read it no more; its turns to come are nobody's."""
    row = feed_of(session, team)
    if row is None:
        return
    session.delete(row)
    session.flush()
    record(session, "system", "people.rotation_feed_removed", actor, {"team": team.key})
    rotations.lay_out(session, team)


def _ask(job: str, number: int) -> None:
    """Have a worker `read` a calendar or `follow` a feed once this is committed."""
    after_commit(f"calendar:{job}:{number}", lambda: ask(job, number))


def ask(job: str, number: int) -> bool:
    """Have a worker `read` the calendar or `follow` the rotation feed of this id."""
    name = f"onboarding.people.calendar_jobs.{job}"
    return enqueue("default", name, number, once=f"{job}-calendar-{number}")


def due(session: Session) -> tuple[Sequence[int], Sequence[int]]:
    """Ids of the calendars and of the rotation feeds that are to be read."""
    before = clock.now() - EVERY
    calendars = select(Calendar.id).join(User, User.id == Calendar.user_id).where(User.active)
    calendars = calendars.where(or_(Calendar.tried_at.is_(None), Calendar.tried_at < before))
    feeds = select(RotationFeed.id)
    feeds = feeds.where(or_(RotationFeed.tried_at.is_(None), RotationFeed.tried_at < before))
    return session.scalars(calendars).all(), session.scalars(feeds).all()


def failed(row: Calendar | RotationFeed, error: str) -> None:
    """It could not be read: the last good state stays, and the page says so."""
    row.tried_at, row.error = clock.now(), error


def good(row: Calendar | RotationFeed, digest: str) -> None:
    """It was read, and what it says is taken over."""
    row.tried_at = row.read_at = clock.now()
    row.error, row.digest = "", digest


def take_turns(
    session: Session,
    team: Team,
    feed: RotationFeed,
    events: Iterable[tuple[datetime, datetime, Sequence[str]]],
) -> None:
    """The turns of a feed: `(start, end, names)`, where `names` are what the event says of its
    person: mail addresses of attendees, then its title. Whoever is nobody of the team is noted."""
    members = rotations.members(session, team)
    by_mail = {user.email.lower(): user.id for user in members}
    by_name = {user.name.casefold(): user.id for user in members}
    turns, unknown = [], set()
    for start, end, names in events:
        person = _person(names, by_mail, by_name)
        if person is None:
            unknown.add(names[-1][:100])
        else:
            turns.append([person, clock.iso(start), clock.iso(end)])
    feed.turns, feed.unknown = turns, sorted(unknown)[:20]
    session.flush()
    rotations.lay_out(session, team)


def _person(names: Sequence[str], by_mail: dict[str, int], by_name: dict[str, int]) -> int | None:
    """By an attendee's address, else the one member whose address or name the title holds."""
    for name in names[:-1]:
        if name.lower() in by_mail:
            return by_mail[name.lower()]
    title = names[-1].casefold()
    found = {number for said, number in (by_mail | by_name).items() if said in title}
    return found.pop() if len(found) == 1 else None
