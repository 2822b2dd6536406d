"""The cheap curve: an hour-of-week profile times a recent level, for many series at once."""

import numpy as np
from numpy.typing import NDArray

from onboarding.forecasts.history import DAY_HOURS, WEEK_HOURS

Series = NDArray[np.float64]

WEEKS = 4
HALF_LIFE_WEEKS = 1.5


def last_period(values: Series, horizon: int, period: int) -> Series:
    """Seasonal naive: the last `period` hours repeated; shapes (series, hours) to (series, horizon)."""
    period = min(period, values.shape[1])
    found: Series = values[:, -period:][:, np.arange(horizon) % period]
    return found


def profile(values: Series, horizon: int) -> Series:
    """Each hour of the week as a weighted mean over up to four weeks, scaled to the last day's level.

    Shapes (series, hours) to (series, horizon). Under two weeks: the last week, under one week: the
    last day repeated.
    """
    hours = values.shape[1]
    weeks = min(WEEKS, hours // WEEK_HOURS)
    if weeks == 0:
        return last_period(values, horizon, DAY_HOURS)
    if weeks == 1:
        return last_period(values, horizon, WEEK_HOURS)
    grid = values[:, -weeks * WEEK_HOURS :].reshape(-1, weeks, WEEK_HOURS)
    weights = 0.5 ** (np.arange(weeks)[::-1] / HALF_LIFE_WEEKS)
    shape = np.tensordot(grid, weights / weights.sum(), axes=(1, 0))
    now = values[:, -DAY_HOURS:].mean(axis=1)
    usual = shape[:, -DAY_HOURS:].mean(axis=1)
    ratio = np.divide(now, usual, out=np.ones_like(now), where=usual > 0)
    level = np.clip(ratio, 0.2, 5.0) ** 0.5
    found: Series = shape[:, np.arange(horizon) % WEEK_HOURS] * level[:, None]
    return found
