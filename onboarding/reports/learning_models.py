"""Tables of what came out of a cutover: what was learnt, and what is to be done about it."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.cutovers.models import Cutover
from onboarding.db import Model
from onboarding.people.models import User


class Lesson(Model):
    """Something that was learnt in a cutover. `for_customer`: it goes into the customer's version
    of the report too."""

    __tablename__ = "report_lessons"
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), index=True)
    text: Mapped[str]
    for_customer: Mapped[bool] = mapped_column(default=False)
    by: Mapped[int] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime]
    author: Mapped[User] = relationship(lazy="joined")


class FollowUp(Model):
    """Something that is to be done after a cutover, by whom and until when; they are reminded when
    it is overdue. `for_customer` as with lessons."""

    __tablename__ = "report_followups"
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), index=True)
    what: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    due_at: Mapped[datetime] = mapped_column(index=True)
    for_customer: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    made_at: Mapped[datetime]
    done_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    done_at: Mapped[datetime | None]
    cutover: Mapped[Cutover] = relationship(lazy="joined")
    owner: Mapped[User] = relationship(lazy="joined", foreign_keys=[owner_id])
    maker: Mapped[User] = relationship(foreign_keys=[made_by])
