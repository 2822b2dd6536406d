"""Two linear learners on one series at a time: a recursive one on lags, a direct one on windows.

Both are ridge regressions solved in closed form on logs (see `onboarding.forecasts.blend`): one or two
milliseconds a series, where a boosted forest took a hundred and was no better on hourly traffic.
"""

import numpy as np
from numpy.typing import NDArray

from onboarding.forecasts.history import DAY_HOURS, WEEK_HOURS

Floats = NDArray[np.float64]

# The day before hour by hour, the hours around it on the days of the week before, two weeks.
LAGS = np.array([*range(1, 26), 47, 48, 49, 72, 96, 120, 144, 167, 168, 169, 336])
LAG_RIDGE = 1e-3
WINDOW = WEEK_HOURS
WINDOW_RIDGE = 0.1
BLOCK = 48
REACH = 0.1


def on_lags(logs: Floats, fit: int, origins: list[int], horizon: int) -> Floats:
    """Fit on `logs[:fit]`, forecast from each origin hour by hour on its own output.

    Shape of the result (origins, horizon). Each origin needs its longest lag before it.
    """
    lags = LAGS[fit > 2 * LAGS]
    longest = int(lags.max())
    centre = float(logs[:fit].mean())
    z = logs - centre
    table = np.ones((fit - longest, len(lags) + 1))
    for column, lag in enumerate(lags):
        table[:, column] = z[longest - lag : fit - lag]
    weights = _ridge(table, z[longest:fit], LAG_RIDGE * max(float(z[:fit].var()), 1e-12), free=1)
    paths = np.empty((len(origins), longest + horizon))
    for row, origin in enumerate(origins):
        paths[row, :longest] = z[origin - longest : origin]
    low, high = _reach(z[:fit])
    for step in range(longest, longest + horizon):
        ahead = paths[:, step - lags] @ weights[:-1] + weights[-1]
        paths[:, step] = np.clip(ahead, low, high)
    found: Floats = paths[:, longest:] + centre
    return found


def on_windows(logs: Floats, fit: int, origins: list[int], horizon: int) -> Floats:
    """Fit the next `BLOCK` hours on the week before them, all measured from the last day's mean.

    Further ahead the forecast is fed its own output, block by block. Shapes as in `on_lags`.
    """
    block = min(BLOCK, horizon)
    views = np.lib.stride_tricks.sliding_window_view(logs[:fit], WINDOW + block)
    level = views[:, WINDOW - DAY_HOURS : WINDOW].mean(axis=1, keepdims=True)
    weights = _ridge(
        views[:, :WINDOW] - level,
        views[:, WINDOW:] - level,
        WINDOW_RIDGE * max(float(logs[:fit].var()), 1e-12),
    )
    low, high = _reach(logs[:fit])
    path: Floats = np.stack([logs[origin - WINDOW : origin] for origin in origins])
    while path.shape[1] < WINDOW + horizon:
        week = path[:, -WINDOW:]
        now = week[:, -DAY_HOURS:].mean(axis=1, keepdims=True)
        ahead = np.clip((week - now) @ weights + now, low, high)
        path = np.hstack([path, ahead])
    found: Floats = path[:, WINDOW : WINDOW + horizon]
    return found


def _ridge(table: Floats, target: Floats, penalty: float, free: int = 0) -> Floats:
    """Weights of least squares with `penalty` per row on all but the last `free` columns."""
    gram: Floats = table.T @ table
    ridge = np.full(len(gram), penalty * len(table))
    ridge[len(gram) - free :] = 1e-9
    gram[np.diag_indices_from(gram)] += ridge
    weights: Floats = np.asarray(np.linalg.solve(gram, table.T @ target), dtype=np.float64)
    return weights


def _reach(z: Floats) -> tuple[float, float]:
    """How far a forecast may run: a tenth of the series' span beyond what was seen."""
    low, high = float(z.min()), float(z.max())
    return low - REACH * (high - low), high + REACH * (high - low)
