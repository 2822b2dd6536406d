"""Tables of counts that were pushed to us, and of who may push them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.db import Model


class PushedCounts(Model):
    """Counts of one arm (moved, control) in the `seconds` that end at `at`, as a customer's system
    pushed them. `feed` names whose they are (`cutover:12`)."""

    __tablename__ = "pushed_counts"
    __table_args__ = (
        UniqueConstraint("feed", "arm", "at"),
        Index("ix_pushed_counts_feed", "feed", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    feed: Mapped[str]
    arm: Mapped[str]
    at: Mapped[datetime]
    seconds: Mapped[float] = mapped_column(default=1.0)
    requests: Mapped[int]
    errors: Mapped[int]
    slow: Mapped[int | None]
    misses: Mapped[int | None]
    edge: Mapped[int | None]
    unreachable: Mapped[int | None]
    origin: Mapped[int | None]
    bytes: Mapped[int | None] = mapped_column(BigInteger)


class PushedTotals(Model):
    """What one exporter of `feed` told last of counters that grow (`metrics.totals`): `at` when, in
    nanoseconds since the epoch, and `series` by counter `[since when it counts, what it came to]`."""

    __tablename__ = "pushed_totals"
    __table_args__ = (UniqueConstraint("feed", "exporter"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    feed: Mapped[str]
    exporter: Mapped[str]
    at: Mapped[int] = mapped_column(BigInteger)
    series: Mapped[dict[str, Any]] = mapped_column(default=dict)
    told_at: Mapped[datetime]


class PushToken(Model):
    """Who may push to `feed`: whoever knows the token, of which only a digest is kept."""

    __tablename__ = "push_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    feed: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]
    made_at: Mapped[datetime]
