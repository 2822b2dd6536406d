"""Table of votes at go / no-go."""

from datetime import datetime

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
    at: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="joined")
