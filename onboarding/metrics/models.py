"""Table of counts that were pushed to us."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.db import Model


class PushedCounts(Model):
    """Counts of one interval of one arm (moved, control), as a customer's system pushed them.

    `feed` names whose they are (`cutover:12`).
    """

    __tablename__ = "pushed_counts"
    __table_args__ = (
        UniqueConstraint("feed", "arm", "at"),
        Index("ix_pushed_counts_feed", "feed", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    feed: Mapped[str]
    arm: Mapped[str]
    at: Mapped[datetime]
    requests: Mapped[int]
    errors: Mapped[int]
    slow: Mapped[int | None]
    misses: Mapped[int | None]
