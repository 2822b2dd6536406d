"""The table of summaries: what the board filters and sorts by and no other table holds."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.customers.models import Turnup
from onboarding.db import Model


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
