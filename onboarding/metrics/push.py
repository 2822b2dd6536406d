"""Counts that the customer's or vendor's systems push to us."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from onboarding.db import Apart
from onboarding.fields import Fields
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.models import PushedCounts
from onboarding.metrics.origins import origins

MOST = 7200  # rows in one reading: an hour of both arms


class PushMetrics:
    """Config: `grace`, the seconds that a late arm is waited for (default 3).

    An interval is given once both arms are there, or when it is older than `grace`: then the arm
    that did not come is missing. After that it is too late; the guard has judged without it.
    """

    def __init__(self, config: Mapping[str, Any], feed: str) -> None:
        fields = Fields(config, "metrics")
        hint = "seconds to wait for the second arm, such as 3"
        self.grace = timedelta(seconds=fields.number("grace", hint, least=0, most=300, default=3))
        fields.done()
        self.feed = feed
        self.apart = Apart()

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        query = (
            select(PushedCounts)
            .where(PushedCounts.feed == self.feed)
            .where(PushedCounts.at > since, PushedCounts.at <= until)
            .order_by(PushedCounts.at)
            .limit(MOST)
        )
        by_time: dict[datetime, dict[str, PushedCounts]] = {}
        with self.apart.open() as session:
            for row in session.scalars(query):
                by_time.setdefault(row.at, {})[row.arm] = row
            samples = []
            for at, arms in by_time.items():
                if len(arms) < 2 and at > until - self.grace:
                    break  # what follows waits too, so that time does not go backwards
                seconds = max(row.seconds for row in arms.values())
                moved, control = _arm(arms.get("moved")), _arm(arms.get("control"))
                samples.append(Sample(at, seconds, moved, control))
            return samples


def _arm(row: PushedCounts | None) -> ArmCounts | None:
    if row is None:
        return None
    arose = origins({"edge": row.edge, "unreachable": row.unreachable, "origin": row.origin})
    return ArmCounts(row.requests, row.errors, row.slow, row.misses, origins=arose, bytes=row.bytes)
