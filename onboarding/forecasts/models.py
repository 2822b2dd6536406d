"""Tables of forecasts: histories, forecasts, sign-offs, sites and reservations of capacity."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Turnup
from onboarding.db import Model
from onboarding.people.models import User


class TrafficHistory(Model):
    """What the customer's traffic was: one value an hour from `starts_at` on (req/s).

    `source`: file, log, pasted, prometheus or declared. `gaps` are the hours (positions) that were
    missing, `excluded` ranges [first, end) that a person leaves out. `five_minutes` is the factor to
    the highest five minutes and `mean_bytes` the size of a response, where they could be learnt.
    """

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
    source: Mapped[str] = mapped_column(default="file")
    gaps: Mapped[list[int]] = mapped_column(default=list)
    excluded: Mapped[list[Any]] = mapped_column(default=list)
    five_minutes: Mapped[float | None]
    mean_bytes: Mapped[float | None]
    notes: Mapped[list[str]] = mapped_column(default=list)


class TrafficForecast(Model):
    """One version of a turn-up's forecast. `state`: queued, done or failed.

    `points` and `peak` are as in `turnup forecast --format json`; `fit` is the verdict against
    capacity (see `forecasts.fit`). `events` are the named assumptions laid over it, `backtest` how
    the method did on the customer's own past, `left_at` when the traffic had left its band,
    `progress` how much of the work is done (percent).
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
    events: Mapped[list[Any]] = mapped_column(default=list)
    backtest: Mapped[list[Any]] = mapped_column(default=list)
    left_at: Mapped[datetime | None]
    progress: Mapped[int] = mapped_column(default=0)
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
    """A place in the network with a limit and what it carries already (both req/s).

    `gbit_limit` and `gbit_base` are the same in Gbit/s, where they are known; `base_week` is what it
    carries at each hour of the week, Monday 00:00 UTC first (req/s; empty: `base_load` at all times),
    `gbit_week` the same in Gbit/s.
    """

    __tablename__ = "sites"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    limit: Mapped[float]
    base_load: Mapped[float] = mapped_column(default=0.0)
    region: Mapped[str] = mapped_column(default="")
    gbit_limit: Mapped[float | None]
    gbit_base: Mapped[float] = mapped_column(default=0.0)
    base_week: Mapped[list[float]] = mapped_column(default=list)
    gbit_week: Mapped[list[float]] = mapped_column(default=list)


class SiteShare(Model):
    """Which part (0 to 1) of a turn-up's traffic a site gets; without rows, equal parts."""

    __tablename__ = "site_shares"
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey(Site.id), primary_key=True)
    share: Mapped[float]


class Reservation(Model):
    """Traffic that a booked cutover brings (req/s, all sites together), hour by hour; written by
    `cutovers`, which `holder` names (`cutover:12`). `share` is the percent moved in that hour."""

    __tablename__ = "reservations"
    __table_args__ = (Index("ix_reservations_hour", "hour"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(index=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id))
    hour: Mapped[datetime]
    rate: Mapped[float]
    share: Mapped[float] = mapped_column(default=100.0)


class ReservedStep(Model):
    """When a booked cutover reaches which share (percent) if nothing holds it up; written with its
    reservations, which know whole hours only."""

    __tablename__ = "reserved_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    holder: Mapped[str] = mapped_column(index=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    at: Mapped[datetime]
    share: Mapped[float]
