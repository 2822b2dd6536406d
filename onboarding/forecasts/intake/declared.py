"""No history: a peak or a mean that somebody declares, and the shape of a week."""

from array import array
from datetime import datetime

from onboarding.errors import BadInput, marked
from onboarding.forecasts.history import WEEK_HOURS, History

WEEKS = 4

#: Parts of the daily peak at every hour of a day, and of a weekday's traffic on each weekday, Monday
#: first. The shapes are round assumptions with a name, not measurements.
DAYS = {
    marked("flat"): (1.0,) * 24,
    marked("office hours"): (
        0.15, 0.12, 0.12, 0.12, 0.15, 0.2, 0.35, 0.6, 0.85, 0.97, 1.0, 0.97,
        0.9, 0.95, 1.0, 0.97, 0.9, 0.7, 0.5, 0.4, 0.35, 0.3, 0.25, 0.2,
    ),
    marked("evening"): (
        0.45, 0.32, 0.24, 0.2, 0.18, 0.2, 0.28, 0.4, 0.5, 0.55, 0.6, 0.64,
        0.68, 0.68, 0.66, 0.66, 0.7, 0.78, 0.88, 0.96, 1.0, 0.98, 0.85, 0.65,
    ),
    marked("round the clock"): (
        0.75, 0.72, 0.7, 0.7, 0.72, 0.76, 0.8, 0.84, 0.88, 0.92, 0.95, 0.97,
        0.98, 1.0, 1.0, 1.0, 0.99, 0.98, 0.96, 0.94, 0.92, 0.88, 0.84, 0.8,
    ),
}  # fmt: skip
WEEKDAYS = {
    "flat": (1.0,) * 7,
    "office hours": (1.0, 1.0, 1.0, 1.0, 0.95, 0.35, 0.3),
    "evening": (0.9, 0.9, 0.9, 0.92, 0.95, 1.0, 1.0),
    "round the clock": (1.0, 1.0, 1.0, 1.0, 1.0, 0.92, 0.92),
}


def declared(
    name: str, shape: str, start: datetime, *, peak: float = 0.0, mean: float = 0.0
) -> History:
    """Four weeks of the named `shape` from `start` on, with its highest hour at `peak` or its mean
    at `mean` (req/s; one of them). Hours are UTC. Raises BadInput naming the field."""
    if shape not in DAYS:
        raise BadInput(
            marked("there is no shape {shape}", shape=repr(shape)),
            place="shape",
            hint=", ".join(DAYS),
        )
    if (peak > 0) == (mean > 0):
        raise BadInput(
            marked("a peak or a mean is needed"),
            place="peak",
            hint=marked("fill in one of them, above 0"),
        )
    week = [
        DAYS[shape][(start.hour + i) % 24]
        * WEEKDAYS[shape][(start.weekday() + (start.hour + i) // 24) % 7]
        for i in range(WEEK_HOURS)
    ]
    scale = peak / max(week) if peak else mean * len(week) / sum(week)
    values = array("d", [part * scale for part in week] * WEEKS)
    return History(name, start, values, unit="req/s")
