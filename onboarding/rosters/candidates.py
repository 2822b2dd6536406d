"""The people of a roster problem, read from the tables: when they are there, what they are able to
do, what they have carried, what they wish."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.clock import iso
from onboarding.cutovers.models import Cutover
from onboarding.people import aways
from onboarding.people.models import Away, Certificate, User
from onboarding.people.profile import avoided
from onboarding.rosters.burden import (
    QUARTER,
    Burden,
    availability,
    burden,
    working_hours,
)
from onboarding.rosters.models import Roster, Seat
from onboarding.rosters.windows import Span, WorkingHours, zone

NEAR = timedelta(days=14)


def candidates(
    session: Session,
    people: Sequence[User],
    start: datetime,
    end: datetime,
    without: Collection[int] = (),
) -> list[dict[str, Any]]:
    """`people` as a problem's document has them, for a window from `start` to `end`. `load` is what
    they carried in the quarter before, held against the share of a full week that they work; the
    cutovers `without` (ids) are left out, for the problem has them as duties."""
    since, until = start - QUARTER, end + NEAR
    off = spans_off(session, people, since, until)
    valid = _certificates(session, people)
    carried = burdens(session, people, since, start, without)
    return [
        _one(user, start, end, off[user.id], valid[user.id], carried[user.id]) for user in people
    ]


def _one(
    user: User,
    start: datetime,
    end: datetime,
    off: tuple[list[Span], list[Span]],
    certificates: dict[str, date],
    carried: list[Burden],
) -> dict[str, Any]:
    away, free = off
    working = working_of(user)
    share = availability(working, [*away, *free], start - QUARTER, start)
    last = end.astimezone(zone(user.timezone)).date()
    lapsed = {skill for skill, until in certificates.items() if until < last} - set(user.skills)
    load = sum(one.weighted for one in carried) / share
    starts, _, ends = user.hours.partition("-")
    return {
        "id": str(user.id),
        "name": user.name,
        "team": user.team_key,
        "tz": user.timezone,
        "hours": [starts, ends],
        "days": user.days,
        "skills": sorted({*user.skills, *certificates} - lapsed),
        "lapsed": sorted(lapsed),
        "trainee": user.trainee,
        "away": _written(away, start - NEAR),
        "holidays": _written(free, start - NEAR),
        "load": round(load, 2),
        "availability": share,
        "avoid": avoided(user.wishes),
    }


def working_of(user: User) -> WorkingHours:
    """When somebody works."""
    return working_hours(user.timezone, user.hours, user.days)


def spans_off(
    session: Session, people: Sequence[User], since: datetime, until: datetime
) -> dict[int, tuple[list[Span], list[Span]]]:
    """When each of `people` (by id) is away, and has a public holiday, in [since, until)."""
    ids = [user.id for user in people]
    query = select(Away).where(Away.user_id.in_(ids), Away.starts_at < until, Away.ends_at > since)
    away: dict[int, list[Span]] = defaultdict(list)
    for row in session.scalars(query.order_by(Away.starts_at)):
        away[row.user_id].append((row.starts_at, row.ends_at))
    days = aways.holidays(session, people, since.date(), until.date())
    return {
        user.id: (away[user.id], [_day(row.day, user.timezone) for row in days[user.id]])
        for user in people
    }


def _day(day: date, timezone: str) -> Span:
    here = zone(timezone)
    start, end = (datetime.combine(at, time(), here) for at in (day, day + timedelta(days=1)))
    return start, end


def _written(spans: Sequence[Span], since: datetime) -> list[list[str]]:
    return [[iso(start), iso(end)] for start, end in spans if end > since]


def _certificates(session: Session, people: Sequence[User]) -> dict[int, dict[str, date]]:
    """The skills each of `people` has a certificate for, with its last day."""
    query = select(Certificate).where(Certificate.user_id.in_([user.id for user in people]))
    found: dict[int, dict[str, date]] = defaultdict(dict)
    for row in session.scalars(query):
        found[row.user_id][row.skill] = row.until
    return found


def burdens(
    session: Session,
    people: Sequence[User],
    since: datetime,
    until: datetime,
    without: Collection[int] = (),
) -> dict[int, list[Burden]]:
    """What each of `people` stood by for, of cutovers that are done and began in [since, until),
    those `without` (ids) aside."""
    working = {user.id: working_of(user) for user in people}
    query = (
        select(Seat.user_id, Seat.role, Cutover.starts_at, Cutover.ends_at)
        .join(Roster, Seat.roster_id == Roster.id)
        .join(Cutover, Roster.cutover_id == Cutover.id)
        .where(Seat.user_id.in_(working), Seat.state == "accepted", Cutover.state == "done")
        .where(Cutover.practice.is_(False), Cutover.id.not_in(without))
        .where(Cutover.starts_at >= since, Cutover.starts_at < until)
    )
    found: dict[int, list[Burden]] = defaultdict(list)
    for user_id, role, start, end in session.execute(query):
        if user_id is not None:
            found[user_id].append(burden(role, working[user_id], start, end))
    return found
