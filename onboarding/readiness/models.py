"""Tables of go / no-go: votes, proofs on the real switch, and what two people overruled."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.cutovers.models import Cutover
from onboarding.db import Model
from onboarding.people.models import User


class Vote(Model):
    """A team's word. It is bound to `fingerprint`, what it was given on: plan, forecast, roster
    and configuration; where any of them changed since, the vote no longer counts."""

    __tablename__ = "votes"
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), index=True)
    team: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    go: Mapped[bool]
    reason: Mapped[str] = mapped_column(default="")
    fingerprint: Mapped[str]
    #: What the fingerprint is of, part by part, to say which part changed.
    bound: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="joined")


class Proof(Model):
    """The real switch and source of a cutover, asked before it is flipped.

    `state`: asked, acting (the switch is being touched), done. `prints` are of the settings that
    were in force (`{"switch", "metrics"}`): with others it is void. `identity` names the switch for
    people. A fault is a text, empty where all was well.
    """

    __tablename__ = "proofs"
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), index=True)
    state: Mapped[str] = mapped_column(default="asked")
    identity: Mapped[str]
    prints: Mapped[dict[str, Any]]
    switch_fault: Mapped[str] = mapped_column(default="")
    rollback_fault: Mapped[str] = mapped_column(default="")
    metrics_fault: Mapped[str] = mapped_column(default="")
    saw: Mapped[list[Any]] = mapped_column(default=list)
    asked_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[datetime]
    acting_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    asker: Mapped[User] = relationship(lazy="joined")


class Overrule(Model):
    """Two named people let gates pass that are not met. `rules`: `[{"key", "title", "why"}]` as
    they were found; `fingerprint` as of a vote: what changes later takes it back. It counts from
    when the second says so until it is withdrawn, and stays to be read for ever."""

    __tablename__ = "overrules"
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), index=True)
    rules: Mapped[list[Any]]
    reason: Mapped[str]
    fingerprint: Mapped[str]
    asked_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[datetime]
    seconded_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    seconded_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    withdrawn_at: Mapped[datetime | None]
    asker: Mapped[User] = relationship(lazy="joined", foreign_keys=[asked_by])
    seconder: Mapped[User | None] = relationship(lazy="joined", foreign_keys=[seconded_by])
