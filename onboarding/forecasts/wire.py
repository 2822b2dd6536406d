"""A forecast as plain data: what `turnup forecast --format json` prints and the tables keep."""

from typing import Any

from onboarding.clock import iso
from onboarding.forecasts.history import HOUR, WEEK_HOURS, Forecast, History


def as_json(one: Forecast) -> dict[str, Any]:
    """One series as in the public contract of `turnup forecast --format json`."""
    points = [
        {"ds": iso(p.ds), "mean": p.mean, "p10": p.p10, "p50": p.p50, "p90": p.p90}
        for p in one.points
    ]
    top = one.peak
    peak = {"p50": top.p50, "p90": top.p90, "p95": top.p95, "p99": top.p99, "ds": iso(top.ds)}
    return {
        "unique_id": one.unique_id,
        "history_hours": one.history_hours,
        "filled": one.filled,
        "method": one.method,
        "unit": one.unit,
        "points": points,
        "peak": peak,
        "peer": {"last_week_max_x1_2": one.last_week_max_x1_2},
        "warnings": list(one.warnings),
    }


#: How far a declared figure may be off, in the band of single hours.
DECLARED_BAND = 0.3


def stated(history: History, horizon: int) -> dict[str, Any]:
    """A forecast from declared weeks: they go on as they are, the peak is the one that is declared."""
    week = history.values[-WEEK_HOURS:]
    top = max(week)
    points: list[dict[str, Any]] = []
    for i in range(horizon):
        mean = week[i % WEEK_HOURS]
        low, high = mean * (1 - DECLARED_BAND), mean * (1 + DECLARED_BAND)
        at = iso(history.end + i * HOUR)
        points.append({"ds": at, "mean": mean, "p10": low, "p50": mean, "p90": high})
    highest = max(points[:WEEK_HOURS], key=lambda point: float(point["mean"]))
    return {
        "unique_id": history.unique_id,
        "history_hours": 0,
        "filled": 0,
        "method": history.unique_id,
        "unit": history.unit,
        "points": points,
        "peak": {"p50": top, "p90": top, "p95": top, "p99": None, "ds": highest["ds"]},
        "peer": {"last_week_max_x1_2": 1.2 * top},
        "warnings": [
            "declared by a person, not learnt from traffic: the peak is what was declared"
        ],
    }
