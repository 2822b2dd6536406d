"""Tables of paging: how people are reached, pages, the calls that were made."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.db import Model
from onboarding.people.models import User


class Reach(Model):
    """A way to reach somebody: `channel` of the channels' table and the address there. `verified_at`
    is when they answered a test page that went this way."""

    __tablename__ = "reaches"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    position: Mapped[int]
    channel: Mapped[str]
    address: Mapped[str]
    created_at: Mapped[datetime]
    tested_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]


class Page(Model):
    """Somebody is needed. `subject` is the stream it belongs to, `audience` the people in the order
    they are called (`user:7`, `team:support`), `key` folds repeats while it is not resolved.
    `state`: open, acknowledged, resolved; the rest is `escalation.Standing`."""

    __tablename__ = "pages"
    __table_args__ = (Index("ix_pages_due", "state", "next_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(index=True)
    severity: Mapped[str]
    text: Mapped[str]
    link: Mapped[str]
    audience: Mapped[list[str]]
    steps: Mapped[list[Any]] = mapped_column(default=list)
    position: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=1)
    wait_s: Mapped[int]
    state: Mapped[str] = mapped_column(default="open")
    repeats: Mapped[int] = mapped_column(default=0)
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    next_at: Mapped[datetime]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    holds_until: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(default="")
    holder: Mapped[User | None] = relationship(lazy="joined")
    calls: Mapped[list["Call"]] = relationship(order_by="Call.id", cascade="all, delete-orphan")


class Call(Model):
    """A call that was made."""

    __tablename__ = "page_calls"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey(Page.id), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    channel: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]
    message_id: Mapped[int]
    user: Mapped[User] = relationship(lazy="joined")
