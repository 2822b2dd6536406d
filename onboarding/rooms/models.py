"""Tables of rooms, what is said in them, and what of it is worth writing down."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Customer
from onboarding.cutovers.models import Cutover
from onboarding.db import Model
from onboarding.people.models import User

COMMUNITY = "community"


class Room(Model):
    """Where people talk. `key`: `cutover:12`, `customer:3` or `community`. `customer_id` is whose
    people are let in beside the vendor's; None: every customer's. Archived with its cutover: it is
    read on, and nobody writes."""

    __tablename__ = "rooms"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    cutover_id: Mapped[int | None] = mapped_column(ForeignKey(Cutover.id))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id), index=True)
    opened_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    cutover: Mapped[Cutover | None] = relationship()
    customer: Mapped[Customer | None] = relationship()

    @property
    def stream(self) -> str:
        """The name of this room's stream in the trail, which numbers its messages."""
        return f"room:{self.id}"


class RoomMessage(Model):
    """One message. `number` is its entry's in the room's stream: gapless, and what a page that
    comes back asks from. `side`: staff, customer, program. `name` and `team` are what the room
    shows of the author; `folded` is the text as searches compare it. `source` is where it was
    written (web, link, job). `words` is what the program tells in other languages than English, for
    the customer's people; every other reader, and each chat, gets `text`. One that was taken back has no text any more; who did it and why stays.
    """

    __tablename__ = "room_messages"
    __table_args__ = (
        UniqueConstraint("room_id", "number"),
        UniqueConstraint("room_id", "about"),
        Index("ix_room_messages_actor_at", "actor", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey(Room.id))
    number: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    source: Mapped[str]
    side: Mapped[str]
    name: Mapped[str]
    team: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    folded: Mapped[str]
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    about: Mapped[str | None]  # what the program tells of, once: `post:7`
    taken_back_at: Mapped[datetime | None]
    taken_back_by: Mapped[str] = mapped_column(default="")  # as the room shows them: Sue · support
    taken_back_why: Mapped[str] = mapped_column(default="")

    def said_in(self, language: str) -> str:
        """The text for a reader of `language`."""
        return str(self.words.get(language, self.text))


class Draft(Model):
    """A question and its answer from a room, marked as worth writing down."""

    __tablename__ = "room_drafts"
    __table_args__ = (UniqueConstraint("room_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey(Room.id))
    number: Mapped[int]  # the message that answers
    question: Mapped[str]
    answer: Mapped[str]
    marked_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime]
    room: Mapped[Room] = relationship(lazy="joined")
    marker: Mapped[User] = relationship(lazy="joined")
