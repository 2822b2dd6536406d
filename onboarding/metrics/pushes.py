"""What is pushed to us: read from JSON, every fault named by its path. Pure.

{"counts": [{"at": "2027-03-01T12:00:01Z", "arm": "moved", "seconds": 1,
             "requests": 812, "errors": 1, "slow": 40, "misses": 97,
             "edge": 0, "unreachable": 1, "origin": 0, "bytes": 16240000}, …]}
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from onboarding import clock
from onboarding.errors import BadInput
from onboarding.metrics.origins import KINDS

ARMS = ("moved", "control")
SIGNALS = ("errors", "slow", "misses")
KEYS = {"at", "arm", "seconds", "requests", *SIGNALS, *KINDS, "bytes"}
MOST_ROWS = 5000
MOST_REQUESTS = 10**9
MOST_BYTES = 10**15
AHEAD = timedelta(seconds=10)  # what a clock may be fast by
BEHIND = timedelta(hours=1)


@dataclass(frozen=True)
class Row:
    """One arm's counts in the `seconds` that end at `at`."""

    at: datetime
    arm: str
    seconds: float
    requests: int
    errors: int
    slow: int | None
    misses: int | None
    edge: int | None = None
    unreachable: int | None = None
    origin: int | None = None
    bytes: int | None = None


def read_rows(document: Any, now: datetime) -> list[Row]:
    """The rows of a push, in its order. Raises BadInput with the JSON path of what is wrong; a
    row that is given twice with different counts is wrong too."""
    if not isinstance(document, dict) or not isinstance(document.get("counts"), list):
        raise BadInput("no list of counts", place="counts", hint='expected {"counts": [{…}, …]}')
    if unknown := sorted(set(document) - {"counts"}):
        raise BadInput("is no known key", place=unknown[0], hint="expected counts alone")
    if len(document["counts"]) > MOST_ROWS:
        raise BadInput(
            f"{len(document['counts'])} rows", place="counts", hint=f"at most {MOST_ROWS} at once"
        )
    rows: dict[tuple[str, datetime], Row] = {}
    for index, given in enumerate(document["counts"]):
        row = read_row(given, f"counts[{index}]", now)
        if rows.setdefault((row.arm, row.at), row) != row:
            raise BadInput(
                f"{row.arm} at {clock.iso(row.at)} is given twice with different counts",
                place=f"counts[{index}]",
                hint="each arm and time once",
            )
    return list(rows.values())


def read_row(given: Any, place: str, now: datetime) -> Row:
    """One row of a push. Raises BadInput with the path below `place` of what is wrong."""
    if not isinstance(given, dict):
        raise BadInput(f"{given!r} is no object", place=place, hint='expected {"at": …}')
    if unknown := sorted(set(given) - KEYS):
        known = ", ".join(sorted(KEYS))
        raise BadInput("is no known key", place=f"{place}.{unknown[0]}", hint=f"expected {known}")
    if given.get("arm") not in ARMS:
        raise BadInput(
            f"{given.get('arm')!r} is no arm", place=f"{place}.arm", hint="moved or control"
        )
    requests = _count(given.get("requests"), f"{place}.requests", MOST_REQUESTS)
    bad: dict[str, int | None] = {}
    for signal in SIGNALS:
        value = given.get(signal)
        if value is None and signal != "errors":
            bad[signal] = None
            continue
        bad[signal] = _count(value, f"{place}.{signal}", requests)
    seconds = given.get("seconds", 1)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= 300:
        raise BadInput(
            f"{seconds!r} is no length of an interval",
            place=f"{place}.seconds",
            hint="above 0 and up to 300",
        )
    at = checked_time(given.get("at"), f"{place}.at", now)
    errors = bad["errors"]
    assert errors is not None
    more = _origins(given, place, errors)
    if given.get("bytes") is not None:
        more["bytes"] = _count(given["bytes"], f"{place}.bytes", MOST_BYTES)
    return Row(
        at, given["arm"], float(seconds), requests, errors, bad["slow"], bad["misses"], **more
    )


def _origins(given: Any, place: str, errors: int) -> dict[str, int]:
    """The errors by where they arose, of the kinds that are given."""
    found = {
        kind: _count(given[kind], f"{place}.{kind}", errors)
        for kind in KINDS
        if given.get(kind) is not None
    }
    if sum(found.values()) > errors:
        raise BadInput(
            f"{sum(found.values())} errors by where they arose, of {errors}",
            place=f"{place}.{next(iter(found))}",
            hint="each error is of one kind at most",
        )
    return found


def _count(value: Any, place: str, most: int) -> int:
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadInput(f"{value!r} is no count", place=place, hint="a whole number of 0 or more")
    if value > most:
        hint = "counted among the requests of the row" if most < MOST_REQUESTS else "at most that"
        raise BadInput(f"{value} is more than {most}", place=place, hint=hint)
    return value


def checked_time(value: Any, place: str, now: datetime) -> datetime:
    """The end of an interval that can still be judged. Raises BadInput at `place`."""
    hint = "ISO 8601, the end of the interval, such as 2027-03-01T12:00:01Z"
    if not isinstance(value, str):
        raise BadInput(f"{value!r} is no time", place=place, hint=hint)
    try:
        at = clock.parse(value)
    except (ValueError, OverflowError) as wrong:
        raise BadInput(f"{value!r} is no time", place=place, hint=hint) from wrong
    if at > now + AHEAD:
        raise BadInput(
            f"{value} is in the future", place=place, hint=f"here it is {clock.iso(now)}"
        )
    if at < now - BEHIND:
        raise BadInput(
            f"{value} is too old", place=place, hint="only the last hour can still be judged"
        )
    return at
