"""Counts that come as rows, one for each interval: checked, and both arms put side by side. Pure."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from onboarding import clock
from onboarding.errors import PermanentFault
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.origins import KINDS, Origins, origins

SIGNALS = ("requests", "errors", "slow", "misses")
MOST = 3600  # intervals in one reading: what is older can't be judged any more
Rows = dict[datetime, ArmCounts]  # by the end of the interval


def arm_counts(given: Mapping[str, Any], at: datetime, whom: str) -> ArmCounts:
    """One arm's counts by signal; `slow`, `misses`, `p95`, `bytes` and the kinds of
    `origins` may be None. Raises PermanentFault where
    one is no count, or is more than the requests."""
    requests = _count(given["requests"], "requests", at, whom)
    bad: dict[str, int | None] = {}
    for signal in SIGNALS[1:]:
        value = given.get(signal)
        if value is None and signal != "errors":
            bad[signal] = None
            continue
        bad[signal] = number = _count(value, signal, at, whom)
        if number > requests:
            raise PermanentFault(
                f"{whom} counts {number} {signal} among {requests} requests at {clock.iso(at)}",
                hint="both must count the same requests",
            )
    p95 = given.get("p95")
    if p95 is not None and not (_numeric(p95) and p95 >= 0):
        raise PermanentFault(
            f"{whom} gives {str(p95)[:40]!r} for p95 at {clock.iso(at)}", hint="a time in seconds"
        )
    errors = bad["errors"] or 0
    arose = _origins(given, errors, at, whom)
    sent = given.get("bytes")
    sent = None if sent is None else _count(sent, "bytes", at, whom)
    return ArmCounts(requests, errors, bad["slow"], bad["misses"], p95, arose, sent)


def _origins(given: Mapping[str, Any], errors: int, at: datetime, whom: str) -> Origins | None:
    counts = {
        kind: _count(given[kind], kind, at, whom) for kind in KINDS if given.get(kind) is not None
    }
    if sum(counts.values()) > errors:
        raise PermanentFault(
            f"{whom} counts {sum(counts.values())} errors by where they arose among {errors} errors "
            f"at {clock.iso(at)}",
            hint="each error is of one kind at most: edge, unreachable or origin",
        )
    return origins(counts)


def _numeric(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _count(value: Any, signal: str, at: datetime, whom: str) -> int:
    if not _numeric(value) or value < 0 or value != int(value):
        raise PermanentFault(
            f"{whom} gives {str(value)[:40]!r} for {signal} at {clock.iso(at)}",
            hint="a count is a whole number of 0 or more",
        )
    return int(value)


def side_by_side(
    moved: Rows,
    control: Rows | None,
    since: datetime,
    until: datetime,
    *,
    seconds: float,
    late: float,
) -> list[Sample]:
    """The intervals of `seconds` that ended in (since, until] as samples, oldest first.

    An arm that has nothing for an interval is waited for `late` seconds, and what follows waits
    too, so that time does not go backwards; after that it is missing. `control` is None where
    nobody counts the old path. A hole before a row is given, with both arms missing.
    """
    times = {at for at in moved if since < at <= until}
    times |= {at for at in control or {} if since < at <= until}
    samples: list[Sample] = []
    length = timedelta(seconds=seconds)
    before = since
    for at in sorted(times)[-MOST:]:
        pair = moved.get(at), control.get(at) if control is not None else None
        wanting = pair[0] is None or (control is not None and pair[1] is None)
        if wanting and at > until - timedelta(seconds=late):
            break
        hole = at - length
        if hole - before > length / 2:
            samples.append(Sample(hole, (hole - before).total_seconds(), None, None))
        samples.append(Sample(at, seconds, *pair))
        before = at
    return samples
