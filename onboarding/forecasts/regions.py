"""What a turn-up's forecast means for each region of the network, and for the customer's origin."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from onboarding.forecasts import queries
from onboarding.forecasts.capacity import known_of

SHARES = (1, 5, 25, 50, 100)
DAY = 24


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
    for site in sites:
        split = queries.parts(session, turnup_id, sites)
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
class OriginStep:
    """At `share` percent: what misses a cold cache and a warm one, and all that the origin then
    bears while the cache is cold (req/s at the planned peak); `limit` is what it can bear."""

    share: float
    cold: float
    warm: float
    load: float
    limit: float | None

    @property
    def word(self) -> str:
        """fits, tight (a fifth left or less), over; or unknown without a limit."""
        if self.limit is None:
            return "unknown"
        free = 1 - self.load / self.limit
        return "over" if free < 0 else "tight" if free < 0.2 else "fits"


def origin_load(session: Session, turnup_id: int) -> list[OriginStep]:
    """Miss volume at each share. A cold cache misses once per site for what it could keep, so with
    several sites the moved part reaches the origin up to that many times as often as one would; it
    never exceeds the moved requests themselves. What is not moved reaches the origin as before, as
    far as the old path does not cache it: taken as all of it, the careful assumption."""
    forecast = queries.latest(session, turnup_id)
    if forecast is None or forecast.state != "done" or not forecast.points:
        return []
    known = known_of(session, turnup_id)
    peak = queries.peak_rate(forecast) * known.factor
    cacheable = known.cacheable or 0.0
    return [
        OriginStep(
            share,
            peak * share / 100,
            peak * share / 100 * (1 - cacheable),
            peak,
            known.origin_limit,
        )
        for share in SHARES
    ]
