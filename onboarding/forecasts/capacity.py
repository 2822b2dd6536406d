"""Hold a turn-up's forecast against the sites, with what others have booked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import iso
from onboarding.forecasts import queries
from onboarding.forecasts.fit import Fit, Site, Step, Tightest, fit, worst
from onboarding.forecasts.loads import Known, base_of, gbit_base_of, known_of, taken
from onboarding.forecasts.models import Site as SiteRow

DAYS = 28
MOST_DAYS = 120  # ahead, for plans that begin later
DAY = timedelta(days=1)


@dataclass(frozen=True)
class WhatIf:
    """Another world: `growth` times the traffic, a site `lost`."""

    growth: float = 1.0
    lost: str = ""


@dataclass(frozen=True)
class _Plan:
    """Steps as hours of the window from `start` on, and when each begins to the minute."""

    start: datetime
    steps: list[Step]
    times: list[datetime]


def _plan(steps: list[tuple[datetime, float]], start: datetime, hours: int) -> _Plan:
    """The steps in order of time; what began before the window begins with it. Where none is within
    it, everything moves at once."""
    within = [one for one in sorted(steps) if one[0] < start + hours * queries.HOUR]
    times, shares = zip(*(within or [(start, 100.0)]), strict=True)
    placed = [max(0, int((at - start) / queries.HOUR)) for at in times]
    made = [Step(hour, share / 100) for hour, share in zip(placed, shares, strict=True)]
    return _Plan(start, made, list(times))


def held_against(
    session: Session,
    turnup_id: int,
    steps: list[tuple[datetime, float]] | None = None,
    what_if: WhatIf | None = None,
) -> dict[str, Any]:
    """The verdict on the next four weeks as plain data; empty where there is no site or forecast.

    `steps` are (from when, percent); without them those of the turn-up's own bookings, without
    those everything moves at once, now. Held in req/s, and in Gbit/s where sizes are known; what
    others have booked is of their own size, else of this customer's.
    """
    asked = what_if or WhatIf()
    start = clock.now().replace(minute=0, second=0, microsecond=0)
    own = steps or queries.own_steps(session, turnup_id, start)
    until = start + _days(own, start) * DAY
    rates = queries.hourly_rates(session, turnup_id, start, until)
    rows = queries.sites(session)
    if not rates or not rows:
        return {}
    known = known_of(session, turnup_id)
    demand = [rate * asked.growth for _, rate in rates]
    plan = _plan(own or [(start, 100.0)], start, len(rates))
    sites, wide = held_sites(session, turnup_id, rows, known, start, len(rates))
    left = without(sites, asked.lost)
    found = fit(demand, plan.steps, left, factor=known.factor)
    said = _plain(found, plan) | {
        "unit": "req/s",
        "planned": not steps and bool(own),
        "factor": known.factor,
        "factor_from": known.factor_from,
        "sites": _by_site(found, left, rows),
    }
    return _with_gbits(said, demand, plan, without(wide, asked.lost), known)


def _days(steps: Sequence[tuple[datetime, float]], start: datetime) -> int:
    """Four weeks, and a week beyond the last step of a plan that lies further ahead."""
    last = max((at for at, _ in steps), default=start)
    return min(MOST_DAYS, max(DAYS, (last - start).days + 8))


def held_sites(
    session: Session,
    turnup_id: int,
    rows: Sequence[SiteRow],
    known: Known,
    start: datetime,
    hours: int,
) -> tuple[list[Site], list[Site]]:
    """Every site in req/s, and those with such a limit in Gbit/s."""
    parts = queries.parts(session, turnup_id, rows)
    booked = taken(session, rows, start, hours, without=turnup_id, gbit=known.gbit)
    narrow, wide = [], []
    for row in rows:
        part, there = parts.get(row.id, 0.0), booked[row.id]
        base = base_of(row, start, hours)
        narrow.append(Site(row.name, row.limit, part, base, there.rates))
        if row.gbit_limit:
            base = gbit_base_of(row, start, hours)
            wide.append(Site(row.name, row.gbit_limit, part, base, there.gbits))
    return narrow, wide


def _with_gbits(
    said: dict[str, Any],
    demand: list[float],
    plan: _Plan,
    sites: list[Site],
    known: Known,
) -> dict[str, Any]:
    """The worse of what was `said` and the same in Gbit/s, among the sites with such a limit."""
    if known.gbit is None or not sites:
        return said
    found = fit([rate * known.gbit for rate in demand], plan.steps, sites, factor=known.factor)
    wide = _plain(found, plan)
    if worst([said["verdict"], found.verdict]) != said["verdict"]:
        return said | wide | {"unit": "Gbit/s"}
    narrow = {key: min(said[key], wide[key]) for key in ("largest_share", "latest_share")}
    return said | narrow


def without(sites: Sequence[Site], lost: str) -> list[Site]:
    """The sites that remain when one is lost: what it carried goes to them by their limits."""
    gone = next((site for site in sites if site.name == lost), None)
    rest = [site for site in sites if site is not gone]
    if gone is None or not rest:
        return list(sites)
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


def _plain(verdict: Fit, plan: _Plan) -> dict[str, Any]:
    return _tight(verdict.tightest, plan.start) | {
        "verdict": verdict.verdict,
        "largest_share": round(min(1.0, verdict.largest_share) * 100, 1),
        "latest_share": round(verdict.latest_share * 100, 2),
        "lost": verdict.lost,
        "steps": [
            {
                "share": round(s.step.share * 100, 2),
                "from": iso(at),
                "verdict": s.verdict,
                "without_largest": round(s.without_largest.free, 4) if s.without_largest else None,
            }
            | _tight(s.tightest, plan.start)
            for s, at in zip(verdict.steps, plan.times, strict=True)
        ],
    }


def _tight(one: Tightest, start: datetime) -> dict[str, Any]:
    return {
        "site": one.site,
        "at": iso(start + one.hour * queries.HOUR),
        "load": float(f"{one.load:.6g}"),
        "limit": one.limit,
        "free": round(one.free, 4),
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
