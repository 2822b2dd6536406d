"""How forecasts turned out: held against the hours that came after them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onboarding.clock import parse

LEAST_HOURS = 6
LEFT_HOURS = 6
WIDER = 1.96 / 1.2816  # from a band of 80 % to one of 95 %


@dataclass(frozen=True)
class TurnedOut:
    """Over `hours` hours that have come: the mean error and the mean rate (req/s), how many hours
    were within p10 to p90, the highest hour that came beside the peak that was to be planned on."""

    hours: int
    error: float
    mean: float
    within: float
    came: float
    planned: float | None

    @property
    def part(self) -> float:
        """The mean error as a part of the mean rate."""
        return self.error / self.mean if self.mean else 0.0

    @property
    def held(self) -> bool:
        """Whether the peak to plan on was enough."""
        return self.planned is None or self.came <= self.planned


def turned_out(
    points: Sequence[Mapping[str, Any]], planned: float | None, came: Mapping[datetime, float]
) -> TurnedOut | None:
    """A forecast's points beside what came; None where under six of its hours have come."""
    pairs = [(p, came[at]) for p in points if (at := parse(p["ds"])) in came]
    if len(pairs) < LEAST_HOURS:
        return None
    rates = [rate for _, rate in pairs]
    return TurnedOut(
        len(pairs),
        sum(abs(float(p["mean"]) - rate) for p, rate in pairs) / len(pairs),
        sum(rates) / len(rates),
        sum(float(p["p10"]) <= rate <= float(p["p90"]) for p, rate in pairs) / len(pairs),
        max(rates),
        planned,
    )


@dataclass(frozen=True)
class Beside:
    """One hour: the forecast (req/s; `low` to `high` hold four hours in five) and what came."""

    hour: datetime
    expected: float
    low: float
    high: float
    came: float

    @property
    def part(self) -> float | None:
        """By which part of the forecast more (less: negative) came; None of a forecast of 0."""
        return (self.came - self.expected) / self.expected if self.expected else None

    @property
    def within(self) -> bool:
        """Whether it came out between low and high."""
        return self.low <= self.came <= self.high


def beside(
    points: Mapping[datetime, Mapping[str, Any]], came: Mapping[datetime, float]
) -> list[Beside]:
    """The hours that were forecast and have come, in order of time."""
    return [
        Beside(at, float(p["mean"]), float(p["p10"]), float(p["p90"]), came[at])
        for at, p in sorted(points.items())
        if at in came
    ]


def summed(hours: Sequence[Beside]) -> dict[str, float]:
    """How forecasts did over `hours`: their number, the mean error and the lean as parts of the
    mean rate that came (lean above 0: more came), and the part of hours between low and high.
    Empty where nothing has come."""
    if not hours:
        return {}
    total = sum(one.came for one in hours)
    errors = [one.came - one.expected for one in hours]
    return {
        "hours": len(hours),
        "error": sum(map(abs, errors)) / total if total else 0.0,
        "lean": sum(errors) / total if total else 0.0,
        "within": sum(one.within for one in hours) / len(hours),
    }


def has_left(
    points: Sequence[Mapping[str, Any]], came: Mapping[datetime, float]
) -> datetime | None:
    """The first hour of the last six that have come, where all six lie outside the forecast's 95 %
    band and follow one another; else None."""
    known = [(parse(p["ds"]), p) for p in points]
    last = [(at, p) for at, p in known if at in came][-LEFT_HOURS:]
    if len(last) < LEFT_HOURS or (last[-1][0] - last[0][0]).total_seconds() >= 3600 * LEFT_HOURS:
        return None
    outside = all(not _within(p, came[at]) for at, p in last)
    return last[0][0] if outside else None


def _within(point: Mapping[str, Any], rate: float) -> bool:
    low, middle, high = (float(point[q]) for q in ("p10", "p50", "p90"))
    return _stretched(middle, low) <= rate <= _stretched(middle, high)


def _stretched(middle: float, edge: float) -> float:
    """The edge of a band of 80 % moved out to one of 95 %, on logs where there are any."""
    if middle > 0 and edge > 0:
        return middle * math.exp(math.log(edge / middle) * WIDER)
    return max(0.0, middle + (edge - middle) * WIDER)
