"""Tables of the reports: what was counted once, when it was over, and is only summed up since."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.customers.models import StageEntry, Turnup
from onboarding.db import Model


class Stay(Model):
    """A stage that a turn-up has left, and how many days it was in it."""

    __tablename__ = "report_stays"
    __table_args__ = (Index("ix_report_stays_left_at", "left_at", "stage"),)
    entry_id: Mapped[int] = mapped_column(ForeignKey(StageEntry.id), primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    stage: Mapped[str]
    left_at: Mapped[datetime]
    days: Mapped[float]


class Wait(Model):
    """Days of a stay by whom they were waited for: an owner of checklists, window or nobody."""

    __tablename__ = "report_waits"
    entry_id: Mapped[int] = mapped_column(ForeignKey(Stay.entry_id), primary_key=True)
    owner: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[float]


class Journey(Model):
    """A turn-up on its way to its first day live. `days` since it was made; `style` of its first
    flip ("at once", "a part first", "gradual", "" where it had none); `returns` how often it went
    back to an earlier stage; its checklist's `template` (with version), its items, and how many of
    them were waived and added by hand."""

    __tablename__ = "report_journeys"
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    live_at: Mapped[datetime] = mapped_column(index=True)
    days: Mapped[float]
    style: Mapped[str] = mapped_column(default="")
    returns: Mapped[int] = mapped_column(default=0)
    template: Mapped[str] = mapped_column(default="")
    items: Mapped[int] = mapped_column(default=0)
    waived: Mapped[int] = mapped_column(default=0)
    by_hand: Mapped[int] = mapped_column(default=0)
