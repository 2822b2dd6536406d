"""Tables of status posts and of who gets them."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from onboarding.cutovers.models import Cutover
from onboarding.db import Model


class Post(Model):
    """A status post, made from one entry of a cutover's trail (`number`) for one audience."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("cutover_id", "number", "audience"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id))
    number: Mapped[int]
    audience: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]


class Subscription(Model):
    """Who gets a cutover's posts of one audience, through which channel."""

    __tablename__ = "post_subscriptions"
    __table_args__ = (UniqueConstraint("cutover_id", "channel", "recipient"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), index=True)
    audience: Mapped[str]
    channel: Mapped[str]
    recipient: Mapped[str]
