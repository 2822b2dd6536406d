"""Counts from access logs as they grow: one file for each path, or one whose lines say which."""

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onboarding.config import settings
from onboarding.errors import PermanentFault
from onboarding.fields import Fields
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.log_lines import Columns, Request, filters, request_of
from onboarding.metrics.log_tail import Tail
from onboarding.metrics.origins import KINDS, Origins
from onboarding.metrics.rows import Rows, side_by_side

REMEMBERED = 5000  # requests of the old path whose times give its p95
SURE = 200  # of them are needed before a request is called slow
P95 = 0.95
BROKEN_FREE = 10  # lines in one reading that may be broken whatever their part
BROKEN_PART = 0.01
COUNTED = ("requests", "errors", "slow", "misses", *KINDS, "bytes")


@dataclass
class Arm:
    """One path's log and what it has said of intervals that are not yet given."""

    tail: Tail
    columns: Columns
    waiting: dict[int, dict[str, int]] = field(default_factory=dict)  # interval → COUNTED
    good: int = 0
    broken: int = 0
    first_broken: str = ""

    def read(self) -> list[Request]:
        """What was logged since the last call; broken lines are counted."""
        found = []
        self.good = self.broken = 0
        for line in self.tail.lines():
            try:
                request = request_of(line, self.columns)
            except (ValueError, KeyError, TypeError, IndexError, StopIteration, RecursionError):
                self.first_broken = self.first_broken if self.broken else line
                self.broken += 1
                continue
            self.good += 1
            if request is not None:
                found.append(request)
        return found


class AccessLogMetrics:
    """Config: `moved` and optionally `control`, each `{"path": …, "only": {…}}`, where `only` (JSON
    lines) chooses the lines that count; `format`, `time`, `status`, `took`, `took_unit`, `cache`, `bytes`,
    `origin_status`, `origin_answered` as in `Columns`; `slow` (seconds; default: the old path's p95 as measured); `seconds`, the length
    of an interval (default 1); `late`, how long lines may take to be written (default 2).

    A 5xx is an error. A line written later than `late` counts in the first interval still open.
    Where one arm has lines and the other none, the other had no requests; where neither has, the
    time is given as missing: a log that stopped looks the same as traffic that did.
    """

    def __init__(self, config: Mapping[str, Any], feed: str) -> None:
        fields = Fields(config, "metrics")
        columns = Columns.from_fields(fields)
        self.seconds = fields.number("seconds", "of an interval", least=0.5, most=300, default=1)
        self.late = fields.number("late", "seconds", least=0, most=300, default=2)
        self.slow = fields.number("slow", "seconds", least=0, most=3600, default=0)
        self.arms = {"moved": _arm(fields.get("moved"), "metrics.moved", columns)}
        if (control := fields.get("control")) is not None:
            self.arms["control"] = _arm(control, "metrics.control", columns)
        fields.done()
        self.took: deque[float] = deque(maxlen=REMEMBERED)
        self.threshold: float | None = None  # seconds beyond which a request is slow
        self.given: int | None = None  # the last interval that was given

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        if until <= since:
            return []
        first = self.given is None
        if self.given is None:
            self.given = math.floor(since.timestamp() / self.seconds + 1e-6) - 1
        found = {name: arm.read() for name, arm in self.arms.items()}
        self._refuse_broken()
        self.took.extend(one.took for one in found.get("control", ()) if one.took is not None)
        self.threshold = self._slower_than()
        for name, requests in found.items():
            for request in requests:
                self._count(self.arms[name], request, dropped=first)
        return self._settled(since, until)

    def _refuse_broken(self) -> None:
        for arm in self.arms.values():
            most = max(BROKEN_FREE, BROKEN_PART * (arm.good + arm.broken))
            if arm.broken > most or (arm.broken and not arm.good):
                raise PermanentFault(
                    f"{arm.broken} of {arm.good + arm.broken} new lines of {arm.tail.path} hold no"
                    f" time or status, the first: {arm.first_broken[:60]!r}",
                    hint="correct metrics.format, metrics.time or metrics.status",
                )

    def _slower_than(self) -> float | None:
        """Seconds beyond which a request is slow; None while that is not known."""
        if self.slow or len(self.took) < SURE:
            return self.slow or None
        return sorted(self.took)[math.ceil(P95 * len(self.took)) - 1]

    def _count(self, arm: Arm, request: Request, *, dropped: bool) -> None:
        """Into its interval, or the first open one. What the first reading finds of intervals that
        were given before a restart is dropped."""
        number = math.floor(request.at / self.seconds)
        assert self.given is not None
        if number <= self.given:
            if dropped:
                return
            number = self.given + 1
        counts = arm.waiting.setdefault(number, dict.fromkeys(COUNTED, 0))
        counts["requests"] += 1
        counts["errors"] += request.failed
        counts["slow"] += bool(self.threshold and request.took and request.took > self.threshold)
        counts["misses"] += request.hit is False
        counts["bytes"] += request.sent or 0
        if request.arose:
            counts[request.arose] += 1

    def _settled(self, since: datetime, until: datetime) -> list[Sample]:
        """The intervals that ended `late` seconds ago, and are given now for good."""
        last = math.floor((until.timestamp() - self.late) / self.seconds + 1e-6) - 1
        numbers = {number for arm in self.arms.values() for number in arm.waiting if number <= last}
        rows: dict[str, Rows] = {name: {} for name in self.arms}
        for number in numbers:
            end = datetime.fromtimestamp((number + 1) * self.seconds, UTC)
            for name, arm in self.arms.items():
                rows[name][end] = self._counts(arm, number)
        if numbers:
            self.given = max(numbers)
        return side_by_side(
            rows["moved"], rows.get("control"), since, until, seconds=self.seconds, late=0
        )

    def _counts(self, arm: Arm, number: int) -> ArmCounts:
        counts = arm.waiting.pop(number, dict.fromkeys(COUNTED, 0))
        known = arm.columns.took and self.threshold is not None
        return ArmCounts(
            counts["requests"],
            counts["errors"],
            counts["slow"] if known else None,
            counts["misses"] if arm.columns.cache else None,
            origins=_origins(counts, arm.columns),
            bytes=counts["bytes"] if arm.columns.sent else None,
        )


def _origins(counts: Mapping[str, int], columns: Columns) -> Origins | None:
    """Where nothing tells an origin that did not answer from one that did, 0 would be a guess."""
    if not columns.origin:
        return None
    lost = counts["unreachable"]
    known = bool(columns.answered or lost)
    return Origins(counts["edge"], lost if known else None, counts["origin"])


def _arm(given: Any, place: str, columns: Columns) -> Arm:
    """Raises BadInput naming the key."""
    fields = Fields(given if given is not None else {}, place)
    path = Path(fields.text("path", "the log's path on the conductor's machine"))
    if not path.is_absolute():
        raise fields.wrong("path", f"{path} is not absolute", "such as /var/log/nginx/new.log")
    only = filters(fields.get("only", {}), f"{place}.only")
    if only and not columns.json:
        raise fields.wrong("only", "needs JSON lines", "set metrics.format to json")
    fields.done()
    roots = [
        Path(one.strip()).resolve() for one in settings().access_logs.split(",") if one.strip()
    ]
    return Arm(Tail(path, roots), replace(columns, only=only))
