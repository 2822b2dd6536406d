"""Tables of cutovers: the window, the plan of steps, freezes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Customer, Hostname, Turnup
from onboarding.db import Model
from onboarding.people.models import User


class Cutover(Model):
    """The plan and window by which a group of hostnames is switched.

    `peak_hour` is the hour (UTC) in which the customer's daily peak is taken to begin where no
    forecast tells. `state`: booked, running, done, cancelled. `switch` and `metrics` are `{"kind", "config"}` of
    the adapters; `practice` marks a rehearsal. `version` rises with every change that a vote at
    go / no-go is bound to. `demand_on_station`: no start and no Go while a primary is silent.
    `customer_holds`: what the customer asks for on their page really holds the ramp.
    Times are kept in UTC; `zone` (IANA) is the one they were agreed in.
    """

    __tablename__ = "cutovers"
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    title: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    zone: Mapped[str] = mapped_column(default="UTC")
    state: Mapped[str] = mapped_column(default="booked", index=True)
    practice: Mapped[bool] = mapped_column(default=False)
    switch: Mapped[dict[str, Any]]
    metrics: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    demand_on_station: Mapped[bool] = mapped_column(default=True)
    customer_holds: Mapped[bool] = mapped_column(default=False)
    booked_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]
    peak_hour: Mapped[int | None]
    turnup: Mapped[Turnup] = relationship(lazy="joined")
    steps: Mapped[list["Step"]] = relationship(
        order_by="Step.position", cascade="all, delete-orphan"
    )
    hostnames: Mapped[list[Hostname]] = relationship(secondary="cutover_hostnames")

    @property
    def stream(self) -> str:
        """The name of this cutover's stream in the trail."""
        return f"cutover:{self.id}"


class CutoverHostname(Model):
    """Which hostnames a cutover switches."""

    __tablename__ = "cutover_hostnames"
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), primary_key=True)
    hostname_id: Mapped[int] = mapped_column(ForeignKey(Hostname.id), primary_key=True)


class Step(Model):
    """One step of the plan: what is moved whole (`selector`, as in `Selector.as_json`, empty for
    nothing) and percent of the rest on the new path; how long it is held at least, and whether
    across the daily peak; its limits (`{"errors": 0.02}`: never over 2 %); whether a person must
    say go before it, of which team (`go_by`, empty: anyone's); what is checked before the step is
    taken and before it is left (keys of `plan.CHECKS`)."""

    __tablename__ = "cutover_steps"
    __table_args__ = (UniqueConstraint("cutover_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id))
    position: Mapped[int]
    share: Mapped[float]
    hold_s: Mapped[int]
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    needs_go: Mapped[bool] = mapped_column(default=False)
    selector: Mapped[dict[str, Any]] = mapped_column(default=dict)
    over_peak: Mapped[bool] = mapped_column(default=False)
    go_by: Mapped[str] = mapped_column(default="")
    before: Mapped[list[str]] = mapped_column(default=list)
    after: Mapped[list[str]] = mapped_column(default=list)


class Freeze(Model):
    """A time in which nothing is switched: nowhere, or only not in `region`, or not of one customer.
    `uid` is its name where it came from: a calendar (`feed_id`), a program, the public holidays."""

    __tablename__ = "freezes"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    customer_id: Mapped[int | None] = mapped_column(ForeignKey(Customer.id))
    feed_id: Mapped[int | None] = mapped_column(ForeignKey("obstacle_feeds.id"))
    uid: Mapped[str] = mapped_column(default="")
    customer: Mapped[Customer | None] = relationship(lazy="joined")


class Ship(Model):
    """Something a product team releases. `risk`: low, medium, high; a high one stands in the way
    of flips as a freeze does. `note` is what support must know, `ready_*` who in support said that
    they do. `feed_id` and `uid` as with freezes."""

    __tablename__ = "ships"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner: Mapped[str]
    risk: Mapped[str]
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")
    ready_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    ready_at: Mapped[datetime | None]
    feed_id: Mapped[int | None] = mapped_column(ForeignKey("obstacle_feeds.id"))
    uid: Mapped[str] = mapped_column(default="")
    ready_user: Mapped[User | None] = relationship(lazy="joined")


class WindowException(Model):
    """Somebody let a turn-up through a freeze or ship: `obstacle` is `freeze:3` or `ship:4`."""

    __tablename__ = "window_exceptions"
    __table_args__ = (UniqueConstraint("obstacle", "turnup_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    obstacle: Mapped[str]
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    approved_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    reason: Mapped[str]
    at: Mapped[datetime]
    approver: Mapped[User] = relationship(lazy="joined")
    turnup: Mapped[Turnup] = relationship(lazy="joined")
