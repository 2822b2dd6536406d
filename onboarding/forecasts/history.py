"""The nouns of a forecast: a history in, a curve and a peak out. Plain data, importable anywhere."""

from array import array
from dataclasses import dataclass, field
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
DAY_HOURS = 24
WEEK_HOURS = 168


@dataclass(frozen=True)
class History:
    """One customer's traffic: `values[i]` is the mean rate of the hour that begins at `start + i h`.

    `start` is a whole hour in UTC; `values` are finite, >= 0 and without gaps; `filled` holds the
    indexes of the hours that were missing and have been filled in; `spacing_minutes` is what the
    source had before it was resampled.
    """

    unique_id: str
    start: datetime
    values: "array[float]"
    filled: tuple[int, ...] = ()
    spacing_minutes: int = 60
    unit: str = "as given"
    warnings: tuple[str, ...] = ()

    @property
    def end(self) -> datetime:
        """The first hour after the history: where a forecast begins."""
        return self.start + len(self.values) * HOUR

    def until(self, hours: int) -> "History":
        """The first `hours` hours alone: what was known then (for back-tests)."""
        filled = tuple(i for i in self.filled if i < hours)
        return History(
            self.unique_id, self.start, self.values[:hours], filled, self.spacing_minutes, self.unit
        )


@dataclass(frozen=True)
class Point:
    """The forecast of one hour; p10, p50 and p90 are quantiles of that hour's mean rate."""

    ds: datetime
    mean: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Peak:
    """Quantiles of the MAXIMUM hourly mean over the window; `ds` is its most likely hour.

    `p95` and `p99` are None where the history is too short to say.
    """

    p50: float
    p90: float
    p95: float | None
    p99: float | None
    ds: datetime


@dataclass(frozen=True)
class Forecast:
    """What one history says about the hours that follow it."""

    unique_id: str
    history_hours: int
    filled: int
    method: str
    unit: str
    points: tuple[Point, ...]
    peak: Peak
    last_week_max_x1_2: float
    warnings: tuple[str, ...] = field(default=())
