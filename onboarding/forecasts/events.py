"""Events laid over a forecast: assumptions with a name, in the curve and in the peak.

Points and peaks are plain data as in `turnup forecast --format json`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from onboarding.clock import iso, parse
from onboarding.errors import BadInput, marked

#: kind → whether it ends: growth and a launch stay, a sale day and a match pass.
KINDS = {
    marked("growth"): False,
    marked("launch"): False,
    marked("sale day"): True,
    marked("match"): True,
}
FIGURES = ("mean", "p10", "p50", "p90")
QUANTILES = ("p50", "p90", "p95", "p99")
MOST_FACTOR = 100.0


@dataclass(frozen=True)
class Event:
    """From `start` until `end` (None: for good) traffic times `factor`, or plus `rate` (req/s)."""

    kind: str
    name: str
    start: datetime
    end: datetime | None = None
    factor: float | None = None
    rate: float | None = None

    def covers(self, at: datetime) -> bool:
        """Whether the hour at `at` is within it."""
        return self.start <= at and (self.end is None or at < self.end)

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        end = iso(self.end) if self.end else None
        return {
            "kind": self.kind,
            "name": self.name,
            "start": iso(self.start),
            "end": end,
            "factor": self.factor,
            "rate": self.rate,
        }


def check(event: Event) -> None:
    """Raises BadInput naming the field."""
    if event.kind not in KINDS:
        raise BadInput(
            marked("{kind} is no kind of event", kind=repr(event.kind)),
            place="kind",
            hint=", ".join(KINDS),
        )
    if KINDS[event.kind] != (event.end is not None):
        raise BadInput(
            marked("an end is needed") if KINDS[event.kind] else marked("this does not end"),
            place="ends_at",
            hint=marked("growth and a launch stay; a sale and a match end"),
        )
    if event.end is not None and event.end <= event.start:
        raise BadInput(
            marked("it ends before it begins"),
            place="ends_at",
            hint=marked("choose a later time"),
        )
    if (event.factor is None) == (event.rate is None):
        raise BadInput(
            marked("a factor or a rate is needed"), place="factor", hint=marked("one of them")
        )
    if event.factor is not None and not 0 < event.factor <= MOST_FACTOR:
        raise BadInput(
            marked("out of range"),
            place="factor",
            hint=marked("above 0, at most {n}", n=format(MOST_FACTOR, "g")),
        )


def overlay(
    points: Sequence[dict[str, Any]], peak: dict[str, Any], events: Sequence[Event]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Curve and peak with `events` in them. A point they change keeps its own mean as `base`.

    Factors come first, then rates. Every quantile of the peak rises as the highest expected hour
    does; where one is null it stays so. `without` keeps the peak as it was.
    """
    laid = [_point(point, events) for point in points]
    if not any("base" in point for point in laid):
        return laid, dict(peak)
    before = max(float(p["mean"]) for p in points)
    top = max(laid, key=lambda p: float(p["mean"]))
    after = float(top["mean"])
    risen = dict(peak, without={q: peak[q] for q in QUANTILES}, ds=top["ds"])
    for q in QUANTILES:
        if peak[q] is not None:
            risen[q] = peak[q] * after / before if before > 0 else peak[q] + after
    return laid, risen


def _point(point: dict[str, Any], events: Sequence[Event]) -> dict[str, Any]:
    at = parse(point["ds"])
    here = [event for event in events if event.covers(at)]
    if not here:
        return dict(point)
    factor, more = 1.0, 0.0
    for event in here:
        factor *= event.factor if event.factor is not None else 1.0
        more += event.rate or 0.0
    changed = {name: float(point[name]) * factor + more for name in FIGURES}
    return dict(point, **changed, base=point["mean"])
