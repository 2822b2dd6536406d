"""From a history to a forecast: the curve with its bands, the peak, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onboarding.errors import BadInput
from onboarding.forecasts import peak
from onboarding.forecasts.bands import bands
from onboarding.forecasts.blend import ORIGINS, Replay, blend, replay_hours
from onboarding.forecasts.history import DAY_HOURS, HOUR, WEEK_HOURS, Forecast, History, Peak, Point
from onboarding.forecasts.profile import cheap

Floats = NDArray[np.float64]

MAX_HORIZON = 28 * DAY_HOURS
BATCH = 64


def forecast(history: History, horizon: int, pool: peak.Pool | None = None) -> Forecast:
    """The `horizon` hours after `history`, 1 to 672. Raises BadInput for another horizon.

    The peak learns from `pool` (see `peak.learn`), without it from shipped numbers; `pool` must
    have been learnt for as many days ahead and must not hold this customer.
    """
    return forecast_all([history], horizon, pool)[0]


def forecast_all(
    histories: Sequence[History], horizon: int, pool: peak.Pool | None = None
) -> list[Forecast]:
    """`forecast` for each of `histories`, in order; they never learn from one another."""
    check_horizon(horizon)
    by_length: dict[int, list[int]] = {}
    for i, history in enumerate(histories):
        by_length.setdefault(len(history.values), []).append(i)
    found: dict[int, Forecast] = {}
    for places in by_length.values():
        for start in range(0, len(places), BATCH):
            part = places[start : start + BATCH]
            made = _alike([histories[i] for i in part], horizon, pool)
            found.update(zip(part, made, strict=True))
    return [found[i] for i in range(len(histories))]


def check_horizon(horizon: int) -> None:
    """Raises BadInput unless 1 <= horizon <= 672."""
    if not 1 <= horizon <= MAX_HORIZON:
        raise BadInput(
            f"a horizon of {horizon} hours",
            place="horizon",
            hint=f"expected 1 to {MAX_HORIZON} hours (28 days)",
        )


@dataclass(frozen=True)
class _Curve:
    """The curve and its bands in units of the history's maximum, and what made them."""

    mean: Floats
    low: Floats
    high: Floats
    method: str


def _alike(histories: Sequence[History], horizon: int, pool: peak.Pool | None) -> list[Forecast]:
    """Forecasts of histories of one length."""
    values = np.array([one.values for one in histories], dtype=np.float64)
    top = values.max(axis=1)
    scaled = values / np.where(top > 0, top, 1.0)[:, None]
    curves = _curves(scaled, horizon)
    peaks = peak.quantiles(scaled, horizon, pool)
    still = (values == values[:, :1]).all(axis=1)
    peaks[still] = scaled[still, :1]
    short = values.shape[1] < WEEK_HOURS
    thin = pool is not None and len(pool.groups) < peak.ENOUGH_GROUPS
    warnings = (*((TOO_SHORT,) if short else ()), *((THIN_POOL,) if thin else ()))
    return [
        _said(one, curve, tops, scale, warnings)
        for one, curve, tops, scale in zip(histories, curves, peaks, top, strict=True)
    ]


def _curves(scaled: Floats, horizon: int) -> list[_Curve]:
    """One curve per row: constant rows as they are, long ones by the blend, short ones cheaply."""
    still = (scaled == scaled[:, :1]).all(axis=1)
    moving = scaled[~still]
    if not len(moving):
        made = []
    elif replay_hours(scaled.shape[1], horizon):
        made = [_blended(curve, replay) for curve, replay in blend(moving, horizon)]
    else:
        made = _short(moving, horizon)
    rest = iter(made)
    return [
        _constant(float(row[0]), horizon) if flat else next(rest)
        for row, flat in zip(scaled, still, strict=True)
    ]


def _constant(level: float, horizon: int) -> _Curve:
    flat = np.full(horizon, level)
    return _Curve(flat, flat, flat, "constant")


def _blended(curve: Floats, replay: Replay) -> _Curve:
    low, high = bands(curve, replay.made, replay.truth)
    parts = sorted(replay.weights.items(), key=lambda part: -part[1])
    named = ", ".join(f"{name} {weight:.0%}" for name, weight in parts if weight >= 0.01)
    return _Curve(curve, low, high, f"blend of {named}")


def _short(values: Floats, horizon: int) -> list[_Curve]:
    """Cheap curves; their bands come from the last few days, forecast from what was known then."""
    curves, method = cheap(values, horizon)
    hours = values.shape[1]
    ahead = min(horizon, DAY_HOURS, hours // 3) or 1
    origins = [o for o in (hours - ahead * (i + 1) for i in range(ORIGINS)) if o >= ahead]
    past = [cheap(values[:, :origin], ahead)[0] for origin in origins]
    found = []
    for row, curve in enumerate(curves):
        made = np.stack([one[row] for one in past])
        truth = np.stack([values[row, origin : origin + ahead] for origin in origins])
        low, high = bands(curve, made, truth)
        found.append(_Curve(curve, low, high, method))
    return found


def _said(
    one: History, curve: _Curve, tops: Floats, scale: float, warnings: tuple[str, ...]
) -> Forecast:
    """A forecast in the history's own unit, with what its reader must be told."""
    times = [one.end + i * HOUR for i in range(len(curve.mean))]
    mean, low, high = ((part * scale).tolist() for part in (curve.mean, curve.low, curve.high))
    points = zip(times, mean, low, mean, high, strict=True)
    p50, p90, p95, p99 = (tops * scale).tolist()
    short = len(one.values) < WEEK_HOURS
    return Forecast(
        unique_id=one.unique_id,
        history_hours=len(one.values),
        filled=len(one.filled),
        method=curve.method,
        unit=one.unit,
        points=tuple(Point(*point) for point in points),
        peak=Peak(
            p50,
            p90,
            None if short else p95,
            None if short else p99,
            times[int(np.argmax(curve.mean))],
        ),
        last_week_max_x1_2=1.2 * max(one.values[-WEEK_HOURS:]),
        warnings=(*one.warnings, *warnings),
    )


TOO_SHORT = (
    "under 7 days of history: no p95 and p99 of the peak can be given; declare a peak instead"
)
THIN_POOL = "the pool has too few past windows to learn from: the product's own numbers count too"
