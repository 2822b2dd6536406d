"""When people are away: entered here, or taken over from their calendar."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, NotFound
from onboarding.people.models import Away, Calendar, PublicHoliday, User
from onboarding.trail.log import Actor, record

ICAL = "ical"
LONGEST = timedelta(days=366 * 2)
NOTED = 200


def of(session: Session, user_id: int, since: datetime) -> Sequence[Away]:
    """Somebody's times away that end after `since`, by start."""
    query = select(Away).where(Away.user_id == user_id, Away.ends_at > since)
    return session.scalars(query.order_by(Away.starts_at, Away.id)).all()


def add(
    session: Session, actor: Actor, user: User, start: datetime, end: datetime, note: str = ""
) -> Away:
    """`user` is away from `start` to `end`. Raises BadInput at the field; one that shares time
    with another of theirs is refused by name."""
    if end <= start:
        raise BadInput("it ends before it starts", place="ends_at", hint="a later time")
    if end - start > LONGEST:
        raise BadInput("this is too long", place="ends_at", hint="two years at most")
    if end <= clock.now():
        raise BadInput("this is over already", place="ends_at", hint="a time to come")
    session.get(User, user.id, with_for_update={"of": User})  # two at once do not both pass
    query = select(Away).where(Away.user_id == user.id, Away.starts_at < end, Away.ends_at > start)
    other = session.scalar(query.order_by(Away.starts_at).limit(1))
    if other is not None:
        raise BadInput(
            f"it shares time with {described(other, user.timezone)}",
            place="starts_at",
            hint="choose other times, or take that one back first",
        )
    row = Away(user_id=user.id, starts_at=start, ends_at=end, note=note[:NOTED])
    session.add(row)
    session.flush()
    said = {"user": user.id, "from": clock.iso(start), "until": clock.iso(end)}
    record(session, "system", "people.away", actor, said, {"note": note})
    return row


def described(away: Away, zone: str) -> str:
    """The time away in words, in `zone`."""
    kind = "a time away from the calendar" if away.source == ICAL else "another time away"
    start, end = (at.astimezone(ZoneInfo(zone)) for at in (away.starts_at, away.ends_at))
    noted = f" ({away.note})" if away.note else ""
    return f"{kind}{noted}: {start:%d %b %Y %H:%M} to {end:%d %b %Y %H:%M} {zone}"


def remove(session: Session, actor: Actor, user: User, away_id: int) -> None:
    """Take an entered time away back; what has passed of it stays. Raises NotFound, BadInput."""
    row = session.get(Away, away_id)
    if row is None or row.user_id != user.id:
        raise NotFound("There is no such time away", hint="look at the page anew")
    if row.source == ICAL:
        hint = "take it out of the calendar it comes from"
        raise BadInput("this comes from the calendar", place="away", hint=hint)
    now = clock.now()
    if row.ends_at <= now:
        raise BadInput("this is over", place="away", hint="what has been is kept")
    record(session, "system", "people.back", actor, {"user": user.id, "away": row.id})
    if row.starts_at < now:
        row.ends_at = now
    else:
        session.delete(row)


def take_over(
    session: Session,
    calendar: Calendar,
    spans: Sequence[tuple[datetime, datetime, str]],
    since: datetime,
) -> None:
    """What the calendar says is when its person is away: `(start, end, what)` of all that ends
    after `since`; what ended before stays."""
    mine = delete(Away).where(Away.user_id == calendar.user_id, Away.source == ICAL)
    session.execute(mine.where(Away.ends_at > since))
    for start, end, what in spans:
        row = Away(user_id=calendar.user_id, starts_at=start, ends_at=end, source=ICAL)
        row.note = what[:NOTED]
        session.add(row)
    session.flush()


def holidays(
    session: Session, people: Sequence[User], since: date, until: date
) -> dict[int, list[PublicHoliday]]:
    """The public holidays of each of `people` (by id) from `since` to `until`, both included."""
    places = {(user.country, user.subdivision) for user in people if user.country}
    countries = {country for country, _ in places}
    query = select(PublicHoliday).where(PublicHoliday.country.in_(countries))
    query = query.where(PublicHoliday.day.between(since, until)).order_by(PublicHoliday.day)
    found: dict[tuple[str, str], list[PublicHoliday]] = {}
    for row in session.scalars(query) if countries else ():
        found.setdefault((row.country, row.subdivision), []).append(row)
    return {user.id: found.get((user.country, user.subdivision), []) for user in people}
