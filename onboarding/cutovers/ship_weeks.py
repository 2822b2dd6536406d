"""What ships in a week: each ship with the cutovers it meets and whether it holds them up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.cutovers import queries
from onboarding.cutovers.models import Cutover, Ship

WEEK = timedelta(days=7)
FURTHEST = 52  # weeks that can be looked at, back and ahead


@dataclass(frozen=True)
class Shipping:
    """One ship, and the open cutovers that share time with it, by start; `let` are those that
    somebody lets through although it stands in their way."""

    ship: Ship
    met: Sequence[Cutover]
    let: frozenset[int]

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of flips: a high risk does, others only warn."""
        return self.ship.risk == "high"

    @property
    def ready(self) -> bool:
        """Whether somebody in support said that they know what to say."""
        return self.ship.ready_at is not None


def monday(at: datetime, zone: str, weeks: int = 0) -> datetime:
    """The Monday, at midnight in `zone`, of the week of `at`, or of one so many weeks later."""
    local = at.astimezone(ZoneInfo(zone))
    day = local.date() - timedelta(days=local.weekday()) + weeks * WEEK
    return datetime.combine(day, time(), ZoneInfo(zone))


def shipping(session: Session, start: datetime, end: datetime) -> list[Shipping]:
    """Ships that share time with [start, end), by start."""
    ships = queries.ships(session, start, end)
    if not ships:
        return []
    first, last = min(one.starts_at for one in ships), max(one.ends_at for one in ships)
    query = select(Cutover).where(Cutover.state.in_(queries.OPEN), Cutover.practice.is_(False))
    query = query.where(Cutover.starts_at < last, Cutover.ends_at > first)
    coming = session.scalars(query.order_by(Cutover.starts_at, Cutover.id)).unique().all()
    allowed = queries.let_through(session, [one.turnup_id for one in coming])
    return [_one(ship, coming, allowed) for ship in ships]


def _one(ship: Ship, coming: Sequence[Cutover], allowed: frozenset[tuple[str, int]]) -> Shipping:
    span = queries.ship_span(ship)
    met = [one for one in coming if span.meets(one.starts_at, one.ends_at)]
    let = frozenset(one.id for one in met if (span.key, one.turnup_id) in allowed)
    return Shipping(ship, met, let)
