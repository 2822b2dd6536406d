"""Hold forecasts against what came, week by week, once a week is over."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.forecasts import queries
from onboarding.forecasts.hindsight import beside, summed
from onboarding.forecasts.models import TrafficForecast
from onboarding.forecasts.traffic_models import TrafficActual
from onboarding.reports.run_models import ForecastWeek

WEEK = timedelta(days=7)
LEAST_HOURS = 24


def last_week(now: datetime) -> datetime:
    """The Monday, 00:00 UTC, on which the last whole week began."""
    monday = now.date() - timedelta(days=now.weekday())
    return datetime.combine(monday, time(), now.tzinfo) - WEEK


def count_weeks(session: Session, limit: int) -> int:
    """Count the last whole week of up to `limit` turn-ups that have traffic in it; how many."""
    week = last_week(clock.now())
    done = select(ForecastWeek.turnup_id).where(ForecastWeek.week == week)
    query = (
        select(TrafficActual.turnup_id)
        .join(Turnup, Turnup.id == TrafficActual.turnup_id)
        .where(TrafficActual.hour >= week, TrafficActual.hour < week + WEEK)
        .where(Turnup.practice.is_(False), TrafficActual.turnup_id.not_in(done))
        .group_by(TrafficActual.turnup_id)
        .having(func.count() >= LEAST_HOURS)
        .order_by(TrafficActual.turnup_id)
        .limit(limit)
    )
    found: Sequence[int] = session.scalars(query).all()
    for turnup_id in found:
        session.add(_week(session, turnup_id, week))
    session.flush()
    return len(found)


def _week(session: Session, turnup_id: int, week: datetime) -> ForecastWeek:
    """Without a forecast of that week, none of its hours count."""
    query = select(TrafficActual.hour, TrafficActual.rate).where(
        TrafficActual.turnup_id == turnup_id,
        TrafficActual.hour >= week,
        TrafficActual.hour < week + WEEK,
    )
    came = {at: float(rate) for at, rate in session.execute(query)}
    points = queries.expected(session, turnup_id, week, week + WEEK)
    said = summed(beside(points, came))
    row = ForecastWeek(turnup_id=turnup_id, week=week, came=max(came.values()))
    row.hours, row.planned = int(said.get("hours", 0)), _planned(session, turnup_id, week)
    row.error, row.lean = said.get("error", 0.0), said.get("lean", 0.0)
    row.within = said.get("within", 0.0)
    return row


def _planned(session: Session, turnup_id: int, week: datetime) -> float | None:
    """The peak that the forecast in force at the beginning of the week said to plan on."""
    query = select(TrafficForecast).where(
        TrafficForecast.turnup_id == turnup_id,
        TrafficForecast.state == "done",
        TrafficForecast.created_at <= week,
    )
    last = session.scalar(query.order_by(TrafficForecast.version.desc()).limit(1))
    return (queries.peak_rate(last) or None) if last is not None else None
