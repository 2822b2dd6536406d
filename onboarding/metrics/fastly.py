"""Fastly's real-time analytics: counts of a service by the second, over all of its edge.

The interface is Fastly's public API reference, "Real-time analytics" and "Origin Inspector
real-time": `recorded` is the second, and `aggregated` what all POPs measured in it, of origins by
the backend's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from onboarding.errors import PassingFault, PermanentFault
from onboarding.fields import Fields
from onboarding.http_client import Answer, call
from onboarding.metrics.base import Sample
from onboarding.metrics.rows import Rows, arm_counts, side_by_side
from onboarding.vault import secret


class FastlyMetrics:
    """Config: `moved`, the id of the new path's service; `control`, the old path's where that is a
    service too; `secret` (name of an API token); and optionally `late` (seconds that an arm is
    waited for, default 5), `url` (default https://rt.fastly.com), `timeout`, and `origins`: true
    where the services have Origin Inspector, which tells the origin's errors from the edge's.

    Errors are answers of 5xx, misses are what went to the origin. Slow requests it does not count.
    """

    def __init__(self, config: Mapping[str, Any], feed: str) -> None:
        fields = Fields(config, "metrics")
        self.url = fields.text("url", "the API's address", default="https://rt.fastly.com")
        self.moved = fields.text("moved", "id of the new path's service")
        self.control = fields.text("control", "id of the old path's service", default="")
        if self.control == self.moved:
            raise fields.wrong("control", "is the new path's", "the two paths are two services")
        self.token = secret(fields.get("secret"), "metrics.secret")
        self.late = fields.number("late", "seconds", least=0, most=300, default=5)
        self.timeout = fields.number("timeout", "seconds", least=0.1, most=30, default=4)
        self.origins = fields.get("origins", False)
        if not isinstance(self.origins, bool):
            raise fields.wrong("origins", f"{self.origins!r} is neither", "true or false")
        fields.done()

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        if until <= since:
            return []
        moved = self._rows(self.moved, since)
        control = self._rows(self.control, since) if self.control else None
        return side_by_side(moved, control, since, until, seconds=1, late=self.late)

    def _rows(self, service: str, since: datetime) -> Rows:
        """A service's seconds after `since`; a second counts as of its end."""
        asked = int((since - timedelta(seconds=1)).timestamp())
        answer = self._ask("channel", service, asked)
        fetched = self._fetched(service, asked) if self.origins else None
        rows: Rows = {}
        try:
            for second, measured in _records(answer):
                at = datetime.fromtimestamp(second + 1, UTC)
                given = {
                    "requests": measured.get("requests", 0),  # what is 0 is left out
                    "errors": measured.get("status_5xx", 0),
                    "misses": measured.get("miss", 0),
                    "bytes": _sent(measured),
                }
                if fetched is not None and second < fetched.until:
                    given |= fetched.arose(second, measured)
                rows[at] = arm_counts(given, at, answer.whom)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as wrong:
            raise _strange(answer) from wrong
        return rows

    def _fetched(self, service: str, asked: int) -> "Fetched | None":
        """What the service's origins answered. Where that can't be told just now, errors are
        counted all the same, of no known kind: the guard does not wait for it."""
        try:
            answer = self._ask("origins", service, asked)
        except PassingFault:
            return None
        answers: dict[int, tuple[int, int]] = {}
        try:
            until = int(answer.json()["Timestamp"])
            for second, backends in _records(answer):
                told = list(backends.values())
                answers[second] = (
                    sum(int(one.get("responses", 0)) for one in told),
                    sum(int(one.get("status_5xx", 0)) for one in told),
                )
        except (KeyError, TypeError, ValueError, AttributeError) as wrong:
            raise _strange(answer) from wrong
        return Fetched(until, answers)

    def _ask(self, what: str, service: str, since: int) -> Answer:
        url = f"{self.url.rstrip('/')}/v1/{what}/{quote(service, safe='')}/ts/{since}"
        return call("GET", url, headers={"Fastly-Key": self.token}, timeout=self.timeout)


@dataclass(frozen=True)
class Fetched:
    """By the second: what origins answered, and how much of that with 5xx. Seconds before `until`
    are complete: one that is not there had no answer."""

    until: int
    answers: Mapping[int, tuple[int, int]]

    def arose(self, second: int, measured: Mapping[str, Any]) -> dict[str, int]:
        """The errors of a second by where they arose. What was sent to an origin and is without
        an answer did not reach it; the rest is the edge's own."""
        answered, fives = self.answers.get(second, (0, 0))
        errors, sent = int(measured.get("status_5xx", 0)), int(measured.get("origin_fetches", 0))
        origin = min(errors, fives)
        unreachable = min(errors - origin, max(0, sent - answered))
        return {
            "edge": errors - origin - unreachable,
            "unreachable": unreachable,
            "origin": origin,
        }


def _sent(measured: Mapping[str, Any]) -> Any:
    """The bytes of a second's answers, headers included; None where it does not tell."""
    told = [measured[key] for key in ("resp_header_bytes", "resp_body_bytes") if key in measured]
    return sum(told) if told else None


def _records(answer: Answer) -> list[tuple[int, Mapping[str, Any]]]:
    """The seconds of an answer. Raises KeyError, TypeError or ValueError where it is none."""
    listed = answer.json()["Data"] or []
    return [(int(record["recorded"]), record["aggregated"]) for record in listed]


def _strange(answer: Answer) -> PermanentFault:
    return PermanentFault(
        f"{answer.whom} does not answer as Fastly does", hint="correct metrics.url"
    )
