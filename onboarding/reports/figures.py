"""The figures that sections have in common: shares, medians, the columns of a spread. Pure."""

from onboarding.reports.intervals import wilson
from onboarding.reports.shape import Column, Figure
from onboarding.reports.spread import Spread

SPREAD = (
    Column("count", "Cases", "count"),
    Column("median", "Median", "days"),
    Column("median_low", "from", "days"),
    Column("median_high", "to", "days"),
    Column("low", "Quickest tenth under", "days"),
    Column("high", "Slowest tenth over", "days"),
)


def share(key: str, name: str, hits: int, of: int) -> Figure:
    """The part of `of` cases that are `hits`, in percent."""
    interval = wilson(hits, of)
    if interval is None:
        return Figure(key, name, None, "percent", 0)
    low, high = interval
    return Figure(key, name, 100 * hits / of, "percent", of, 100 * low, 100 * high)


def middle(key: str, name: str, spread: Spread, kind: str = "days") -> Figure:
    """The median of a spread."""
    edges = (spread.median_low, spread.median_high)
    return Figure(key, f"{name}, median", spread.median, kind, spread.count, *edges)


def cells(one: Spread) -> tuple[float | None, ...]:
    """The cells of the columns `SPREAD`."""
    return (one.count, one.median, one.median_low, one.median_high, one.low, one.high)
