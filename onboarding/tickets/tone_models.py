"""Table of reviews of how people answer."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.db import Model
from onboarding.people.models import User
from onboarding.tickets.models import TicketMessage


class ToneReview(Model):
    """One answer as a reviewer saw it: `marks` by `rubric.CRITERIA`, and `words` on what was good and
    what would be better. For the person, the lead of their team and the reviewer alone; nothing of
    it is in the trail."""

    __tablename__ = "tone_reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey(TicketMessage.id), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    marks: Mapped[dict[str, Any]]
    words: Mapped[str]
    at: Mapped[datetime]
    message: Mapped[TicketMessage] = relationship(lazy="joined")
    person: Mapped[User] = relationship(foreign_keys=[person_id], lazy="joined")
    reviewer: Mapped[User] = relationship(foreign_keys=[reviewer_id], lazy="joined")
