"""Tables of a turn-up's checklist: a copy of its template's items, and what became of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from onboarding import clock
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
    items: Mapped[list["ChecklistItem"]] = relationship(
        order_by="ChecklistItem.position",
        primaryjoin="and_(Checklist.id == ChecklistItem.checklist_id,"
        " ChecklistItem.retired_at.is_(None))",
    )


class ChecklistItem(Model):
    """One thing to do. `state`: open, done or waived; `note` what was said with it (the reason
    where it was waived), `evidence` a link given as proof. `on_behalf`: somebody of the vendor's
    settled it for the customer. `by_hand`: added to this checklist alone. `carried`: it was done
    under an earlier version of its template, whose demands were the ones it met. Since
    `retired_at` it is no longer asked for and is kept as what was."""

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
    #: What keeps somebody from it, in their words; "" where nobody said so.
    stuck: Mapped[str] = mapped_column(default="")
    settled_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    settled_at: Mapped[datetime | None]
    signed_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    by_hand: Mapped[bool] = mapped_column(default=False)
    carried: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]
    #: When its probe looks next (None: it has no probe), what counts as its result, how often in a
    #: row it did not pass, and whether a pass has yet to tick the item.
    probe_due_at: Mapped[datetime | None] = mapped_column(index=True)
    probe_passes: Mapped[bool | None]
    probe_misses: Mapped[int] = mapped_column(default=0)
    probe_ticks: Mapped[bool] = mapped_column(default=True)

    @validates("definition")
    def _watch(self, _key: str, document: dict[str, Any]) -> dict[str, Any]:
        """An item that gets a probe is due for a look; one that loses it never is."""
        has_probe = document.get("probe") is not None
        self.probe_due_at = (self.probe_due_at or clock.now()) if has_probe else None
        return document


class Duty(Model):
    """Who does what a checklist gives to `owner` (a role of `template.OWNERS`): the person it was
    resolved to, None where the vendor has nobody at all. `how` is one of `owners.HOW`."""

    __tablename__ = "checklist_duties"
    __table_args__ = (UniqueConstraint("checklist_id", "owner"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    checklist_id: Mapped[int] = mapped_column(ForeignKey(Checklist.id))
    owner: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    how: Mapped[str]
    user: Mapped[User | None] = relationship(lazy="joined")


class Remark(Model):
    """What somebody said about an item, on a page or by mail."""

    __tablename__ = "checklist_remarks"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey(ChecklistItem.id), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime]
    words: Mapped[str]
    user: Mapped[User] = relationship(lazy="joined")


class ItemFile(Model):
    """The file that was handed in as evidence for an item; the newest replaces the former."""

    __tablename__ = "checklist_item_files"
    item_id: Mapped[int] = mapped_column(ForeignKey(ChecklistItem.id), primary_key=True)
    content: Mapped[bytes]


class ProbeResult(Model):
    """What a probe saw, from `first_at` to `last_at` in so many looks that all saw the same.

    `passes` is None where nothing could be judged. `said` holds `saw` and `fix` as they are
    translated (`kept_words.pack`), empty where nobody knows.
    """

    __tablename__ = "probe_results"
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey(ChecklistItem.id), index=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    looks: Mapped[int] = mapped_column(default=1)
    passes: Mapped[bool | None]
    saw: Mapped[str]
    fix: Mapped[str]
    said: Mapped[dict[str, Any]] = mapped_column(default=dict)
    details: Mapped[dict[str, Any]]
