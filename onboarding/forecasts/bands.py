"""How wrong single hours may be: bands from what the same method got wrong in the past."""

import numpy as np
from numpy.typing import NDArray

from onboarding.forecasts.history import DAY_HOURS

Floats = NDArray[np.float64]

LOG_SCALE = 100.0
LOW, HIGH = 0.1, 0.9
MOST_GROWTH = 3.0  # a few replayed hours say nothing about weeks
WIDER = 1.35  # the replayed past chose the weights it is judged with


def bands(curve: Floats, made: Floats, truth: Floats) -> tuple[Floats, Floats]:
    """The 10 % and 90 % quantiles around `curve` (hours,), which always lies between them.

    `made` and `truth` (origins, hours) are replayed forecasts and what came. Errors are taken on
    logs and per day ahead; beyond the replayed hours they grow with the root of the time ahead, at most threefold.
    """
    error = np.log1p(LOG_SCALE * truth) - np.log1p(LOG_SCALE * made)
    ahead = error.shape[1]
    low, high = np.empty(len(curve)), np.empty(len(curve))
    for start in range(0, len(curve), DAY_HOURS):
        taken = error[:, min(start, max(ahead - DAY_HOURS, 0)) :][:, :DAY_HOURS]
        longer = (start + min(DAY_HOURS, ahead)) / ahead
        grown = WIDER * min(max(1.0, longer) ** 0.5, MOST_GROWTH)
        below, above = np.quantile(taken, (LOW, HIGH))
        low[start : start + DAY_HOURS] = min(float(below), 0.0) * grown
        high[start : start + DAY_HOURS] = max(float(above), 0.0) * grown
    logs = np.log1p(LOG_SCALE * curve)
    return (
        np.minimum(np.expm1(np.maximum(logs + low, 0.0)) / LOG_SCALE, curve),
        np.maximum(np.expm1(np.minimum(logs + high, 9.0)) / LOG_SCALE, curve),
    )
