"""What a search for windows looks at, read from the floors below."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.clock import parse
from onboarding.customers.models import Turnup
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers import wishes
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.obstacle_models import WindowWishes
from onboarding.cutovers.plan import StepPlan
from onboarding.cutovers.shapes import TEMPLATES
from onboarding.forecasts import queries as forecasts
from onboarding.forecasts.loads import base_of, gbit_base_of, known_of, taken
from onboarding.people.models import Certificate, User
from onboarding.rosters import reading
from onboarding.rosters.candidates import candidates
from onboarding.rosters.models import HOLDING, Roster, Seat
from onboarding.rosters.problem import needs_of, standby_people, standby_teams
from onboarding.rosters.terms import Need
from onboarding.rosters.windows import WorkingHours
from onboarding.windows.asked import Asked, Duty, Flip, Obstacle, SiteRoom, Staff, Traffic

DAY = timedelta(days=1)
AROUND = timedelta(days=8)
RISKS = {"low": 2.0, "medium": 6.0}
HOLIDAY_POINTS = 8.0
Holiday = Callable[[str, str, date], str | None]


def staff(session: Session, since: datetime, until: datetime, own: Sequence[int]) -> Staff:
    """Who could stand by between, and where they do so already; not at the cutovers `own`."""
    people = standby_people(session)
    read = reading.people({"people": candidates(session, people, since, until)})
    ending = _ending(session, people, since, until)
    read = tuple(
        replace(one, skills=one.skills | {skill for who, skill in ending if who == one.id})
        for one in read
    )
    teams = standby_teams(session)
    return Staff(
        read,
        tuple(_need(need) for team in teams for need in needs_of(team)),
        {team.key: team.name for team in teams},
        tuple(_duties(session, since, until, own)),
        ending,
    )


def _ending(
    session: Session, people: Sequence[User], since: datetime, until: datetime
) -> dict[tuple[str, str], datetime]:
    """Skills by certificates that run out between: (person, skill) → when their last day is over,
    on the person's clock."""
    known = {user.id: user for user in people}
    query = select(Certificate).where(Certificate.user_id.in_(known))
    query = query.where(Certificate.until.between((since - DAY).date(), until.date()))
    found = {}
    for row in session.scalars(query):
        user = known[row.user_id]
        if row.skill not in user.skills:
            over = datetime.combine(row.until + DAY, time(), ZoneInfo(user.timezone))
            found[str(user.id), row.skill] = over.astimezone(UTC)
    return found


def _need(said: dict[str, Any]) -> Need:
    return Need(said["team"], said["role"], said["count"], frozenset(said["skills"]))


def _duties(session: Session, since: datetime, until: datetime, own: Sequence[int]) -> list[Duty]:
    query = (
        select(Seat.user_id, Cutover.starts_at, Cutover.ends_at)
        .join(Roster, Seat.roster_id == Roster.id)
        .join(Cutover, Roster.cutover_id == Cutover.id)
        .where(Seat.state.in_(HOLDING), Seat.user_id.is_not(None), Cutover.id.not_in(own))
        .where(Cutover.state.in_(("booked", "running")), Cutover.practice.is_(False))
        .where(Cutover.starts_at < until + DAY, Cutover.ends_at > since - DAY)
    )
    return [Duty(str(user), start, end) for user, start, end in session.execute(query)]


def flips(session: Session, since: datetime, until: datetime, own: Sequence[int]) -> list[Flip]:
    """The other real cutovers that are booked or go on between."""
    query = select(Cutover).where(
        Cutover.state.in_(("booked", "running")),
        Cutover.practice.is_(False),
        Cutover.id.not_in(own),
        Cutover.starts_at < until + AROUND,
        Cutover.ends_at > since - AROUND,
    )
    rows = session.scalars(query.order_by(Cutover.starts_at)).unique().all()
    regions = forecasts.regions_of(session, [row.turnup_id for row in rows])
    seated = select(Roster.cutover_id).join(Seat, Seat.roster_id == Roster.id)
    seated = seated.where(Seat.user_id.is_not(None), Roster.cutover_id.in_([r.id for r in rows]))
    staffed = set(session.scalars(seated))
    return [
        Flip(
            row.id,
            row.title,
            row.turnup.customer_id,
            row.starts_at,
            row.ends_at,
            regions[row.turnup_id],
            row.id not in staffed,
        )
        for row in rows
    ]


def asked(
    session: Session, turnup: Turnup, said: dict[str, Any], terms: dict[str, Any], holiday: Holiday
) -> Asked:
    """One turn-up's search: `said` is its part of what was asked, `terms` what holds for all."""
    not_before = parse(terms["not_before"])
    days, minutes = int(terms["days"]), int(said["minutes"])
    origin = not_before.replace(minute=0, second=0, microsecond=0)
    until = origin + days * DAY + timedelta(minutes=minutes)
    row = wishes.of(session, turnup.customer_id)
    zone = turnup.customer.timezone
    return Asked(
        said["title"],
        turnup.customer_id,
        forecasts.regions_of(session, [turnup.id])[turnup.id],
        not_before,
        days,
        minutes,
        tuple(_steps(steps_of(session, said))),
        _traffic(session, turnup.id, origin, until),
        (
            *_obstacles(session, turnup, origin, until),
            *_holidays(row, zone, origin, until, holiday),
        ),
        _suits(row, zone),
        bool(terms.get("near")),
        turnup.id,
    )


def steps_of(session: Session, said: dict[str, Any]) -> Sequence[StepPlan]:
    """The plan that is to fit into the window: the booked cutover's own, else the template's."""
    if said.get("cutover"):
        return cutovers.plan_of(cutovers.get(session, said["cutover"]))
    return TEMPLATES[said["template"]].steps


def _steps(plan: Sequence[StepPlan]) -> list[tuple[int, float]]:
    minutes, found = 0.0, []
    for step in plan:
        found.append((int(minutes), step.share / 100))
        minutes += step.hold_s / 60
    return found


def _traffic(session: Session, turnup_id: int, origin: datetime, until: datetime) -> Traffic:
    until += AROUND
    rates = forecasts.hourly_rates(session, turnup_id, origin, until)
    if not rates:
        return Traffic()
    rows, hours = forecasts.sites(session), len(rates)
    known = known_of(session, turnup_id)
    parts = forecasts.parts(session, turnup_id, rows) if rows else {}
    booked = taken(session, rows, origin, hours, without=turnup_id, gbit=known.gbit)
    rooms = []
    for row in rows:
        part = parts.get(row.id, 0.0)
        on_it = _sum(base_of(row, origin, hours), booked[row.id].rates)
        rooms.append(SiteRoom(row.name, row.limit, on_it, part))
        if row.gbit_limit and known.gbit:
            on_it = _sum(gbit_base_of(row, origin, hours), booked[row.id].gbits)
            name = f"{row.name} (Gbit/s)"
            rooms.append(SiteRoom(name, row.gbit_limit, on_it, part, known.gbit))
    return Traffic(tuple(rate for _, rate in rates), known.factor, tuple(rooms))


def _sum(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _obstacles(
    session: Session, turnup: Turnup, since: datetime, until: datetime
) -> list[Obstacle]:
    hard = [
        Obstacle(f"the {one.kind} “{one.name}”", one.start, one.end)
        for one in cutovers.in_the_way(session, turnup, since, until)
    ]
    soft = [
        Obstacle(f"the ship “{ship.name}”", ship.starts_at, ship.ends_at, False, RISKS[ship.risk])
        for ship in cutovers.ships(session, since, until)
        if ship.risk in RISKS
    ]
    return hard + soft


def _holidays(
    row: WindowWishes | None, zone: str, since: datetime, until: datetime, holiday: Holiday
) -> list[Obstacle]:
    """Public holidays of the customer; those that are to be kept free are freezes as well."""
    if row is None or not row.country:
        return []
    here, found = ZoneInfo(zone), []
    day = since.astimezone(here).date()
    while day <= until.astimezone(here).date():
        name = holiday(row.country, row.subdivision, day)
        if name:
            start, end = (
                datetime.combine(at, time(), here).astimezone(UTC) for at in (day, day + DAY)
            )
            found.append(
                Obstacle(f"the holiday “{name}”", start, end, row.holidays, HOLIDAY_POINTS)
            )
        day += DAY
    return found


def _suits(row: WindowWishes | None, zone: str) -> WorkingHours | None:
    if row is None or not (row.days or row.hours):
        return None
    begin, _, end = (row.hours or "00:00-00:00").partition("-")
    days = frozenset(row.days or range(1, 8))
    return WorkingHours(zone, _minutes(begin), _minutes(end), days)


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return 60 * int(hours) + int(minutes)
