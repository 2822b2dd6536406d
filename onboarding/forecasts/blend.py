"""The curve: five plain methods, each weighted by how it did on this series' own past.

Every method forecasts from a handful of past origins that it was not fitted on; its weight is the
mean absolute error there to the power of -3. What they got wrong together gives the bands.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from onboarding.forecasts.history import DAY_HOURS, WEEK_HOURS
from onboarding.forecasts.linear import on_lags, on_windows
from onboarding.forecasts.profile import last_period, weekly
from onboarding.forecasts.smoothing import START_HOURS, smooth

Floats = NDArray[np.float64]

METHODS = ("lags", "windows", "smoothing", "profile", "last day")
ORIGINS = 7
APART = 20  # hours between origins: no two at the same hour of the day
SHARPNESS = 3.0
SETTINGS_KEPT = 5
LOG_SCALE = 100.0
MAX_HOURS = 12 * WEEK_HOURS
REPLAY_HOURS = (WEEK_HOURS, 48, 24)


@dataclass(frozen=True)
class Replay:
    """How the blend would have done: forecasts and truth from past origins, and each one's weight.

    `made` and `truth` have shape (origins, hours); `origins` are indexes into the history given.
    """

    origins: tuple[int, ...]
    made: Floats
    truth: Floats
    weights: dict[str, float]


def replay_hours(hours: int, horizon: int) -> int:
    """How far ahead the past can be replayed, two weeks kept to learn from; 0 where it cannot."""
    for ahead in REPLAY_HOURS:
        if hours - min(ahead, horizon) - (ORIGINS - 1) * APART >= START_HOURS:
            return min(ahead, horizon)
    return 0


def blend(values: Floats, horizon: int) -> list[tuple[Floats, Replay]]:
    """The curve of each row of `values` (series, hours), all >= 0 and scaled to a maximum near 1.

    Needs `replay_hours(hours, horizon)` > 0. The rows learn nothing from one another.
    """
    values = values[:, -MAX_HOURS:]
    hours = values.shape[1]
    ahead = replay_hours(hours, horizon)
    origins = [hours - ahead - APART * i for i in range(ORIGINS)]
    logs = np.log1p(LOG_SCALE * values)
    past = smooth(logs, origins, ahead)
    next_ = smooth(logs, [hours], horizon)[:, 0]
    # The matrices are small: BLAS threads would spend thirty times the time on waiting.
    with threadpool_limits(limits=1, user_api="blas"):
        return [
            _one(values[row], logs[row], origins, ahead, horizon, past[row], next_[row])
            for row in range(len(values))
        ]


def _one(
    values: Floats,
    logs: Floats,
    origins: list[int],
    ahead: int,
    horizon: int,
    smooth_past: Floats,
    smooth_next: Floats,
) -> tuple[Floats, Replay]:
    truth = np.stack([values[o : o + ahead] for o in origins])
    best, best_next = _best_settings(_rates(smooth_past), _rates(smooth_next), truth)
    first = min(origins)
    now = [len(values)]
    past = np.stack(
        [
            _rates(on_lags(logs, first, origins, ahead)),
            _rates(on_windows(logs, first, origins, ahead)),
            best,
            np.stack([weekly(values[None, :o], ahead)[0] for o in origins]),
            np.stack([last_period(values[None, :o], ahead, DAY_HOURS)[0] for o in origins]),
        ]
    )
    coming = np.stack(
        [
            _rates(on_lags(logs, now[0], now, horizon))[0],
            _rates(on_windows(logs, now[0], now, horizon))[0],
            best_next,
            weekly(values[None], horizon)[0],
            last_period(values[None], horizon, DAY_HOURS)[0],
        ]
    )
    error = np.abs(past - truth).mean(axis=(1, 2))
    weights = np.maximum(error / max(float(error.min()), 1e-9), 1e-9) ** -SHARPNESS
    weights /= weights.sum()
    made = np.tensordot(weights, past, axes=1)
    named = dict(zip(METHODS, weights.tolist(), strict=True))
    return np.tensordot(weights, coming, axes=1), Replay(tuple(origins), made, truth, named)


def _best_settings(past: Floats, coming: Floats, truth: Floats) -> tuple[Floats, Floats]:
    """The mean over the settings of the smoothing that did best: past (origins, hours) and coming."""
    error = np.abs(past - truth[:, None]).mean(axis=(0, 2))
    best = np.argsort(error)[:SETTINGS_KEPT]
    return past[:, best].mean(axis=1), coming[best].mean(axis=0)


def _rates(logs: Floats) -> Floats:
    """Back from logs to rates, not below 0 and not beyond thirty times the maximum."""
    found: Floats = np.expm1(np.clip(logs, 0.0, 8.0)) / LOG_SCALE
    return found
