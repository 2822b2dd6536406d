"""How values lie: median, lowest and highest tenth, and when there are too few to say. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from onboarding.reports.intervals import rank, ranks

QUANTILES = (0.1, 0.5, 0.9)
LEAST = 6  # cases under which there is no median to speak of
LEAST_EDGE = 20  # and under which there is no lowest or highest tenth


@dataclass(frozen=True)
class Spread:
    """How `count` values lie. `median` with its interval of 95 %; `low` and `high` are the edges of
    the lowest and highest tenth. None where there are too few values to say so."""

    count: int = 0
    median: float | None = None
    median_low: float | None = None
    median_high: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times longer the slow tenth takes than the quick one."""
        if not self.low or self.high is None:
            return None
        return self.high / self.low


def of_values(values: Sequence[float]) -> Spread:
    """The same of values at hand."""
    return spread_at(len(values), dict(enumerate(sorted(values), start=1)))


def places(count: int) -> list[int]:
    """The places (from 1) among `count` sorted values that a spread is made of."""
    edges = ranks(count, 0.5) or ()
    return sorted({*(rank(count, quantile) for quantile in QUANTILES), *edges})


def spread_at(count: int, at: Mapping[int, float]) -> Spread:
    """The spread of `count` values, of which those at `places` are known."""
    if count < LEAST:
        return Spread(count)
    low, middle, high = (at[rank(count, quantile)] for quantile in QUANTILES)
    edges = ranks(count, 0.5)
    first, last = (at[edges[0]], at[edges[1]]) if edges else (None, None)
    wide = count >= LEAST_EDGE
    return Spread(count, middle, first, last, low if wide else None, high if wide else None)
