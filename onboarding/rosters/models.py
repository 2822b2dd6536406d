"""Tables of standby rosters."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.db import Model
from onboarding.people.models import User

HOLDING = ("invited", "accepted")
"""The states of a seat that somebody holds."""


class Roster(Model):
    """The roster of a cutover. `state`: wanted (a worker solves it), solved, failed."""

    __tablename__ = "rosters"
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), unique=True)
    state: Mapped[str] = mapped_column(default="wanted")
    error: Mapped[str] = mapped_column(default="")
    solved_at: Mapped[datetime | None]
    seats: Mapped[list["Seat"]] = relationship(order_by="Seat.id", cascade="all, delete-orphan")


class PageSettings(Model):
    """What the page of a turn-up shows of who stands by: names, teams or nobody; "" leaves it to
    the installation's setting."""

    __tablename__ = "shared_pages"
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    standby_shown: Mapped[str] = mapped_column(default="")


class Seat(Model):
    """One place on a roster. `state`: empty (`why` says why), invited, accepted, declined.

    `invited_at` tells one asking from the next; `asked_at` and `reminded_at` are when the letters
    that ask and remind go out, which at night is in the morning.
    """

    __tablename__ = "seats"
    __table_args__ = (Index("ix_seats_user", "user_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    roster_id: Mapped[int] = mapped_column(ForeignKey(Roster.id), index=True)
    team: Mapped[str]
    role: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    state: Mapped[str] = mapped_column(default="empty")
    why: Mapped[str] = mapped_column(default="")
    invited_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    on_station_at: Mapped[datetime | None]
    user: Mapped[User | None] = relationship(lazy="joined")


class Declined(Model):
    """Who said no to which cutover, and why: never asked again for it."""

    __tablename__ = "roster_declined"
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class Choice(Model):
    """Somebody's wish that a person sits on a seat (`kind` pin) or on none of a cutover (bar).

    `state`: asked (a worker weighs it), weighed (`cost` says what it costs), impossible (`cost`
    says why), agreed (it binds). A pin names `team` and `role`; a bar leaves `role` empty.
    """

    __tablename__ = "roster_choices"
    __table_args__ = (UniqueConstraint("cutover_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    kind: Mapped[str]
    team: Mapped[str]
    role: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(default="asked")
    cost: Mapped[dict[str, Any]] = mapped_column(default=dict)
    asked_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[datetime]
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    agreed_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined", foreign_keys=user_id)
    asker: Mapped[User] = relationship(lazy="joined", foreign_keys=asked_by)


class GoLive(Model):
    """When a turn-up that has no cutover yet can go live, as last worked out; `at` is None where
    its checklist does not say. Working it out for thousands takes longer than a page may."""

    __tablename__ = "go_lives"
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    at: Mapped[datetime | None]
    looked_at: Mapped[datetime]
