"""Tables of reminders that went out, and of turn-ups at risk."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.customers.models import Turnup
from onboarding.db import Model
from onboarding.people.models import User


class Nudge(Model):
    """Somebody was reminded of a thing, as its owner or as the account manager (`step`); the
    constraint is what keeps a second worker from saying it again."""

    __tablename__ = "nudges"
    __table_args__ = (UniqueConstraint("key", "step", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    key: Mapped[str]
    step: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime]


class Risk(Model):
    """A turn-up whose customer has been silent `since` then, for too long. It goes when they act."""

    __tablename__ = "risks"
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), unique=True)
    since: Mapped[datetime]
    raised_at: Mapped[datetime]
