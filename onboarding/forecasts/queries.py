"""Reads of forecasts that have a name."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, selectinload

from onboarding.clock import parse
from onboarding.customers.models import Turnup
from onboarding.forecasts.models import (
    Reservation,
    ReservedStep,
    Site,
    SiteShare,
    TrafficForecast,
    TrafficHistory,
)

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)
LAST = 8  # versions that hindsight looks at: a week of nightly ones, and today's


def latest_history(session: Session, turnup_id: int) -> TrafficHistory | None:
    """The history uploaded last."""
    query = select(TrafficHistory).where(TrafficHistory.turnup_id == turnup_id)
    return session.scalar(query.order_by(TrafficHistory.id.desc()).limit(1))


def latest(session: Session, turnup_id: int) -> TrafficForecast | None:
    """The forecast of the highest version, whatever its state."""
    query = select(TrafficForecast).where(TrafficForecast.turnup_id == turnup_id)
    return session.scalar(query.order_by(TrafficForecast.version.desc()).limit(1))


def latest_of(session: Session, turnup_ids: Sequence[int]) -> dict[int, TrafficForecast]:
    """`latest` of many turn-ups in two queries, their points left in the database until asked for."""
    newest = (
        select(func.max(TrafficForecast.id))
        .where(TrafficForecast.turnup_id.in_(turnup_ids))
        .group_by(TrafficForecast.turnup_id)
    )
    query = select(TrafficForecast).where(TrafficForecast.id.in_(newest))
    query = query.options(defer(TrafficForecast.points), selectinload(TrafficForecast.signoffs))
    return {found.turnup_id: found for found in session.scalars(query)}


def signed_by(forecast: TrafficForecast) -> frozenset[str]:
    """Teams whose sign-off of `forecast` stands."""
    return frozenset(s.team for s in forecast.signoffs if s.voided_at is None)


def peak_rate(forecast: TrafficForecast) -> float:
    """The peak to plan on (req/s, hourly mean): the 95 % quantile; where the history is too short for
    one the peak that was declared, else the highest quantile there is."""
    peak = forecast.peak
    return float(peak.get("p95") or peak.get("declared") or peak.get("p90") or 0.0)


def hourly_rates(
    session: Session, turnup_id: int, start: datetime, end: datetime
) -> list[tuple[datetime, float]]:
    """What is to be planned on in every hour in [start, end): (hour, req/s).

    The upper edge of the latest forecast's curve, scaled so that its highest hour is the peak to
    plan on: the edges of single hours miss the maximum of many. Hours beyond the forecast take the
    same hour of its last week; without a forecast, nothing.
    """
    forecast = latest(session, turnup_id)
    if forecast is None or forecast.state != "done" or not forecast.points:
        return []
    top, peak = max(float(p["p90"]) for p in forecast.points), peak_rate(forecast)
    scale = peak / top if top > 0 and peak > 0 else 1.0
    known = {parse(p["ds"]): float(p["p90"]) * scale for p in forecast.points}
    by_week_hour = {
        (at - datetime.min.replace(tzinfo=at.tzinfo)) % WEEK: r for at, r in known.items()
    }
    middle = sorted(known.values())[len(known) // 2]
    hours = [start + i * HOUR for i in range(int((end - start) / HOUR))]
    phase = [(at - datetime.min.replace(tzinfo=at.tzinfo)) % WEEK for at in hours]
    return [
        (at, known.get(at, by_week_hour.get(week_hour, middle)))
        for at, week_hour in zip(hours, phase, strict=True)
    ]


def expected(
    session: Session, turnup_id: int, start: datetime, end: datetime
) -> dict[datetime, dict[str, Any]]:
    """What was forecast of the hours in [start, end): hour → point, of the newest of the last
    forecasts that was made before the hour was over. Later ones know what came."""
    found: dict[datetime, dict[str, Any]] = {}
    for row in reversed(versions(session, turnup_id, LAST)):
        for point in row.points:
            at = parse(point["ds"])
            if start <= at < end and row.created_at < at + HOUR:
                found[at] = point
    return found


def sites(session: Session) -> Sequence[Site]:
    """Every site, by name."""
    return session.scalars(select(Site).order_by(Site.name)).all()


def site(session: Session, site_id: int) -> Site | None:
    """The site of that number."""
    return session.get(Site, site_id)


def site_by_name(session: Session, name: str) -> Site | None:
    """The site of that name."""
    return session.scalar(select(Site).where(Site.name == name))


def parts(session: Session, turnup_id: int, among: Sequence[Site]) -> dict[int, float]:
    """Which part (0 to 1) of the turn-up's traffic each site gets: site id → part."""
    query = select(SiteShare).where(SiteShare.turnup_id == turnup_id)
    declared = {row.site_id: row.share for row in session.scalars(query)}
    return declared or {site.id: 1 / len(among) for site in among}


def regions_of(session: Session, turnup_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The regions in which each turn-up's traffic lands, as far as its sites have one."""
    rows = session.execute(select(Site.id, Site.region)).all()
    region = {row.id: row.region for row in rows if row.region}
    query = select(SiteShare.turnup_id, SiteShare.site_id, SiteShare.share)
    declared: dict[int, set[str]] = defaultdict(set)
    known = set()
    for turnup_id, site_id, share in session.execute(
        query.where(SiteShare.turnup_id.in_(turnup_ids))
    ):
        known.add(turnup_id)
        if share > 0 and site_id in region:
            declared[turnup_id].add(region[site_id])
    everywhere = frozenset(region.values())
    return {
        number: frozenset(declared[number]) if number in known else everywhere
        for number in turnup_ids
    }


def reservations(
    session: Session, start: datetime, hours: int, *, without: int = 0
) -> dict[int, list[tuple[int, float]]]:
    """What booked cutovers bring from `start` on, by turn-up: (hours after it, hourly mean in req/s,
    all sites together). `without` leaves out one turn-up's own."""
    query = select(Reservation.turnup_id, Reservation.hour, Reservation.rate).where(
        Reservation.hour >= start,
        Reservation.hour < start + hours * HOUR,
        Reservation.turnup_id != without,
    )
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for turnup_id, hour, rate in session.execute(query):
        found[turnup_id].append((int((hour - start) / HOUR), rate))
    return found


def queued(session: Session) -> Sequence[int]:
    """Ids of forecasts that no worker has made yet."""
    return session.scalars(
        select(TrafficForecast.id).where(TrafficForecast.state == "queued")
    ).all()


def versions(session: Session, turnup_id: int, limit: int) -> Sequence[TrafficForecast]:
    """The last forecasts that were made, the newest first."""
    query = select(TrafficForecast).where(
        TrafficForecast.turnup_id == turnup_id, TrafficForecast.state == "done"
    )
    return session.scalars(query.order_by(TrafficForecast.version.desc()).limit(limit)).all()


def own_steps(session: Session, turnup_id: int, start: datetime) -> list[tuple[datetime, float]]:
    """When the turn-up's own bookings reach which share (percent) from `start` on; what was reached
    before is reached at `start`. Empty where nothing is booked."""
    query = select(ReservedStep.at, ReservedStep.share).where(ReservedStep.turnup_id == turnup_id)
    rows = session.execute(query.order_by(ReservedStep.at, ReservedStep.id))
    steps = [(at, share) for at, share in rows]
    before = [share for at, share in steps if at < start]
    reached = [(start, before[-1])] if before else []
    return reached + [one for one in steps if one[0] >= start]


def stacked(
    session: Session, among: Sequence[Site], start: datetime, end: datetime
) -> dict[int, list[tuple[str, int, str, datetime, float, float]]]:
    """Bookings by site: (holder, turn-up, customer, since when, highest hourly mean there, share
    then) for every step of each, in order of time."""
    query = (
        select(
            Reservation.holder,
            Reservation.turnup_id,
            Reservation.share,
            func.min(Reservation.hour),
            func.max(Reservation.rate),
        )
        .where(Reservation.hour >= start, Reservation.hour < end)
        .group_by(Reservation.holder, Reservation.turnup_id, Reservation.share)
        .order_by(func.min(Reservation.hour), Reservation.share)
    )
    found: dict[int, list[tuple[str, int, str, datetime, float, float]]] = defaultdict(list)
    for holder, turnup_id, share, first, rate in session.execute(query):
        name = session.get_one(Turnup, turnup_id).customer.name
        for site_id, part in parts(session, turnup_id, among).items():
            if part > 0:
                found[site_id].append((holder, turnup_id, name, first, rate * part, share))
    return found
