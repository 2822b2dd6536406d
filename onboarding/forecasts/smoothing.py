"""Exponential smoothing with a daily and a weekly season, many series and settings at once.

Taylor (2003), "Short-term electricity demand forecasting using double seasonal exponential smoothing",
additive on logs, with his first-order adjustment for autocorrelated errors. Running all settings side
by side costs one pass over the hours, whatever the number of series.
"""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from onboarding.forecasts.history import DAY_HOURS, WEEK_HOURS

Floats = NDArray[np.float64]

# Weights of level, day and week, and the error's autocorrelation.
SETTINGS = np.array(
    list(product((0.01, 0.05, 0.15), (0.02, 0.1, 0.25), (0.1, 0.25, 0.5), (0.5, 0.8, 0.95)))
).T
START_HOURS = 2 * WEEK_HOURS


def smooth(logs: Floats, origins: list[int], horizon: int) -> Floats:
    """Forecasts from each origin under each setting: (series, origins, settings, horizon).

    `logs` has shape (series, hours), at least two weeks, from which the seasons start.
    """
    level_weight, day_weight, week_weight, carry = SETTINGS[:, None, :]
    level, day, week = _start(logs, SETTINGS.shape[1])
    error = np.zeros_like(level)
    found = np.empty((len(logs), len(origins), SETTINGS.shape[1], horizon))
    wanted = {origin: row for row, origin in enumerate(origins)}
    for t in range(max(origins) + 1):
        if t in wanted:
            ahead = np.arange(t, t + horizon)
            seasons = day[ahead % DAY_HOURS] + week[ahead % WEEK_HOURS]
            fading = carry[None] ** np.arange(1, horizon + 1)[:, None, None] * error
            found[:, wanted[t]] = (level + seasons + fading).transpose(1, 2, 0)
        if t == logs.shape[1]:
            break
        today, hour = day[t % DAY_HOURS], week[t % WEEK_HOURS]
        new = logs[:, t, None] - (level + today + hour)
        surprise = new - carry * error
        level += level_weight * surprise
        today += day_weight * surprise
        hour += week_weight * surprise
        error = new
    return found


def _start(logs: Floats, settings: int) -> tuple[Floats, Floats, Floats]:
    """Level (series, settings), day (24, ...) and week (168, ...) from the first two weeks."""
    first = logs[:, :START_HOURS].reshape(len(logs), 2, 7, DAY_HOURS)
    level = first.mean(axis=(1, 2, 3))
    day = first.mean(axis=(1, 2)) - level[:, None]
    week = (first.mean(axis=1) - first.mean(axis=(1, 2))[:, None]).reshape(len(logs), -1)

    def spread(values: Floats) -> Floats:
        return np.repeat(values.T[..., None], settings, axis=-1)

    return spread(level), spread(day), spread(week)
