"""Tables of the board: summaries, which it filters and sorts by, medians of days, kept views."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.customers.models import Turnup
from onboarding.db import Model
from onboarding.people.models import User


class Summary(Model):
    """What blocks a turn-up, whose turn it is, its trouble and next date, as last looked at.

    `blocks`, `ball` and `place` (the page on which it is done) are empty where nothing is open,
    `trouble` where nothing is wrong; `more` is how much else is open. From `good_until` on, time
    alone may have changed it.
    """

    __tablename__ = "board_summaries"
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    blocks: Mapped[str] = mapped_column(default="")
    more: Mapped[int] = mapped_column(default=0)
    place: Mapped[str] = mapped_column(default="")
    ball: Mapped[str] = mapped_column(default="", index=True)
    trouble: Mapped[str] = mapped_column(default="")
    next_at: Mapped[datetime | None]
    next_what: Mapped[str] = mapped_column(default="")
    good_until: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)


class Median(Model):
    """Days in a stage, the median of those turn-ups that left it lately; no row: none did."""

    __tablename__ = "board_medians"
    stage: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[float]


class View(Model):
    """A view of the board that somebody named for themselves: the `arguments` of its address."""

    __tablename__ = "board_views"
    __table_args__ = (UniqueConstraint("user_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    name: Mapped[str]
    arguments: Mapped[dict[str, Any]]
