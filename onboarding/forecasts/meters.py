"""What really comes, counted as it comes: intervals in, hours out, missing ones by name."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.customers.models import Customer, Turnup
from onboarding.forecasts import assumptions, queries
from onboarding.forecasts.hindsight import Beside, beside, summed
from onboarding.forecasts.tally import HOUR, LEAST_S, Interval, add_up, first_hour
from onboarding.forecasts.traffic_models import TrafficMeter, TrafficTally


@dataclass(frozen=True)
class Reading:
    """One answer of a feed: its intervals in order of time; nothing is known before `since`, and
    what lies before `given_up` will not come any more. `problem`: why there is nothing."""

    feed: str
    since: datetime
    intervals: tuple[Interval, ...] = ()
    given_up: datetime | None = None
    problem: str = ""


def meter_of(session: Session, turnup_id: int, *, lock: bool = False) -> TrafficMeter | None:
    """How far the turn-up's traffic has been counted, its row locked if asked."""
    query = select(TrafficMeter).where(TrafficMeter.turnup_id == turnup_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalar(query)


def take_in(session: Session, turnup_id: int, reading: Reading) -> datetime:
    """Add a reading to the hours and settle those that are over; until when is counted now.

    What was counted before is left out, so the same reading twice, or two that overlap, count
    once. Hours of which under half is known stay behind as missing.
    """
    row = meter_of(session, turnup_id, lock=True)
    if row is None:
        row = TrafficMeter(
            turnup_id=turnup_id,
            feed=reading.feed,
            until=reading.since,
            settled=first_hour(reading.since),
        )
        session.add(row)
    elif row.feed != reading.feed:  # another cutover: nobody has counted in between
        row.feed, row.until = reading.feed, max(row.until, reading.since)
        row.settled = max(row.settled, first_hour(reading.since))
    found, until = add_up(reading.intervals, row.until)
    for hour, more in found.items():
        tally = _tally(session, turnup_id, hour)
        tally.requests += more.requests
        tally.seconds += more.seconds
    row.until, row.problem = max(until, reading.given_up or until), reading.problem
    session.flush()
    _settle(session, row)
    return row.until


def _tally(session: Session, turnup_id: int, hour: datetime) -> TrafficTally:
    tally = session.get(TrafficTally, (turnup_id, hour))
    if tally is None:
        tally = TrafficTally(turnup_id=turnup_id, hour=hour, requests=0.0, seconds=0.0)
        session.add(tally)
    return tally


def _settle(session: Session, row: TrafficMeter) -> None:
    """Tell of every hour that has been counted to its end, and how the forecasts do since."""
    if row.settled + HOUR > row.until:
        return
    while row.settled + HOUR <= row.until:
        tally = _tally(session, row.turnup_id, row.settled)
        if tally.seconds >= LEAST_S:
            assumptions.observe(session, row.turnup_id, row.settled, tally.requests / tally.seconds)
            session.delete(tally)
        row.settled += HOUR
    row.outcome = {**summed(week(session, row.turnup_id, row.settled))}
    session.flush()


def missing(session: Session, turnup_id: int, since: datetime) -> list[tuple[datetime, float]]:
    """(hour, how many seconds of it are known) for the hours from `since` on that are over and of
    which under half was counted, the newest first."""
    row = meter_of(session, turnup_id)
    if row is None:
        return []
    query = select(TrafficTally).where(
        TrafficTally.turnup_id == turnup_id,
        TrafficTally.hour >= since,
        TrafficTally.hour < row.settled,
        TrafficTally.seconds < LEAST_S,
    )
    return [(t.hour, t.seconds) for t in session.scalars(query.order_by(TrafficTally.hour.desc()))]


def week(session: Session, turnup_id: int, now: datetime) -> list[Beside]:
    """Forecast and fact of the hours of the last seven days."""
    start = now - queries.WEEK
    points = queries.expected(session, turnup_id, start, now)
    return beside(points, assumptions.came(session, turnup_id, start))


def outcomes(session: Session) -> list[tuple[Turnup, TrafficMeter]]:
    """Every metered turn-up with how its forecasts do, by customer."""
    query = select(Turnup, TrafficMeter).join(TrafficMeter, TrafficMeter.turnup_id == Turnup.id)
    found = session.execute(query.join(Customer).order_by(Customer.name, Turnup.name))
    return [(turnup, meter) for turnup, meter in found]
