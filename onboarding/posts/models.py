"""Tables of status posts, of what is written by hand, and of who gets them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, and_, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.db import Model
from onboarding.people.models import User


class Post(Model):
    """A status post, made from one entry of a cutover's trail (`number`) for one audience.

    `facts` is what it may tell (`fields.FACTS`): each reader's text is made of them, in their
    language and zone. `text` is it in English; once somebody has mended it, `edited_at` is set and
    `text` is what everybody reads.
    """

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("cutover_id", "number", "audience"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id))
    number: Mapped[int]
    audience: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    cutover: Mapped[Cutover] = relationship()


class PostEdit(Model):
    """What a post said until it was mended at `at`: the 1st, 2nd … wording."""

    __tablename__ = "post_edits"
    __table_args__ = (UniqueConstraint("post_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey(Post.id))
    number: Mapped[int]
    text: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[int] = mapped_column(ForeignKey(User.id))
    user: Mapped[User] = relationship(lazy="joined")


class PostDraft(Model):
    """A post by hand, or a new wording of `post_id`, that waits for a second person.

    `state`: waiting, approved, withdrawn.
    """

    __tablename__ = "post_drafts"
    id: Mapped[int] = mapped_column(primary_key=True)
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), index=True)
    audiences: Mapped[list[str]]
    text: Mapped[str]
    post_id: Mapped[int | None] = mapped_column(ForeignKey(Post.id))
    asked_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    decided_at: Mapped[datetime | None]
    cutover: Mapped[Cutover] = relationship()
    author: Mapped[User] = relationship(foreign_keys=[asked_by], lazy="joined")


class Cadence(Model):
    """How often a cutover's customer hears of it while it runs: `due_at` is when the next update is
    promised (None: not now), `owner_id` who is reminded of it (`reminded_at`), `overdue_at` when it
    was found missing."""

    __tablename__ = "post_cadences"
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), primary_key=True)
    minutes: Mapped[int]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    reminded_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    cutover: Mapped[Cutover] = relationship()
    owner: Mapped[User | None] = relationship(lazy="joined")


class PublicCutover(Model):
    """A cutover that the public hears of, under a name that somebody chose for it."""

    __tablename__ = "post_publics"
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), primary_key=True)
    name: Mapped[str]
    since: Mapped[datetime]
    cutover: Mapped[Cutover] = relationship(lazy="joined")


class Subscription(Model):
    """Who gets the posts of one audience about `scope` (`cutover:3`, `turnup:2`, `hostname:7`),
    through which channel, in which language and zone.

    `quiet` is "22:00-07:00" in that zone, or empty; `digest` is empty (each at once), hourly or
    daily. Nothing is sent before `confirmed_at` or after `ended_at`, nor to somebody who may not
    sign in (any more, or yet). `source` is where it came from: "" from the program, `user:7`,
    `share:3`; `lasts_until` is when that runs out, if ever.
    """

    __tablename__ = "post_subscriptions"
    __table_args__ = (UniqueConstraint("scope", "channel", "recipient"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str]
    audience: Mapped[str]
    channel: Mapped[str]
    recipient: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id), index=True)
    language: Mapped[str] = mapped_column(default="en")
    zone: Mapped[str] = mapped_column(default="UTC")
    quiet: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="", index=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    lasts_until: Mapped[datetime | None]

    @property
    def is_over(self) -> bool:
        """Whether it was ended, or what it came from has run out."""
        ran_out = self.lasts_until is not None and self.lasts_until <= clock.now()
        return ran_out or self.ended_at is not None


def running(at: datetime) -> ColumnElement[bool]:
    """Of subscriptions: those that are not over at `at`."""
    lasting = or_(Subscription.lasts_until.is_(None), Subscription.lasts_until > at)
    return and_(Subscription.ended_at.is_(None), lasting)


class HeldPost(Model):
    """A post that a subscription gets later, at the end of quiet hours or with a digest. `letter`
    is the key of the letter it went with, empty while it waits."""

    __tablename__ = "post_held"
    __table_args__ = (Index("ix_post_held_due", "letter", "due_at"),)
    post_id: Mapped[int] = mapped_column(ForeignKey(Post.id), primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey(Subscription.id), primary_key=True)
    due_at: Mapped[datetime]
    letter: Mapped[str] = mapped_column(default="")


class PostWording(Model):
    """An operator's own text in place of the shipped one of `phrases/`."""

    __tablename__ = "post_wordings"
    audience: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    by: Mapped[int] = mapped_column(ForeignKey(User.id))
    at: Mapped[datetime]
    user: Mapped[User] = relationship(lazy="joined")
