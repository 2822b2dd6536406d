"""Tables of customers, their people, turn-ups, hostnames and goals."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.db import Model
from onboarding.people.models import User


class Customer(Model):
    """An organisation whose traffic moves. `facts` feed the checklists (`needed_when`)."""

    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    external_id: Mapped[str | None] = mapped_column(unique=True)  # where they were known before
    name: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="UTC")
    help_level: Mapped[str] = mapped_column(default="self_serve")
    account_manager_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    account_manager: Mapped[User | None] = relationship()
    turnups: Mapped[list["Turnup"]] = relationship(back_populates="customer")

    @property
    def stream(self) -> str:
        """The name of this customer's stream in the trail."""
        return f"customer:{self.id}"


class Member(Model):
    """A person of the customer who signs in: since when, and when they showed (by a link that was
    mailed) that the address is theirs."""

    __tablename__ = "customer_members"
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True, index=True)
    joined_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined")


class Invitation(Model):
    """A team-mate asked by mail to join; only the SHA-256 of the link's random token is kept.

    Open until it is revoked, runs out, or somebody joined with it.
    """

    __tablename__ = "customer_invitations"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), index=True)
    email: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    joined_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    customer: Mapped[Customer] = relationship(lazy="joined")
    inviter: Mapped[User] = relationship(foreign_keys=[invited_by], lazy="joined")


class Turnup(Model):
    """One journey through the eight stages, for one or many hostnames. `outlook_shown`: whether its
    customer sees when it can go live; None leaves it to the installation's setting. One that is
    archived is on no board, and nobody is reminded of it."""

    __tablename__ = "turnups"
    __table_args__ = (Index("ix_turnups_stage_entered_at_id", "stage", "entered_at", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), index=True)
    name: Mapped[str]
    stage: Mapped[str] = mapped_column(default="signup", index=True)
    practice: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    outlook_shown: Mapped[bool | None]
    customer: Mapped[Customer] = relationship(back_populates="turnups", lazy="joined")
    hostnames: Mapped[list["Hostname"]] = relationship(order_by="Hostname.name")
    goals: Mapped[list["Goal"]] = relationship(order_by="Goal.id")


class StageEntry(Model):
    """When a turn-up entered a stage, and when it left it."""

    __tablename__ = "stage_entries"
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    stage: Mapped[str]
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class Hostname(Model):
    """A hostname under a turn-up, with the share of its traffic on the new path (percent)."""

    __tablename__ = "hostnames"
    __table_args__ = (UniqueConstraint("turnup_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id))
    name: Mapped[str]
    share: Mapped[float] = mapped_column(default=0.0)


class Goal(Model):
    """What the customer wants to reach, in their words and, where there is one, as a figure.

    `kind`: offload (%), latency (ms), launch_date (`day`), feature, traffic (req/s).
    """

    __tablename__ = "goals"
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    kind: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    figure: Mapped[float | None]
    day: Mapped[date | None]
