"""Fastly's real-time analytics: counts of a service by the second, over all of its edge.

The interface is Fastly's public API reference, "Real-time analytics": `recorded` is the second,
and `aggregated` what all POPs measured in it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from onboarding.errors import PermanentFault
from onboarding.fields import Fields
from onboarding.http_client import call
from onboarding.metrics.base import Sample
from onboarding.metrics.rows import Rows, arm_counts, side_by_side
from onboarding.vault import secret


class FastlyMetrics:
    """Config: `moved`, the id of the new path's service; `control`, the old path's where that is a
    service too; `secret` (name of an API token); and optionally `late` (seconds that an arm is
    waited for, default 5), `url` (default https://rt.fastly.com) and `timeout`.

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
        url = f"{self.url.rstrip('/')}/v1/channel/{quote(service, safe='')}/ts/{asked}"
        answer = call("GET", url, headers={"Fastly-Key": self.token}, timeout=self.timeout)
        document = answer.json()
        rows: Rows = {}
        try:
            for record in document["Data"] or []:
                at = datetime.fromtimestamp(int(record["recorded"]) + 1, UTC)
                measured = record["aggregated"]
                given = {
                    "requests": measured.get("requests", 0),  # what is 0 is left out
                    "errors": measured.get("status_5xx", 0),
                    "misses": measured.get("miss", 0),
                }
                rows[at] = arm_counts(given, at, answer.whom)
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as wrong:
            raise PermanentFault(
                f"{answer.whom} does not answer as Fastly does", hint="correct metrics.url"
            ) from wrong
        return rows
