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

    `cutover_at` is T, told by `cutovers`; due times are offsets from it. `facts` are those which
    the template asks for beside the built-in ones, as documents.
    """

    __tablename__ = "checklists"
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), unique=True)
    template: Mapped[str]
    version: Mapped[int]
    facts: Mapped[list[Any]] = mapped_column(default=list)
    cutover_at: Mapped[datetime | None]
    items: Mapped[list["ChecklistItem"]] = relationship(order_by="ChecklistItem.position")


class ChecklistItem(Model):
    """One thing to do. `state`: open, done or waived; `note` what was said with it (the reason
    where it was waived), `evidence` a link given as proof. `on_behalf`: somebody of the vendor's
    settled it for the customer."""

    __tablename__ = "checklist_items"
    __table_args__ = (UniqueConstraint("checklist_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey(Checklist.id), index=True)
    key: Mapped[str]
    position: Mapped[int]
    definition: Mapped[dict[str, Any]]  # the template's item: title, why, owner, due, …
    stage: Mapped[str]
    owner: Mapped[str]
    state: Mapped[str] = mapped_column(default="open")
    note: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str] = mapped_column(default="")
    on_behalf: Mapped[bool] = mapped_column(default=False)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    settled_at: Mapped[datetime | None]
    signed_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))


class ItemFile(Model):
    """The file that was handed in as evidence for an item; the newest replaces the former."""

    __tablename__ = "checklist_item_files"
    item_id: Mapped[int] = mapped_column(ForeignKey(ChecklistItem.id), primary_key=True)
    content: Mapped[bytes]
