"""A forecast as plain data: what `turnup forecast --format json` prints and the tables keep."""

from typing import Any

from onboarding.clock import iso
from onboarding.forecasts.history import Forecast


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
