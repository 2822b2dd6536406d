"""What a turn-up's forecast means for each region of the network, and for the customer's origin."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.forecasts import queries
from onboarding.forecasts.loads import known_of
from onboarding.forecasts.origin import (
    HALF_MINUTES,
    Origin,
    OriginStep,
    along,
    bearable,
    each_alone,
)
from onboarding.forecasts.traffic_models import TrafficFacts

DAY = 24
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Region:
    """`low`, `expected`, `high` for the peak (req/s in the highest five minutes), the bandwidth
    (Gbit/s then) and the bytes of a day; bandwidth and bytes are None where no size is known."""

    name: str
    part: float
    rates: tuple[float, float, float]
    gbits: tuple[float, float, float] | None
    day_bytes: tuple[float, float, float] | None


def by_region(session: Session, turnup_id: int) -> list[Region]:
    """Each region's part of the forecast; the whole as one where no site is declared."""
    forecast = queries.latest(session, turnup_id)
    if forecast is None or forecast.state != "done" or not forecast.points:
        return []
    sites = queries.sites(session)
    parts: dict[str, float] = {}
    split = queries.parts(session, turnup_id, sites) if sites else {}
    for site in sites:
        name = site.region or site.name
        parts[name] = parts.get(name, 0.0) + split.get(site.id, 0.0)
    known = known_of(session, turnup_id)
    return [
        _region(name, part, forecast.points, forecast.peak, known.factor, known.mean_bytes)
        for name, part in (parts or {"all": 1.0}).items()
    ]


def _region(
    name: str,
    part: float,
    points: list[Any],
    peak: dict[str, Any],
    factor: float,
    size: float | None,
) -> Region:
    low = max(float(p["p10"]) for p in points)
    tops = (low, float(peak["p50"]), float(peak.get("p95") or peak["p90"]))
    a, b, c = (top * part * factor for top in tops)
    if size is None:
        return Region(name, part, (a, b, c), None, None)
    day = tuple(
        sum(float(p[q]) for p in points) / len(points) * 3600 * DAY * part * size
        for q in ("p10", "mean", "p90")
    )
    gbit = 8 * size / 1e9
    return Region(name, part, (a, b, c), (a * gbit, b * gbit, c * gbit), (day[0], day[1], day[2]))


@dataclass(frozen=True)
class OriginLoad:
    """What the origin bears at each step: `planned` ones, else a ladder of shares at the peak to plan
    on; with what was taken for granted. `at_once`: the share it bears moved into cold caches."""

    steps: list[OriginStep]
    planned: bool
    origin: Origin
    said: frozenset[str]
    at_once: float | None


def origin_load(
    session: Session, turnup_id: int, steps: Sequence[tuple[datetime, float]] = ()
) -> OriginLoad | None:
    """Held against the origin's limits: `steps` (from when, percent), else those that are booked. None
    without a forecast."""
    forecast = queries.latest(session, turnup_id)
    if forecast is None or forecast.state != "done" or not forecast.points:
        return None
    facts = session.get(TrafficFacts, turnup_id) or TrafficFacts(turnup_id=turnup_id)
    known = known_of(session, turnup_id)
    origin = Origin(
        facts.cacheable or 0.0,
        facts.old_offload or 0.0,
        facts.warm_minutes or HALF_MINUTES,
        facts.origin_limit,
        facts.origin_gbit,
        known.gbit,
    )
    said = frozenset(
        name
        for name in ("cacheable", "old_offload", "warm_minutes")
        if getattr(facts, name) is not None
    )
    start = clock.now().replace(minute=0, second=0, microsecond=0)
    plan = list(steps) or queries.own_steps(session, turnup_id, start)
    top = queries.peak_rate(forecast) * known.factor
    at_once = bearable(origin, top)
    if not plan:
        return OriginLoad(each_alone(origin, start, top), False, origin, said, at_once)
    first = min(start, plan[0][0]).replace(minute=0, second=0, microsecond=0)
    until = plan[-1][0] + WEEK
    hours = queries.hourly_rates(session, turnup_id, first, until)
    rates = [(hour, rate * known.factor) for hour, rate in hours]
    return OriginLoad(along(origin, plan, rates), True, origin, said, at_once)
