"""Counts from any HTTP API that gives a list of intervals in JSON, by a small mapping."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from onboarding import clock
from onboarding.errors import PermanentFault
from onboarding.fields import Fields, follow
from onboarding.http_client import call
from onboarding.metrics.base import Sample
from onboarding.metrics.origins import KINDS
from onboarding.metrics.rows import SIGNALS, Rows, arm_counts, side_by_side
from onboarding.vault import secret

ARMS = ("moved", "control")


class HTTPJSONMetrics:
    """Config: `url`, in which `{since}` and `{until}` are replaced by Unix seconds; `rows`, the path
    to the list of intervals, as in `data.points` (empty: the answer is the list); `at`, the path in
    a row to the interval's end (ISO 8601 or Unix seconds); `moved` and optionally `control`, each
    `{"requests": path, "errors": path}` in a row, `edge`, `unreachable`, `origin`, `slow`, `misses`, `p95` (seconds) and `bytes` (sent) optional;
    `seconds`, the length of an interval (default 1); `late`, how long an arm is waited for (default 5); `secret`
    (name) and `header`, which carries it (default `Authorization`, as a bearer token); `timeout`.
    """

    def __init__(self, config: Mapping[str, Any], feed: str) -> None:
        fields = Fields(config, "metrics")
        self.url = fields.text("url", "where the counts are")
        self.rows = fields.text("rows", "the path to the list of intervals", default="")
        self.at = fields.text("at", "the path to an interval's end, such as time")
        self.paths = {"moved": _paths(fields.get("moved"), "metrics.moved")}
        if (control := fields.get("control")) is not None:
            self.paths["control"] = _paths(control, "metrics.control")
        self.seconds = fields.number("seconds", "of an interval", least=0.1, most=300, default=1)
        self.late = fields.number("late", "seconds", least=0, most=300, default=5)
        self.timeout = fields.number("timeout", "seconds", least=0.1, most=30, default=4)
        header = fields.text("header", "a header's name", default="Authorization")
        self.headers: dict[str, str] = {}
        if name := fields.get("secret"):
            carried = secret(name, "metrics.secret")
            self.headers[header] = f"Bearer {carried}" if header == "Authorization" else carried
        fields.done()

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        if until <= since:
            return []
        url = self.url.replace("{since}", str(math.floor(since.timestamp())))
        url = url.replace("{until}", str(math.ceil(until.timestamp())))
        answer = call("GET", url, headers=self.headers, timeout=self.timeout)
        document = answer.json()
        listed = follow(document, self.rows) if self.rows else document
        if not isinstance(listed, list):
            raise PermanentFault(
                f"{answer.whom} has no list at {self.rows or 'its top'}",
                hint="correct metrics.rows or metrics.url",
            )
        arms: dict[str, Rows] = {arm: {} for arm in self.paths}
        for row in listed:
            self._take(row, arms, answer.whom)
        return side_by_side(
            arms["moved"], arms.get("control"), since, until, seconds=self.seconds, late=self.late
        )

    def _take(self, row: Any, arms: dict[str, Rows], whom: str) -> None:
        """Put one row's counts where they belong; an arm without requests in it is missing."""
        at = _time(follow(row, self.at), self.at, whom)
        for arm, paths in self.paths.items():
            given = {signal: follow(row, path) for signal, path in paths.items()}
            if given["requests"] is None:
                continue
            counts = arm_counts(given, at, whom)
            if arms[arm].setdefault(at, counts) != counts:
                raise PermanentFault(
                    f"{whom} gives {clock.iso(at)} twice, with different counts of the {arm} arm",
                    hint="each interval once",
                )


def _time(value: Any, path: str, whom: str) -> datetime:
    try:
        if isinstance(value, str):
            return clock.parse(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        pass  # said below, as for what is neither
    raise PermanentFault(
        f"{whom} gives no time at {path}: {str(value)[:40]!r}",
        hint="correct metrics.at: ISO 8601 or Unix seconds",
    )


def _paths(given: Any, place: str) -> dict[str, str]:
    """Where an arm's counts are in a row, by signal; raises BadInput."""
    fields = Fields(given if given is not None else {}, place)
    hint = "the path to the count in a row, such as new.requests"
    found = {signal: fields.text(signal, hint) for signal in SIGNALS[:2]}
    for signal in (*SIGNALS[2:], "p95", "bytes", *KINDS):
        if path := fields.text(signal, hint, default=""):
            found[signal] = path
    fields.done()
    return found
