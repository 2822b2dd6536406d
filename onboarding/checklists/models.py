"""Tables of a turn-up's checklist: a copy of its template's items, and what became of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Turnup
from onboarding.db import Model
from onboarding.people.models import User


class Checklist(Model):
    """The checklist of a turn-up, at the version of the template it was made from.

    `cutover_at` is T, told by `cutovers`; due times are offsets from it.
    """

    __tablename__ = "checklists"
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), unique=True)
    template: Mapped[str]
    version: Mapped[int]
    cutover_at: Mapped[datetime | None]
    items: Mapped[list["ChecklistItem"]] = relationship(order_by="ChecklistItem.position")


class ChecklistItem(Model):
    """One thing to do. `state`: open, done or waived; `evidence` what was given as proof."""

    __tablename__ = "checklist_items"
    __table_args__ = (UniqueConstraint("checklist_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey(Checklist.id))
    key: Mapped[str]
    position: Mapped[int]
    definition: Mapped[dict[str, Any]]  # the template's item: title, why, owner, due, …
    stage: Mapped[str]
    owner: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    note: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    settled_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    settled_at: Mapped[datetime | None]
    signed_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
