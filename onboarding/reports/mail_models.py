"""Table of who gets the figures by mail."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.db import Model
from onboarding.people.models import User


class Monthly(Model):
    """Somebody who wants last month's figures by mail, of a segment as `asked.Asked` has it."""

    __tablename__ = "report_subscriptions"
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), primary_key=True)
    since: Mapped[datetime]
    level: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    manager_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    user: Mapped[User] = relationship(lazy="joined", foreign_keys=[user_id])
