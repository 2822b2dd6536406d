"""Tables of forecasts: histories, forecasts, sign-offs, sites and reservations of capacity."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Turnup
from onboarding.db import Model
from onboarding.people.models import User


class TrafficHistory(Model):
    """What the customer's traffic was: one value an hour from `starts_at` on (req/s)."""

    __tablename__ = "traffic_histories"
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    name: Mapped[str]
    unit: Mapped[str] = mapped_column(default="req/s")
    starts_at: Mapped[datetime]
    values: Mapped[list[float]]
    filled: Mapped[int]
    uploaded_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]


class TrafficForecast(Model):
    """One version of a turn-up's forecast. `state`: queued, done or failed.

    `points` and `peak` are as in `turnup forecast --format json`; `fit` is the verdict against
    capacity (see `forecasts.fit`).
    """

    __tablename__ = "traffic_forecasts"
    __table_args__ = (UniqueConstraint("turnup_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id))
    history_id: Mapped[int] = mapped_column(ForeignKey(TrafficHistory.id))
    version: Mapped[int]
    horizon: Mapped[int]
    state: Mapped[str] = mapped_column(default="queued")
    method: Mapped[str] = mapped_column(default="")
    points: Mapped[list[Any]] = mapped_column(default=list)
    peak: Mapped[dict[str, Any]] = mapped_column(default=dict)
    peer: Mapped[dict[str, Any]] = mapped_column(default=dict)
    warnings: Mapped[list[str]] = mapped_column(default=list)
    fit: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str] = mapped_column(default="")
    asked_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]
    signoffs: Mapped[list["Signoff"]] = relationship(order_by="Signoff.id")


class Signoff(Model):
    """A team's word on a forecast; `voided_at` where something changed since."""

    __tablename__ = "forecast_signoffs"
    id: Mapped[int] = mapped_column(primary_key=True)
    forecast_id: Mapped[int] = mapped_column(ForeignKey(TrafficForecast.id), index=True)
    team: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()


class Site(Model):
    """A place in the network with a limit and what it carries already (both req/s)."""

    __tablename__ = "sites"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    limit: Mapped[float]
    base_load: Mapped[float] = mapped_column(default=0.0)


class SiteShare(Model):
    """Which part (0 to 1) of a turn-up's traffic a site gets; without rows, equal parts."""

    __tablename__ = "site_shares"
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey(Site.id), primary_key=True)
    share: Mapped[float]


class Reservation(Model):
    """Traffic that a booked cutover brings (req/s, all sites together), hour by hour; written by
    `cutovers`, which `holder` names (`cutover:12`)."""

    __tablename__ = "reservations"
    __table_args__ = (Index("ix_reservations_hour", "hour"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(index=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id))
    hour: Mapped[datetime]
    rate: Mapped[float]
