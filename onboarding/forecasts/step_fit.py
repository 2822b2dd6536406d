"""What each step of a plan brings by the forecast, and whether it fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy.orm import Session

from onboarding.forecasts import queries
from onboarding.forecasts.capacity import held_sites
from onboarding.forecasts.fit import SEVERITY, Fit, Site, Step, Verdict, fit
from onboarding.forecasts.loads import known_of

LONGEST = timedelta(days=70)  # how much of a plan is looked at


@dataclass(frozen=True)
class StepFit:
    """One step: the highest rate of its hours (req/s), of all of the traffic and of what is moved;
    `verdict` as in `fit`, with the `site` where least is `free` (a part of its limit); None where
    there is no site."""

    rate: float
    moved: float
    verdict: Verdict | None = None
    site: str = ""
    free: float = 0.0


def fit_of_steps(
    session: Session, turnup_id: int, times: Sequence[datetime], shares: Sequence[float]
) -> list[StepFit]:
    """Each step by itself, in the hours that it touches; nothing without a forecast. `times` are
    when each begins and, last, when the last is over; `shares` percent."""
    start = times[0].replace(minute=0, second=0, microsecond=0)
    hours = min(LONGEST, times[-1] - start) / queries.HOUR
    rates = queries.hourly_rates(
        session, turnup_id, start, start + max(1, ceil(hours)) * queries.HOUR
    )
    if not rates:
        return []
    demand = [rate for _, rate in rates]
    rows = queries.sites(session)
    known = known_of(session, turnup_id)
    sites, wide = held_sites(session, turnup_id, rows, known, start, len(demand))
    found = []
    for at, over, share in zip(times, times[1:], shares, strict=False):
        first = min(int((at - start) / queries.HOUR), len(demand) - 1)
        last = max(first + 1, min(ceil((over - start) / queries.HOUR), len(demand)))
        mine, plan = demand[first:last], [Step(0, share / 100)]
        one = StepFit(max(mine), max(mine) * share / 100)
        if sites:
            one = _judged(one, fit(mine, plan, _between(sites, first, last), factor=known.factor))
        if wide and known.gbit is not None:
            bits = [rate * known.gbit for rate in mine]
            one = _judged(one, fit(bits, plan, _between(wide, first, last), factor=known.factor))
        found.append(one)
    return found


def _between(sites: Sequence[Site], first: int, last: int) -> list[Site]:
    return [
        replace(site, base=site.base[first:last], reserved=site.reserved[first:last])
        for site in sites
    ]


def _judged(one: StepFit, found: Fit) -> StepFit:
    """What was found where it is worse than what was known: each unit has its own limits."""
    if one.verdict and SEVERITY.index(found.verdict) <= SEVERITY.index(one.verdict):
        return one
    tightest = found.tightest
    return replace(one, verdict=found.verdict, site=tightest.site, free=tightest.free)
