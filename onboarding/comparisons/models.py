"""Tables of comparisons: a run, the URLs it asked on both paths, and what differed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Turnup
from onboarding.db import Model
from onboarding.people.models import User


class Comparison(Model):
    """One run. `old_at` and `new_at` name the hosts that are dialled for the turn-up's hostnames
    ("": wherever public DNS leads). `state`: asked, done."""

    __tablename__ = "comparisons"
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    urls: Mapped[list[str]]
    old_at: Mapped[str]
    new_at: Mapped[str]
    state: Mapped[str] = mapped_column(default="asked", index=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    turnup: Mapped[Turnup] = relationship(lazy="joined")
    pairs: Mapped[list["Pair"]] = relationship(order_by="Pair.position")


class Pair(Model):
    """One URL on both paths; `old` and `new` are what `answers.Seen` holds, as documents."""

    __tablename__ = "comparison_pairs"
    id: Mapped[int] = mapped_column(primary_key=True)
    comparison_id: Mapped[int] = mapped_column(ForeignKey(Comparison.id), index=True)
    position: Mapped[int]
    url: Mapped[str]
    old: Mapped[dict[str, Any]]
    new: Mapped[dict[str, Any]]
    comparison: Mapped[Comparison] = relationship(back_populates="pairs")
    differences: Mapped[list["Difference"]] = relationship(order_by="Difference.id")


class Difference(Model):
    """Something that is not the same. `kind`: answer, status, header, body, latency; `name` the
    header's. Open until somebody accepts it with a reason."""

    __tablename__ = "comparison_differences"
    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey(Pair.id), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    old: Mapped[str]
    new: Mapped[str]
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    accepted_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    accepter: Mapped[User | None] = relationship(lazy="joined")
    pair: Mapped[Pair] = relationship(back_populates="differences")
