"""The maximum over a window, learnt directly: how windows of other customers ended.

Bands of single hours say little about the maximum of many (a nominal 95 % of pointwise bands covered
60 to 83 % of maxima). So the ratio is calibrated itself: window maximum over the maximum of the week
before, over past windows of a pool of other customers (split conformal prediction, Vovk et al. 2005,
with the windows nearest in spread weighted most: Tibshirani et al. 2019).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onboarding.forecasts.history import DAY_HOURS, WEEK_HOURS, History
from onboarding.forecasts.profile import Series

QUANTILES = (0.5, 0.9, 0.95, 0.99)
STRIDE = 12
MIN_PAST = 2 * WEEK_HOURS


@dataclass(frozen=True)
class Pool:
    """Past windows of `horizon` hours: `spread` of the week before, and log of the maxima's ratio."""

    horizon: int
    spread: NDArray[np.float64]
    ratio: NDArray[np.float64]


# How the ratio fans out where there is no pool: standard deviation of the log ratio per unit of
# spread, found by fitting the windows of a pool of seasonal series; see docs/forecasting.md.
PRIOR_CENTRE = 0.0
PRIOR_SCALE = (0.08, 0.6)
NORMAL_QUANTILES = (0.0, 1.2816, 1.6449, 2.3263)


def spread(weeks: Series) -> NDArray[np.float64]:
    """How far the daily maxima of the last week lie apart: standard deviation of their logs."""
    days = weeks[:, -WEEK_HOURS:].reshape(len(weeks), -1, DAY_HOURS).max(axis=2)
    top = days.max(axis=1, keepdims=True)
    relative = np.where(top > 0, np.maximum(days, 1e-3 * top), 1.0) / np.where(top > 0, top, 1.0)
    found: NDArray[np.float64] = np.log(relative).std(axis=1)
    return found


def learn(histories: Iterable[History], horizon: int) -> Pool:
    """The past windows of other customers' histories; each customer counts the same in the end."""
    spreads, ratios = [np.empty(0)], [np.empty(0)]
    for history in histories:
        values = np.asarray(history.values)
        ends = np.arange(len(values) - horizon, WEEK_HOURS - 1, -STRIDE)
        if len(ends) == 0:
            continue
        weeks = np.lib.stride_tricks.sliding_window_view(values, WEEK_HOURS)[ends - WEEK_HOURS]
        ahead = np.lib.stride_tricks.sliding_window_view(values, horizon)[ends]
        before, after = weeks.max(axis=1), ahead.max(axis=1)
        usable = (before > 0) & (after > 0)
        spreads.append(spread(weeks[usable]))
        ratios.append(np.log(after[usable] / before[usable]))
    return Pool(horizon, np.concatenate(spreads), np.concatenate(ratios))


def quantiles(values: Series, horizon: int, pool: Pool | None) -> NDArray[np.float64]:
    """Shape (series, 4): the quantiles 0.5, 0.9, 0.95, 0.99 of the maximum over `horizon` hours."""
    top = values[:, -WEEK_HOURS:].max(axis=1)
    if values.shape[1] < WEEK_HOURS:
        return np.outer(top, np.exp(np.multiply(NORMAL_QUANTILES, 0.2)))
    apart = spread(values)
    if pool is None or len(pool.ratio) < 20:
        scale = PRIOR_SCALE[0] + PRIOR_SCALE[1] * apart
        logs = PRIOR_CENTRE + np.outer(scale, NORMAL_QUANTILES)
    else:
        order = np.argsort(np.abs(pool.spread[None] - apart[:, None]), axis=1)
        count = max(20, len(pool.ratio) // (1 if horizon >= WEEK_HOURS else 3))
        near = pool.ratio[order[:, :count]]
        logs = np.quantile(near, QUANTILES, axis=1).T
    result: NDArray[np.float64] = top[:, None] * np.exp(logs)
    return result
