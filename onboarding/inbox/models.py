"""Tables of mails that came in, of the addresses that page, and of mailboxes that are read."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Customer
from onboarding.db import Model
from onboarding.people.models import User
from onboarding.tickets.models import Ticket


class InboundMail(Model):
    """A mail, by `mail.key_of` once; a row with all of it in `raw` before anything looks into it.

    `outcome`: kept (nothing was done yet), done, signed, stuck, said, accepted, declined,
    tentative, moved, acknowledged, resolved, paged, opened, added, known (of a ticket that
    has it), answered, noted, refused, with the reason in `why`, or unread where it
    broke whoever read it `MOST_TRIES` times. `flaws` says what could not be read of it. `link` is
    what it became. `recipients` and `returns_to` are those of its envelope (none, and None, where
    they are not known). What needs a look is `settled_at` when somebody of staff had it.
    """

    __tablename__ = "mails"
    __table_args__ = (Index("ix_mails_outcome_at", "outcome", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    source: Mapped[str] = mapped_column(default="pipe")
    recipients: Mapped[list[str]] = mapped_column(default=list)
    returns_to: Mapped[str | None]
    size: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    sender: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="kept")
    why: Mapped[str] = mapped_column(default="")
    flaws: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    raw: Mapped[bytes | None] = mapped_column(deferred=True)


class EmergencyAddress(Model):
    """A customer's address that pages: who knows its token may. `teams` are the keys of who is
    called, in order; one that was revoked pages nobody any more. `ticket_id` is of the last mail to it."""

    __tablename__ = "emergency_addresses"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), index=True)
    token: Mapped[str] = mapped_column(unique=True)
    teams: Mapped[list[str]]
    made_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey(Ticket.id))
    customer: Mapped[Customer] = relationship(lazy="joined")


class Mailbox(Model):
    """How far a mailbox was read: `name` is its address without the password. `last_uid` is of the
    last mail that was kept, under `uid_validity`: mails above it are new (RFC 3501, 2.3.1.1)."""

    __tablename__ = "mailboxes"
    name: Mapped[str] = mapped_column(primary_key=True)
    uid_validity: Mapped[int] = mapped_column(BigInteger, default=0)
    last_uid: Mapped[int] = mapped_column(BigInteger, default=0)
    read_at: Mapped[datetime | None]
