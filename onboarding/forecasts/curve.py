"""From a history to a forecast: the curve with its bands, the peak, and why."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from onboarding.errors import BadInput
from onboarding.forecasts import peak
from onboarding.forecasts.history import (
    DAY_HOURS,
    HOUR,
    WEEK_HOURS,
    Forecast,
    History,
    Peak,
    Point,
)
from onboarding.forecasts.profile import Series, profile

MAX_HORIZON = 28 * DAY_HOURS
BAND = 0.8  # between p10 and p90


def forecast(history: History, horizon: int, pool: peak.Pool | None = None) -> Forecast:
    """The `horizon` hours after `history`, 1 to 672. Raises BadInput for another horizon.

    The peak learns from `pool` (see `peak.learn`), without it from shipped numbers; `pool` must
    have been learnt for the same horizon and must not hold this customer.
    """
    check_horizon(horizon)
    values = np.asarray(history.values, dtype=np.float64)
    scale = float(values.max()) or 1.0
    unit = (values / scale)[None, :]
    constant = bool((values == values[0]).all())
    curve = unit[0, :1].repeat(horizon) if constant else profile(unit, horizon)[0]
    low, high = (curve, curve) if constant else _bands(unit, curve, horizon)
    tops = np.full(4, unit[0, 0]) if constant else peak.quantiles(unit, horizon, pool)[0]
    times = [history.end + i * HOUR for i in range(horizon)]
    points = tuple(
        Point(ds, *row)
        for ds, *row in zip(
            times, *(_scaled(one, scale) for one in (curve, low, curve, high)), strict=True
        )
    )
    short = len(values) < WEEK_HOURS
    p50, p90, p95, p99 = _scaled(tops, scale)
    top = Peak(
        p50, p90, None if short else p95, None if short else p99, times[int(np.argmax(curve))]
    )
    return Forecast(
        unique_id=history.unique_id,
        history_hours=len(values),
        filled=len(history.filled),
        method="profile" if not constant else "constant",
        unit=history.unit,
        points=points,
        peak=top,
        last_week_max_x1_2=1.2 * float(values[-WEEK_HOURS:].max()),
        warnings=(*history.warnings, *_warnings(history)),
    )


def forecast_all(
    histories: Sequence[History], horizon: int, pool: peak.Pool | None = None
) -> list[Forecast]:
    """`forecast` for each of `histories`, which never learn from one another."""
    return [forecast(one, horizon, pool) for one in histories]


def check_horizon(horizon: int) -> None:
    """Raises BadInput unless 1 <= horizon <= 672."""
    if not 1 <= horizon <= MAX_HORIZON:
        raise BadInput(
            f"a horizon of {horizon} hours",
            place="horizon",
            hint=f"expected 1 to {MAX_HORIZON} hours (28 days)",
        )


def _scaled(values: NDArray[np.float64], scale: float) -> list[float]:
    found: list[float] = (values * scale).tolist()
    return found


def _bands(unit: Series, curve: NDArray[np.float64], horizon: int) -> Sequence[NDArray[np.float64]]:
    return curve * 0.8, curve * 1.2


def _warnings(history: History) -> list[str]:
    if timedelta(hours=len(history.values)) < timedelta(days=7):
        return [
            "under 7 days of history: no p95 and p99 of the peak can be given; declare a peak instead"
        ]
    return []
