"""Does it fit: a customer's forecast, step by step, held against the network's sites.

Pure arithmetic on plain lists, no numpy: it runs in the web process and answers a "what if" at once.
All rates are in one unit (req/s, say) and all lists have one value per hour of the same window; for
a second unit (Gbit/s) call `fit` again and take the `worst`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from onboarding.errors import BadInput

Verdict = Literal["fits", "tight", "does_not_fit"]
SEVERITY: tuple[Verdict, ...] = ("fits", "tight", "does_not_fit")
TIGHT_BELOW = 0.2  # of a site's limit left free
Loads = Mapping[str, Sequence[float]]  # site → what is on it, hour by hour


@dataclass(frozen=True)
class Site:
    """A place with a limit. `base` = the network's own load; `reserved` = what is booked by others.

    `part` is the part (0..1) of this customer's traffic on the new path that lands here.
    """

    name: str
    limit: float
    part: float
    base: Sequence[float] = ()
    reserved: Sequence[float] = ()


@dataclass(frozen=True)
class Step:
    """From hour `start` on (an index into the window), `share` (0..1) of the traffic is moved.

    Several steps may begin in one hour: each is judged on it as if it held all of the hour.
    """

    start: int
    share: float


@dataclass(frozen=True)
class Tightest:
    """Where least is left: the site, the hour's index, the load there and what is left (may be < 0)."""

    site: str
    hour: int
    load: float
    limit: float

    @property
    def headroom(self) -> float:
        return self.limit - self.load

    @property
    def free(self) -> float:
        """The part of the limit that is left, negative where it is exceeded."""
        return self.headroom / self.limit


@dataclass(frozen=True)
class StepFit:
    """The verdict on one step: its tightest site and hour, whole and with the largest site lost."""

    step: Step
    verdict: Verdict
    tightest: Tightest
    without_largest: Tightest | None


@dataclass(frozen=True)
class Fit:
    """The verdict on a whole plan.

    `latest_share` = the share of the last step before the first that does not fit (0 if none does);
    `largest_share` = the largest share that would fit at every hour of the window;
    `headroom[site][hour]` = what is left with this plan in force; `lost` = the site N-1 takes away.
    """

    verdict: Verdict
    steps: tuple[StepFit, ...]
    tightest: Tightest
    latest_share: float
    largest_share: float
    lost: str | None
    headroom: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


def fit(
    demand: Sequence[float],
    steps: Sequence[Step],
    sites: Sequence[Site],
    *,
    factor: float = 1.0,
    tight_below: float = TIGHT_BELOW,
) -> Fit:
    """Hold `demand` (the customer's whole rate per hour) times each step's share against `sites`.

    `factor` scales hourly means to the highest five minutes. A step does not fit where a site's
    limit is exceeded; it is tight where less than `tight_below` of a limit stays free, or where it
    would not fit with the site of the largest limit lost, its load spread over the rest by limit.
    Raises BadInput, with the field as its place, for lists of unequal length and values out of range.
    """
    _check(demand, steps, sites, factor)
    moved = [rate * factor for rate in demand]
    largest = max(sites, key=lambda s: s.limit) if len(sites) > 1 else None
    ends = [step.start for step in steps[1:]] + [len(demand)]
    judged = tuple(
        _judge(
            step, range(step.start, max(end, step.start + 1)), moved, sites, largest, tight_below
        )
        for step, end in zip(steps, ends, strict=True)
    )
    return Fit(
        verdict=worst(step.verdict for step in judged),
        steps=judged,
        tightest=min((step.tightest for step in judged), key=lambda t: t.free),
        latest_share=_latest_share(judged),
        largest_share=min(_room(s, moved) for s in sites),
        lost=largest.name if largest else None,
        headroom=_headroom(sites, moved, _shares(steps, len(demand))),
    )


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The most severe of some verdicts; `fits` for none."""
    return max(verdicts, key=SEVERITY.index, default="fits")


def _shares(steps: Sequence[Step], hours: int) -> list[float]:
    """The share in force at each hour: 0 before the first step."""
    shares = [0.0] * hours
    for step in steps:
        shares[step.start :] = [step.share] * (hours - step.start)
    return shares


def _at(column: Sequence[float], hour: int) -> float:
    return column[hour] if column else 0.0


def _headroom(
    sites: Sequence[Site], moved: Sequence[float], shares: Sequence[float]
) -> dict[str, tuple[float, ...]]:
    return {
        s.name: tuple(
            s.limit - _load(s, i, rate * share)
            for i, (rate, share) in enumerate(zip(moved, shares, strict=True))
        )
        for s in sites
    }


def _load(site: Site, hour: int, moved: float) -> float:
    """What is on a site at an hour in which the customer moves `moved`."""
    return _at(site.base, hour) + _at(site.reserved, hour) + site.part * moved


def _spread(sites: Sequence[Site], loads: Loads, lost: Site) -> dict[str, list[float]]:
    """The loads of the sites that remain when `lost` is gone and its load goes by their limits."""
    rest = [s for s in sites if s.name != lost.name]
    total = sum(s.limit for s in rest)
    extra = loads[lost.name]
    return {
        s.name: [x + y * s.limit / total for x, y in zip(loads[s.name], extra, strict=True)]
        for s in rest
    }


def _tightest(first: int, limits: Mapping[str, float], loads: Loads) -> Tightest:
    """Where least is left; the loads begin at hour `first`."""
    every = (
        (x / limits[name], name, i) for name, load in loads.items() for i, x in enumerate(load)
    )
    _, name, hour = max(every, key=lambda found: found[0])
    return Tightest(name, first + hour, loads[name][hour], limits[name])


def _judge(
    step: Step,
    hours: range,
    moved: Sequence[float],
    sites: Sequence[Site],
    largest: Site | None,
    tight_below: float,
) -> StepFit:
    limits = {s.name: s.limit for s in sites}
    loads = {s.name: [_load(s, i, moved[i] * step.share) for i in hours] for s in sites}
    whole = _tightest(hours.start, limits, loads)
    lost = _tightest(hours.start, limits, _spread(sites, loads, largest)) if largest else None
    verdict: Verdict = "fits"
    if whole.headroom < 0:
        verdict = "does_not_fit"
    elif whole.free < tight_below or (lost is not None and lost.headroom < 0):
        verdict = "tight"
    return StepFit(step, verdict, whole, lost)


def _latest_share(judged: Sequence[StepFit]) -> float:
    share = 0.0
    for one in judged:
        if one.verdict == "does_not_fit":
            break
        share = one.step.share
    return share


def _room(site: Site, moved: Sequence[float]) -> float:
    """The largest share (0..1) of the customer that `site` can take at its worst hour."""
    room = 1.0
    for i, rate in enumerate(moved):
        free = site.limit - _at(site.base, i) - _at(site.reserved, i)
        if free < 0:
            return 0.0
        if site.part * rate > free:
            room = min(room, free / (site.part * rate))
    return room


def _check(
    demand: Sequence[float], steps: Sequence[Step], sites: Sequence[Site], factor: float
) -> None:
    if not demand or not steps or not sites:
        raise BadInput(
            "nothing to hold against each other",
            place="demand, steps, sites",
            hint="expected at least one hour, one step and one site",
        )
    if factor < 1:
        raise BadInput(
            f"the factor {factor}", place="factor", hint="expected 1 or more: a peak is no mean"
        )
    starts = [step.start for step in steps]
    if any(a > b for a, b in pairwise(starts)) or not 0 <= starts[0] <= starts[-1] < len(demand):
        raise BadInput(
            "steps out of order", place="steps", hint="expected rising hours within the window"
        )
    if any(not 0 <= step.share <= 1 for step in steps):
        raise BadInput("a share out of range", place="steps", hint="expected shares from 0 to 1")
    if any(rate < 0 for rate in demand):
        raise BadInput("a negative rate", place="demand", hint="expected rates >= 0")
    _check_sites(sites, len(demand))


def _check_sites(sites: Sequence[Site], hours: int) -> None:
    if len({site.name for site in sites}) < len(sites):
        raise BadInput("two sites of one name", place="sites", hint="expected every site once")
    for site in sites:
        place = f"sites.{site.name}"
        if site.limit <= 0 or not 0 <= site.part <= 1:
            raise BadInput(
                "a limit or part out of range",
                place=place,
                hint="expected a limit above 0 and a part from 0 to 1",
            )
        for column in (site.base, site.reserved):
            if column and len(column) != hours:
                raise BadInput(
                    f"{len(column)} hours of load for a window of {hours}",
                    place=place,
                    hint="expected one value per hour, or none",
                )
