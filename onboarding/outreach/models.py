"""Tables of origins that are watched after the flip, and of what customers are told first."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Customer, Turnup
from onboarding.cutovers.models import Cutover
from onboarding.db import Model
from onboarding.people.models import User


class OriginWiring(Model):
    """The metrics that a person wired for a live turn-up's origin: `metrics` is `{"kind", "config"}`
    as a cutover's. `version` rises with every change and is never used again: a row stays when the
    metrics are taken off (`metrics` empty)."""

    __tablename__ = "origin_wirings"
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    metrics: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    wired_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    wired_at: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="joined")


class OriginWatch(Model):
    """A live turn-up's origin, watched through the metrics source of `cutover_id`, its last, or of
    the version `wired` of its `OriginWiring` (then `cutover_id` is None).

    `until` is up to when its counts have been judged, `state` what the eye knew then
    (`outreach.eye`); both are written together with whatever was found. `figures` are those of the
    last seconds, `seen_at` when any came last, `problem` why none come. One process at a time
    watches, by a lease with a fencing number as in `ramps.leases`.
    """

    __tablename__ = "origin_watches"
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), primary_key=True)
    cutover_id: Mapped[int | None] = mapped_column(ForeignKey(Cutover.id))
    wired: Mapped[int] = mapped_column(default=0)
    state: Mapped[dict[str, Any]] = mapped_column(default=dict, deferred=True)
    until: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")
    problem_since: Mapped[datetime | None]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    lease_holder: Mapped[str] = mapped_column(default="")
    lease_until: Mapped[datetime | None] = mapped_column(index=True)
    fence: Mapped[int] = mapped_column(default=0)
    turnup: Mapped[Turnup] = relationship(lazy="joined")


class OutreachSetting(Model):
    """How a customer is spoken to first; without a row, as by default. `automatic`: at once and by
    itself, because the customer chose that. `sender`: account_manager or support. `language`: one
    of `web.language.LANGUAGES`, empty for that of their people's profiles."""

    __tablename__ = "outreach_settings"
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), primary_key=True)
    automatic: Mapped[bool] = mapped_column(default=False)
    sender: Mapped[str] = mapped_column(default="account_manager")
    language: Mapped[str] = mapped_column(default="")


class OutreachMute(Model):
    """Until then nothing is opened for that customer: of one signal, or (empty) of any."""

    __tablename__ = "outreach_mutes"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id), index=True)
    signal: Mapped[str] = mapped_column(default="")
    until: Mapped[datetime]
    reason: Mapped[str]
    by: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user: Mapped[User] = relationship(lazy="joined")


class Outreach(Model):
    """A first word to a customer: about trouble that was found, or a chance that was seen.

    `signals`: by signal what was found (`eye.Sign.as_dict`), with `healed` once it is back. `cause`
    is a key of `causes.STAFF` or `chances.CHANCES`. `holds` names what it is about for as long as
    that lasts (`trouble:12`, `chance:12:offload`): while it does, nothing second is opened of the
    same. `text` is the draft, or what was sent; `edited` once a person has changed it. `sender_id`
    is whoever should send it, `sent_by` the trail's name of whoever did. `version` rises with each
    change of the text. `outcome`: what a person says of it afterwards, useful or needless.
    """

    __tablename__ = "outreaches"
    __table_args__ = (
        Index("ix_outreaches_customer_id_opened_at", "customer_id", "opened_at"),
        Index("ix_outreaches_state_opened_at", "state", "opened_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey(Customer.id))
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    kind: Mapped[str] = mapped_column(default="trouble")
    state: Mapped[str] = mapped_column(default="drafted")
    holds: Mapped[str | None] = mapped_column(unique=True)
    signals: Mapped[dict[str, Any]] = mapped_column(default=dict)
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)
    cause: Mapped[str] = mapped_column(default="unknown")
    onset: Mapped[datetime]
    opened_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    repeats: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(default="en")
    subject: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    edited: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    sender_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    snoozed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str] = mapped_column(default="")
    healed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default="")
    round_id: Mapped[int | None] = mapped_column(ForeignKey(Turnup.id))
    customer: Mapped[Customer] = relationship(lazy="joined")
    turnup: Mapped[Turnup] = relationship(foreign_keys=[turnup_id], lazy="joined")
    sender: Mapped[User | None] = relationship(foreign_keys=[sender_id], lazy="joined")
