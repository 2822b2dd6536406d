"""The cheap curve: an hour-of-week profile times a recent level, for many series at once."""

import numpy as np
from numpy.typing import NDArray

from onboarding.forecasts.history import DAY_HOURS, WEEK_HOURS

Floats = NDArray[np.float64]

WEEKS = 4
HALF_LIFE_WEEKS = 1.5


def last_period(values: Floats, horizon: int, period: int) -> Floats:
    """Seasonal naive: the last `period` hours repeated; shapes (series, hours) to (series, horizon)."""
    period = min(period, values.shape[1])
    found: Floats = values[:, -period:][:, np.arange(horizon) % period]
    return found


def weekly(values: Floats, horizon: int) -> Floats:
    """Each hour of the week as a weighted mean over up to four weeks, at the last day's level.

    Shapes (series, hours) to (series, horizon); at least one week.
    """
    weeks = min(WEEKS, values.shape[1] // WEEK_HOURS)
    grid = values[:, -weeks * WEEK_HOURS :].reshape(-1, weeks, WEEK_HOURS)
    weights = 0.5 ** (np.arange(weeks)[::-1] / HALF_LIFE_WEEKS)
    shape = np.tensordot(grid, weights / weights.sum(), axes=(1, 0))
    now = values[:, -DAY_HOURS:].mean(axis=1)
    usual = shape[:, -DAY_HOURS:].mean(axis=1)
    level = np.divide(now, usual, out=np.ones_like(now), where=usual > 1e-12 * now)
    found: Floats = shape[:, np.arange(horizon) % WEEK_HOURS] * level[:, None]
    return found


def cheap(values: Floats, horizon: int) -> tuple[Floats, str]:
    """The curve of many series by the least work that is sound, and what it is called.

    With two weeks the middle of the weekly profile, last week and the last day; with one week that
    week repeated; below that the last day repeated.
    """
    hours = values.shape[1]
    if hours < WEEK_HOURS:
        return last_period(values, horizon, DAY_HOURS), "last day repeated"
    last_week = last_period(values, horizon, WEEK_HOURS)
    if hours < 2 * WEEK_HOURS:
        return last_week, "last week repeated"
    last_day = last_period(values, horizon, DAY_HOURS)
    low = np.minimum(last_week, last_day)
    high = np.maximum(last_week, last_day)
    middle: Floats = np.clip(weekly(values, horizon), low, high)
    return middle, "median of weekly profile, last week and last day"
