"""OTLP metrics pushed to us (OpenTelemetry Protocol over HTTP), read as counts. Pure.

Taken are sums, of intervals (delta temporality) or growing (cumulative), called `turnup.requests`, `turnup.errors`, `turnup.slow` and
`turnup.misses`, `turnup.bytes`, and `turnup.errors.edge`, `.unreachable` and `.origin`, whose points have the attribute `arm`: moved or control. Everything else that a
collector sends along is left. The document is that of OTLP's JSON encoding.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from onboarding import clock
from onboarding.errors import BadInput
from onboarding.metrics.origins import KINDS
from onboarding.metrics.pushes import MOST_ROWS, SIGNALS, Row, checked_time, read_row
from onboarding.metrics.totals import Point

NAMES = {f"turnup.{signal}": signal for signal in ("requests", *SIGNALS)}
NAMES |= {f"turnup.errors.{kind}": kind for kind in KINDS}
NAMES |= {"turnup.bytes": "bytes"}
LARGEST = 2**64  # of a whole number in OTLP
DELTA = (1, "AGGREGATION_TEMPORALITY_DELTA")
CUMULATIVE = (2, "AGGREGATION_TEMPORALITY_CUMULATIVE")
LARGEST_TOTAL = 2**63  # of a counter that grows


@dataclass
class Interval:
    """What the points of one arm that end at the same time come to."""

    seconds: float
    counts: dict[str, float] = field(default_factory=dict)


def read_points(document: Any, now: datetime) -> list[Point]:
    """The counts and totals of an export. Raises BadInput with the JSON path of what is wrong, and
    where there is no metric of ours at all."""
    found: list[Point] = []
    others: set[str] = set()
    for name, metric, place, whose in _metrics(document):
        if name not in NAMES:
            others.add(name)
            continue
        totals = _is_total(metric, place)
        for given, where in _items(metric["sum"], "dataPoints", f"{place}.sum"):
            point = _point(name, given, where)
            found.append(_total(point, given, whose, now) if totals else point)
    if not found:
        seen = ", ".join(sorted(others)[:5]) or "none"
        raise BadInput(
            f"no points of ours; the metrics are {seen}",
            place="resourceMetrics",
            hint=f"name them {', '.join(NAMES)}, with the attribute arm",
        )
    return found


def rows_of(points: Iterable[Point], now: datetime) -> list[Row]:
    """Counts of intervals as rows, by arm and time; those of several resources are added up, an
    interval without errors had none. Raises BadInput naming the row that can't be."""
    found: dict[tuple[str, int], Interval] = {}
    for one in points:
        seconds = (one.ends - one.starts) / 1e9
        interval = found.setdefault((one.arm, one.ends), Interval(seconds))
        interval.seconds = max(interval.seconds, seconds)
        interval.counts[one.signal] = interval.counts.get(one.signal, 0) + one.count
    if len(found) > MOST_ROWS:
        raise BadInput(
            f"{len(found)} intervals", place="resourceMetrics", hint=f"at most {MOST_ROWS} at once"
        )
    return [
        _row(arm, nanos, interval, now)
        for (arm, nanos), interval in sorted(found.items(), key=lambda pair: pair[0][1])
    ]


def _iso(nanos: int) -> str:
    try:
        return clock.iso(datetime.fromtimestamp(nanos // 1000 / 1e6, UTC))
    except (ValueError, OverflowError, OSError) as wrong:
        raise BadInput(
            f"{nanos} is no time", place="timeUnixNano", hint="as OTLP has it"
        ) from wrong


def _row(arm: str, nanos: int, interval: Interval, now: datetime) -> Row:
    given = {
        "arm": arm,
        "at": _iso(nanos),
        "seconds": interval.seconds,
        "errors": 0,
        **interval.counts,
    }
    return read_row(given, f"resourceMetrics ({arm} at {given['at']})", now)


def _metrics(document: Any) -> Iterator[tuple[str, Any, str, Any]]:
    """Name, metric and JSON path of each metric, and what tells its exporter from others."""
    for resource, a in _items(document, "resourceMetrics", ""):
        for scope, b in _items(resource, "scopeMetrics", a):
            whose = [_attributes(resource.get("resource")), scope.get("scope")]
            for metric, place in _items(scope, "metrics", b):
                yield str(metric.get("name", "")), metric, place, whose


def _is_total(metric: Mapping[str, Any], place: str) -> bool:
    """Whether the metric is a sum that grows, not one of intervals."""
    summed = metric.get("sum")
    if not isinstance(summed, dict):
        raise BadInput("is no sum", place=place, hint="counts are sums, not gauges or histograms")
    temporality = summed.get("aggregationTemporality")
    if temporality not in DELTA + CUMULATIVE:
        raise BadInput(
            "its temporality is neither delta nor cumulative",
            place=f"{place}.sum.aggregationTemporality",
            hint="set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta",
        )
    return temporality in CUMULATIVE


def _items(holder: Any, key: str, place: str) -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a list and their paths; a list that is not there is empty."""
    where = f"{place}.{key}" if place else key
    listed = holder.get(key, []) if isinstance(holder, dict) else None
    if not isinstance(listed, list):
        raise BadInput("is no list", place=where, hint="expected OTLP's JSON encoding")
    for index, one in enumerate(listed):
        if not isinstance(one, dict):
            raise BadInput("is no object", place=f"{where}[{index}]", hint="expected OTLP's JSON")
        yield one, f"{where}[{index}]"


def _total(point: Point, given: Mapping[str, Any], whose: Any, now: datetime) -> Point:
    """The point as a total of its exporter. Raises BadInput where it is none, and for a time that
    could not be judged, as that of any row."""
    if point.count != int(point.count) or point.count >= LARGEST_TOTAL:
        raise BadInput(
            f"{point.count:g} is no count", place=f"{point.place}.asDouble", hint="a whole number"
        )
    checked_time(_iso(point.ends), f"{point.place}.timeUnixNano", now)
    series = _digest([point.name, _attributes(given)])
    return replace(point, exporter=_digest([whose, point.arm]), series=series)


def _attributes(holder: Any) -> list[str]:
    """The attributes, in an order that does not depend on the exporter's."""
    given = holder.get("attributes") if isinstance(holder, dict) else None
    listed = given if isinstance(given, list) else []
    return sorted(json.dumps(one, sort_keys=True) for one in listed)


def _digest(given: Any) -> str:
    return hashlib.sha256(json.dumps(given, sort_keys=True).encode()).hexdigest()[:32]


def _point(name: str, point: Mapping[str, Any], place: str) -> Point:
    ends = _whole(point.get("timeUnixNano"), f"{place}.timeUnixNano")
    starts = _whole(point.get("startTimeUnixNano"), f"{place}.startTimeUnixNano")
    arm = _arm(point, place)
    value = point.get("asDouble")
    if value is None:
        value = _whole(point.get("asInt"), f"{place}.asInt")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LARGEST:
        raise BadInput(
            f"{str(value)[:40]} is no count", place=f"{place}.asDouble", hint="0 or more"
        )
    return Point(arm, NAMES[name], starts, ends, value, name, place)


def _arm(point: Mapping[str, Any], place: str) -> str:
    for attribute, _ in _items(point, "attributes", place):
        value = attribute.get("value")
        if attribute.get("key") == "arm" and isinstance(value, dict):
            return str(value.get("stringValue", ""))
    raise BadInput("has no arm", place=f"{place}.attributes", hint="arm: moved or control")


def _whole(value: Any, place: str) -> int:
    """A 64-bit integer of 0 or more: in JSON a text of digits, or a number."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 21:
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST:
        return value
    raise BadInput(f"{str(value)[:40]!r} is no whole number", place=place, hint="as OTLP has it")
