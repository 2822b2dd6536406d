"""Tables of what is known and assumed of a turn-up's traffic beside its history."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.customers.models import Turnup
from onboarding.db import Model, Said
from onboarding.forecasts.models import TrafficHistory
from onboarding.people.models import User


class Intake(Model):
    """A file on its way in: receiving → found (a guess to be confirmed) → reading → done, or failed,
    or asked (its size is odd: `question`, and `suggested`, what to multiply by).

    `guess` holds columns, sample and what must be decided, `choice` how it is to be read.
    """

    __tablename__ = "traffic_intakes"
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    name: Mapped[str]
    source: Mapped[str] = mapped_column(default="file")
    state: Mapped[str] = mapped_column(default="receiving", index=True)
    size: Mapped[int] = mapped_column(default=0)
    read: Mapped[int] = mapped_column(default=0)
    guess: Mapped[dict[str, Any]] = mapped_column(default=dict)
    choice: Mapped[dict[str, Any]] = mapped_column(default=dict)
    question: Mapped[str] = mapped_column(Said, default="")
    suggested: Mapped[float] = mapped_column(default=1.0)
    place: Mapped[str] = mapped_column(default="")
    error: Mapped[str] = mapped_column(Said, default="")
    history_id: Mapped[int | None] = mapped_column(ForeignKey(TrafficHistory.id))
    given_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime]


class IntakePart(Model):
    """A mebibyte of a file, kept until it is read: workers need not share a disk with the web."""

    __tablename__ = "traffic_intake_parts"
    intake_id: Mapped[int] = mapped_column(ForeignKey(Intake.id), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes]


class TrafficFacts(Model):
    """What people say of a turn-up's traffic; None where nobody has said it.

    `mean_bytes` of a response, `cacheable` (0 to 1 of the requests), `origin_limit` and `origin_gbit`
    (req/s and Gbit/s the origin can bear), `old_offload` (0 to 1 of the requests that the old path
    answers without the origin), `warm_minutes` after which half of what was cold in a cache is warm,
    `factor` from an hour's mean to its highest five minutes, `peak` (req/s, hourly).
    """

    __tablename__ = "traffic_facts"
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    mean_bytes: Mapped[float | None]
    cacheable: Mapped[float | None]
    origin_limit: Mapped[float | None]
    origin_gbit: Mapped[float | None]
    old_offload: Mapped[float | None]
    warm_minutes: Mapped[float | None]
    factor: Mapped[float | None]
    peak: Mapped[float | None]


class TrafficEvent(Model):
    """An assumption with a name: growth or a launch from `starts_at` on, a sale or a match until
    `ends_at`; traffic times `factor`, or plus `rate` (req/s)."""

    __tablename__ = "traffic_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    factor: Mapped[float | None]
    rate: Mapped[float | None]
    created_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]


class TrafficActual(Model):
    """What really came in an hour (mean req/s of all of the customer's traffic)."""

    __tablename__ = "traffic_actuals"
    __table_args__ = (Index("ix_traffic_actuals_hour", "hour"),)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    rate: Mapped[float]


class TrafficMeter(Model):
    """Up to when the traffic of a turn-up has been counted, from which `feed` (`cutover:12`).

    Hours before `settled` have been told of. `problem` is why nothing more was to be had when it
    was last asked for, `outcome` how the forecasts did over the last week (`hindsight.summed`).
    """

    __tablename__ = "traffic_meters"
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    feed: Mapped[str]
    until: Mapped[datetime]
    settled: Mapped[datetime]
    problem: Mapped[str] = mapped_column(default="")
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)


class TrafficTally(Model):
    """An hour that is being counted; after it, one that is missing: of only `seconds` of it is
    known how many `requests` came."""

    __tablename__ = "traffic_tallies"
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    requests: Mapped[float] = mapped_column(default=0.0)
    seconds: Mapped[float] = mapped_column(default=0.0)
