"""Tables of the trail: streams with their heads, entries, and how far each follower has read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.db import Model


class Stream(Model):
    """A customer, a cutover or the system: what entries are numbered within.

    `signature` is the HMAC over (name, number, mac) of the last entry, so that a cut-off tail
    shows even where the head row was edited to match.
    """

    __tablename__ = "trail_streams"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    number: Mapped[int] = mapped_column(default=0)
    mac: Mapped[str] = mapped_column(default="")
    signature: Mapped[str] = mapped_column(default="")


class Entry(Model):
    """One thing that happened. `personal` may be erased: only its salted digest is signed."""

    __tablename__ = "trail_entries"
    __table_args__ = (UniqueConstraint("stream_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    stream_id: Mapped[int] = mapped_column(ForeignKey(Stream.id))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str]
    source: Mapped[str]
    kind: Mapped[str] = mapped_column(index=True)
    payload: Mapped[dict[str, Any]]
    personal: Mapped[dict[str, Any] | None]
    salt: Mapped[str | None]
    digest: Mapped[str] = mapped_column(default="")
    mac: Mapped[str]


class Cursor(Model):
    """How far `follower` has read in a stream."""

    __tablename__ = "trail_cursors"
    follower: Mapped[str] = mapped_column(primary_key=True)
    stream_id: Mapped[int] = mapped_column(ForeignKey(Stream.id), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
