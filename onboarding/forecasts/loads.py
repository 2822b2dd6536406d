"""What is on the network's sites, hour by hour: their own load, and what others have booked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.forecasts import queries
from onboarding.forecasts.history import WEEK_HOURS
from onboarding.forecasts.models import Site, TrafficHistory
from onboarding.forecasts.traffic_models import TrafficFacts

#: Hourly means are scaled to the highest five minutes by this where nobody has learnt or declared it.
FIVE_MINUTE_FACTOR = 1.2
MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Known:
    """What counts for a turn-up's capacity: the factor to the highest five minutes and where it is
    from (declared, learnt, assumed), bytes a response and where that is from, the cacheable part."""

    factor: float
    factor_from: str
    mean_bytes: float | None
    bytes_from: str
    cacheable: float | None

    @property
    def gbit(self) -> float | None:
        """Gbit/s of one request a second."""
        return 8 * self.mean_bytes / 1e9 if self.mean_bytes else None


def known_of(session: Session, turnup_id: int) -> Known:
    """What people have said comes first, then what the history taught, then the assumption."""
    facts = session.get(TrafficFacts, turnup_id) or TrafficFacts(turnup_id=turnup_id)
    query = select(TrafficHistory.five_minutes, TrafficHistory.mean_bytes)
    query = query.where(TrafficHistory.turnup_id == turnup_id)
    learnt = session.execute(query.order_by(TrafficHistory.id.desc()).limit(1)).first()
    five_minutes, size = learnt or (None, None)
    factor, origin = FIVE_MINUTE_FACTOR, "assumed"
    if five_minutes:
        factor, origin = five_minutes, "learnt"
    if facts.factor:
        factor, origin = facts.factor, "declared"
    bytes_from = "declared" if facts.mean_bytes else "learnt" if size else "unknown"
    return Known(factor, origin, facts.mean_bytes or size, bytes_from, facts.cacheable)


@dataclass
class Taken:
    """What bookings bring to a site, hour by hour, in the highest five minutes: req/s and Gbit/s.
    `unsized` are the turn-ups whose Gbit/s are not known and not counted."""

    rates: list[float]
    gbits: list[float]
    unsized: set[int] = field(default_factory=set)


def taken(
    session: Session,
    among: Sequence[Site],
    start: datetime,
    hours: int,
    *,
    without: int = 0,
    gbit: float | None = None,
) -> dict[int, Taken]:
    """What booked cutovers bring to each site: site id → hours from `start` on. Each turn-up's
    hourly means are scaled by its own factor; `gbit` (per req/s) stands in for sizes not known."""
    found = {site.id: Taken([0.0] * hours, [0.0] * hours) for site in among}
    for turnup_id, booked in queries.reservations(session, start, hours, without=without).items():
        known = known_of(session, turnup_id)
        size = known.gbit or gbit
        for site_id, part in queries.parts(session, turnup_id, among).items():
            into = found[site_id]
            if size is None:
                into.unsized.add(turnup_id)
            for hour, rate in booked:
                into.rates[hour] += rate * part * known.factor
                into.gbits[hour] += rate * part * known.factor * (size or 0.0)
    return found


def base_of(row: Site, start: datetime, hours: int) -> list[float]:
    """What the network itself carries at a site, hour by hour from `start` (req/s)."""
    return _week(row.base_week, row.base_load, start, hours)


def gbit_base_of(row: Site, start: datetime, hours: int) -> list[float]:
    """The same in Gbit/s."""
    return _week(row.gbit_week, row.gbit_base, start, hours)


def _week(week: Sequence[float], flat: float, start: datetime, hours: int) -> list[float]:
    if len(week) != WEEK_HOURS:
        return [flat] * hours
    first = int((start - MONDAY) / queries.HOUR) % WEEK_HOURS
    return [week[(first + i) % WEEK_HOURS] for i in range(hours)]
