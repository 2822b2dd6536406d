"""Hold a turn-up's forecast against the sites, with what others have booked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import iso
from onboarding.forecasts import queries
from onboarding.forecasts.fit import Fit, Site, Step, fit

DAYS = 14
#: Hourly means are scaled to the highest five minutes by this; declared, and said on the page.
FIVE_MINUTE_FACTOR = 1.2


def held_against(
    session: Session, turnup_id: int, steps: list[tuple[datetime, float]] | None = None
) -> dict[str, Any]:
    """The verdict on the next two weeks as plain data; empty where there is no site or forecast.

    `steps` are (from when, percent); without them everything moves at once, now.
    """
    start = clock.now().replace(minute=0, second=0, microsecond=0)
    rates = queries.hourly_rates(session, turnup_id, start, start + timedelta(days=DAYS))
    rows = queries.sites(session)
    if not rates or not rows:
        return {}
    hours, split = len(rates), queries.parts(session, turnup_id, rows)
    taken = queries.reserved(session, rows, start, hours, without=turnup_id)
    sites = [
        Site(r.name, r.limit, split.get(r.id, 0.0), [r.base_load] * hours, taken[r.id])
        for r in rows
    ]
    plan = _steps(steps or [(start, 100.0)], start, hours)
    verdict = fit([rate for _, rate in rates], plan, sites, factor=FIVE_MINUTE_FACTOR)
    return _plain(verdict, start)


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
        "lost": verdict.lost,
        "factor": FIVE_MINUTE_FACTOR,
        "steps": [
            {"share": round(s.step.share * 100, 2), "verdict": s.verdict, "site": s.tightest.site}
            for s in verdict.steps
        ],
    }


@dataclass(frozen=True)
class SiteDay:
    """A site's tightest hour of a day: what is on it and which part of its limit is free."""

    day: datetime
    load: float
    free: float

    @property
    def word(self) -> str:
        """fits, tight (less than a fifth left) or full."""
        return "full" if self.free < 0 else "tight" if self.free < 0.2 else "fits"


def outlook(session: Session, days: int = 14) -> list[tuple[Any, list[SiteDay]]]:
    """Each site with its tightest hour of each coming day, all bookings counted: (Site, days)."""
    rows = queries.sites(session)
    start = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    taken = queries.reserved(session, rows, start, days * 24)
    found = []
    for row in rows:
        cells = []
        for day in range(days):
            hours = taken[row.id][day * 24 : day * 24 + 24]
            load = row.base_load + max(hours) * FIVE_MINUTE_FACTOR
            cells.append(SiteDay(start + timedelta(days=day), load, 1 - load / row.limit))
        found.append((row, cells))
    return found
