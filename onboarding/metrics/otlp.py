"""OTLP metrics pushed to us (OpenTelemetry Protocol over HTTP), read as counts. Pure.

Taken are sums of delta temporality called `turnup.requests`, `turnup.errors`, `turnup.slow` and
`turnup.misses`, `turnup.bytes`, and `turnup.errors.edge`, `.unreachable` and `.origin`, whose points have the attribute `arm`: moved or control. Everything else that a
collector sends along is left. The document is that of OTLP's JSON encoding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from onboarding import clock
from onboarding.errors import BadInput
from onboarding.metrics.origins import KINDS
from onboarding.metrics.pushes import MOST_ROWS, SIGNALS, Row, read_row

NAMES = {f"turnup.{signal}": signal for signal in ("requests", *SIGNALS)}
NAMES |= {f"turnup.errors.{kind}": kind for kind in KINDS}
NAMES |= {"turnup.bytes": "bytes"}
LARGEST = 2**64  # of a whole number in OTLP
DELTA = (1, "AGGREGATION_TEMPORALITY_DELTA")


@dataclass
class Interval:
    """What the points of one arm that end at the same time come to."""

    seconds: float
    counts: dict[str, float] = field(default_factory=dict)


def read_otlp(document: Any, now: datetime) -> list[Row]:
    """The rows of an export, by arm and time; points of several resources are added up, an
    interval without errors had none. Raises BadInput with the JSON path of what is wrong, and
    where there is no metric of ours at all."""
    found: dict[tuple[str, int], Interval] = {}
    others: set[str] = set()
    for name, metric, place in _metrics(document):
        if name in NAMES:
            for point, where in _points(metric, place):
                _add(found, NAMES[name], point, where)
        else:
            others.add(name)
    if not found:
        seen = ", ".join(sorted(others)[:5]) or "none"
        raise BadInput(
            f"no points of ours; the metrics are {seen}",
            place="resourceMetrics",
            hint=f"name them {', '.join(NAMES)}, with the attribute arm",
        )
    if len(found) > MOST_ROWS:
        raise BadInput(
            f"{len(found)} intervals", place="resourceMetrics", hint=f"at most {MOST_ROWS} at once"
        )
    return [
        _row(arm, nanos, interval, now)
        for (arm, nanos), interval in sorted(found.items(), key=lambda pair: pair[0][1])
    ]


def _row(arm: str, nanos: int, interval: Interval, now: datetime) -> Row:
    try:
        at = datetime.fromtimestamp(nanos // 1000 / 1e6, UTC)
    except (ValueError, OverflowError, OSError) as wrong:
        raise BadInput(
            f"{nanos} is no time", place="timeUnixNano", hint="as OTLP has it"
        ) from wrong
    given = {
        "arm": arm,
        "at": clock.iso(at),
        "seconds": interval.seconds,
        "errors": 0,
        **interval.counts,
    }
    return read_row(given, f"resourceMetrics ({arm} at {given['at']})", now)


def _metrics(document: Any) -> Iterator[tuple[str, Any, str]]:
    """Name, metric and JSON path of each metric."""
    for resource, a in _items(document, "resourceMetrics", ""):
        for scope, b in _items(resource, "scopeMetrics", a):
            for metric, place in _items(scope, "metrics", b):
                yield str(metric.get("name", "")), metric, place


def _points(metric: Mapping[str, Any], place: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    summed = metric.get("sum")
    if not isinstance(summed, dict):
        raise BadInput("is no sum", place=place, hint="counts are sums, not gauges or histograms")
    if summed.get("aggregationTemporality") not in DELTA:
        raise BadInput(
            "its temporality is not delta",
            place=f"{place}.sum.aggregationTemporality",
            hint="set OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=delta, or a collector's "
            "cumulativetodelta processor",
        )
    yield from _items(summed, "dataPoints", f"{place}.sum")


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


def _add(
    found: dict[tuple[str, int], Interval], signal: str, point: Mapping[str, Any], place: str
) -> None:
    ends = _whole(point.get("timeUnixNano"), f"{place}.timeUnixNano")
    starts = _whole(point.get("startTimeUnixNano"), f"{place}.startTimeUnixNano")
    seconds = (ends - starts) / 1e9
    interval = found.setdefault((_arm(point, place), ends), Interval(seconds))
    interval.seconds = max(interval.seconds, seconds)
    value = point.get("asDouble")
    if value is None:
        value = _whole(point.get("asInt"), f"{place}.asInt")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LARGEST:
        raise BadInput(
            f"{str(value)[:40]} is no count", place=f"{place}.asDouble", hint="0 or more"
        )
    interval.counts[signal] = interval.counts.get(signal, 0) + value


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
