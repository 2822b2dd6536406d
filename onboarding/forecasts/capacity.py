"""Hold a turn-up's forecast against the sites, with what others have booked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import iso
from onboarding.forecasts import queries
from onboarding.forecasts.fit import Fit, Site, Step, fit, worst
from onboarding.forecasts.models import Site as SiteRow
from onboarding.forecasts.traffic_models import TrafficFacts

DAYS = 14
#: Hourly means are scaled to the highest five minutes by this where nobody has learnt or declared it.
FIVE_MINUTE_FACTOR = 1.2
MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Known:
    """What counts for a turn-up's capacity: the factor to the highest five minutes and where it is
    from (declared, learnt, assumed), bytes a response, the cacheable part, the origin's limit."""

    factor: float
    factor_from: str
    mean_bytes: float | None
    cacheable: float | None
    origin_limit: float | None


def known_of(session: Session, turnup_id: int) -> Known:
    """What people have said comes first, then what the history taught, then the assumption."""
    facts = session.get(TrafficFacts, turnup_id) or TrafficFacts(turnup_id=turnup_id)
    history = queries.latest_history(session, turnup_id)
    learnt = history.five_minutes if history else None
    factor, origin = FIVE_MINUTE_FACTOR, "assumed"
    if learnt:
        factor, origin = learnt, "learnt"
    if facts.factor:
        factor, origin = facts.factor, "declared"
    size = facts.mean_bytes or (history.mean_bytes if history else None)
    return Known(factor, origin, size, facts.cacheable, facts.origin_limit)


@dataclass(frozen=True)
class WhatIf:
    """Another plan or another world: `growth` times the traffic, a site `lost`, `window` days."""

    growth: float = 1.0
    lost: str = ""
    days: int = DAYS


def held_against(
    session: Session,
    turnup_id: int,
    steps: list[tuple[datetime, float]] | None = None,
    what_if: WhatIf | None = None,
) -> dict[str, Any]:
    """The verdict on the next two weeks as plain data; empty where there is no site or forecast.

    `steps` are (from when, percent); without them those of the turn-up's own bookings, without
    those everything moves at once, now. Held in req/s, and in Gbit/s where sizes are known.
    """
    asked = what_if or WhatIf()
    start = clock.now().replace(minute=0, second=0, microsecond=0)
    rates = queries.hourly_rates(session, turnup_id, start, start + timedelta(days=asked.days))
    rows = queries.sites(session)
    if not rates or not rows:
        return {}
    known = known_of(session, turnup_id)
    demand = [rate * asked.growth for _, rate in rates]
    own = steps or queries.own_steps(session, turnup_id, start, len(rates))
    plan = _steps(own or [(start, 100.0)], start, len(rates))
    sites = _without(_sites(session, rows, turnup_id, start, len(rates)), asked.lost)
    found = fit(demand, plan, sites, factor=known.factor)
    said = _plain(found, start) | {
        "unit": "req/s",
        "factor": known.factor,
        "factor_from": known.factor_from,
        "sites": _by_site(found, sites, rows),
    }
    wide = _in_gbits(demand, plan, rows, sites, known, asked.lost)
    if wide is not None and worst([found.verdict, wide.verdict]) != found.verdict:
        said |= _plain(wide, start) | {"unit": "Gbit/s"}
    elif wide is not None:
        said["largest_share"] = min(said["largest_share"], _plain(wide, start)["largest_share"])
    return said


def _sites(
    session: Session, rows: Sequence[SiteRow], turnup_id: int, start: datetime, hours: int
) -> list[Site]:
    split = queries.parts(session, turnup_id, rows)
    taken = queries.reserved(session, rows, start, hours, without=turnup_id)
    return [
        Site(row.name, row.limit, split.get(row.id, 0.0), base_of(row, start, hours), taken[row.id])
        for row in rows
    ]


def base_of(row: SiteRow, start: datetime, hours: int) -> list[float]:
    """What the network itself carries at a site, hour by hour from `start` (req/s)."""
    if len(row.base_week) != 168:
        return [row.base_load] * hours
    first = int((start - MONDAY) / queries.HOUR) % 168
    return [row.base_week[(first + i) % 168] for i in range(hours)]


def _without(sites: list[Site], lost: str) -> list[Site]:
    """The sites that remain when one is lost: what it carried goes to them by their limits."""
    gone = next((site for site in sites if site.name == lost), None)
    rest = [site for site in sites if site is not gone]
    if gone is None or not rest:
        return sites
    total = sum(site.limit for site in rest)
    carried = [a + b for a, b in zip(gone.base, gone.reserved, strict=True)]
    return [
        replace(
            site,
            part=min(1.0, site.part + gone.part * site.limit / total),
            base=[x + y * site.limit / total for x, y in zip(site.base, carried, strict=True)],
        )
        for site in rest
    ]


def _in_gbits(
    demand: list[float],
    plan: list[Step],
    rows: Sequence[SiteRow],
    sites: list[Site],
    known: Known,
    lost: str,
) -> Fit | None:
    """The same in Gbit/s, among the sites that have such a limit. What others have booked is of
    the same size a response as this customer's, for want of better."""
    if known.mean_bytes is None:
        return None
    gbit = 8 * known.mean_bytes / 1e9
    by_name = {site.name: site for site in sites}
    wide = [
        replace(
            by_name[row.name],
            limit=row.gbit_limit,
            base=[row.gbit_base] * len(demand),
            reserved=[rate * gbit for rate in by_name[row.name].reserved],
        )
        for row in rows
        if row.gbit_limit and row.name != lost and row.name in by_name
    ]
    if not wide:
        return None
    return fit([rate * gbit for rate in demand], plan, wide, factor=known.factor)


def _steps(steps: list[tuple[datetime, float]], start: datetime, hours: int) -> list[Step]:
    """Steps as hours of the window; of several in one hour the last counts."""
    by_hour: dict[int, float] = {}
    for at, share in steps:
        hour = max(0, int((at - start) / queries.HOUR))
        if hour < hours:
            by_hour[hour] = share / 100
    return [Step(hour, share) for hour, share in sorted(by_hour.items())] or [Step(0, 1.0)]


def _plain(verdict: Fit, start: datetime) -> dict[str, Any]:
    tightest = verdict.tightest
    return {
        "verdict": verdict.verdict,
        "site": tightest.site,
        "at": iso(start + tightest.hour * queries.HOUR),
        "load": round(tightest.load, 1),
        "limit": tightest.limit,
        "free": round(tightest.free, 4),
        "largest_share": round(min(1.0, verdict.largest_share) * 100, 1),
        "latest_share": round(verdict.latest_share * 100, 2),
        "lost": verdict.lost,
        "steps": [
            {
                "share": round(s.step.share * 100, 2),
                "from": iso(start + s.step.start * queries.HOUR),
                "verdict": s.verdict,
                "site": s.tightest.site,
                "at": iso(start + s.tightest.hour * queries.HOUR),
                "free": round(s.tightest.free, 4),
                "without_largest": round(s.without_largest.free, 4) if s.without_largest else None,
            }
            for s in verdict.steps
        ],
    }


def _by_site(found: Fit, sites: list[Site], rows: Sequence[SiteRow]) -> list[dict[str, Any]]:
    """Every site at its tightest hour: what is on it before and after, and its limit."""
    region = {row.name: row.region for row in rows}
    said = []
    for site in sites:
        left = found.headroom[site.name]
        hour = min(range(len(left)), key=left.__getitem__)
        before = site.base[hour] + site.reserved[hour]
        after = site.limit - left[hour]
        one = {"name": site.name, "region": region[site.name], "limit": site.limit}
        said.append(one | {"before": round(before, 1), "after": round(after, 1)})
    return said
