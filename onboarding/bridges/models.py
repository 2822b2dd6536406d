"""Tables of bridges: where a room is bridged to, whose chat accounts are whose, the lease."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.db import Model
from onboarding.people.models import User
from onboarding.rooms.models import Room


class Bridge(Model):
    """One room in one chat. A room's messages are rows before they leave; `sent` is the number of
    the last one that has arrived there, so that nothing is lost and the order is kept. `read` is how
    far the other side was read, where it can be asked.

    `state`: making, open, closing, closed (a person ended it), resting (it ended with its room, and
    comes back with it). `address` is the wanted channel or the webhook's URL,
    `target` what the chat calls the channel once it is made, `key` what opens an IRC channel.
    `status_id` is the one message that is edited in place and has the flip's posts in its thread.
    """

    __tablename__ = "bridges"
    __table_args__ = (
        UniqueConstraint("room_id", "kind", "address"),
        Index("ix_bridges_kind_target", "kind", "target"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey(Room.id))
    kind: Mapped[str]
    address: Mapped[str]
    target: Mapped[str] = mapped_column(default="")
    key: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="making")
    sent: Mapped[int] = mapped_column(default=0)
    read: Mapped[str] = mapped_column(default="")
    topic: Mapped[str] = mapped_column(default="")
    status_id: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(default="")
    invited: Mapped[list[int]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    next_at: Mapped[datetime | None]
    room: Mapped[Room] = relationship(lazy="joined")

    @property
    def source(self) -> str:
        """How the room's messages that came in over this bridge name it."""
        return f"webhook:{self.id}" if self.kind == "webhook" else self.kind


class ChatAccount(Model):
    """An account in a chat that was proved to be somebody's. `kind` is a kind of bridges, or
    `irc_nick`: only where to invite them, no proof, for anybody may take a nick."""

    __tablename__ = "chat_accounts"
    __table_args__ = (UniqueConstraint("kind", "account"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    kind: Mapped[str]
    account: Mapped[str]
    name: Mapped[str]
    proved_at: Mapped[datetime]


class ChatCode(Model):
    """The code that somebody types into a chat to prove who they are; only its hash is kept."""

    __tablename__ = "chat_codes"
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]


class HeardOnce(Model):
    """What came in, by its key: a second time it is nothing new. `number` is that of the message
    in the room that it became."""

    __tablename__ = "bridge_heard"
    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    number: Mapped[int | None]


class GatewayLease(Model):
    """Which gateway is active: the lease with its fencing number, and what its connections do."""

    __tablename__ = "gateway_leases"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
