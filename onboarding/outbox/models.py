"""The outbox table."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.db import Model


class Message(Model):
    """A letter on its way: queued → sending → sent, or failed after the last try;
    withdrawn where it was taken back before it left."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        Index("ix_outbox_due", "state", "due_at"),
        Index("ix_outbox_recipient", "channel", "recipient", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    topic: Mapped[str] = mapped_column(index=True)
    channel: Mapped[str]
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    extra: Mapped[dict[str, Any]] = mapped_column(default=dict)
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default="queued")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claim: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    receipt: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(default="")


class Try(Model):
    """One try to deliver a message: when it was noted, and the channel's receipt or what went
    wrong (`well` tells which)."""

    __tablename__ = "outbox_tries"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey(Message.id, ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    well: Mapped[bool]
    said: Mapped[str]
