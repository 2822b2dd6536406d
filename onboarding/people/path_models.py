"""Tables of training paths, who is on them, what they did, and the duties that count for them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.db import Model
from onboarding.people.models import Team, User


class TrainingPath(Model):
    """A way to a certificate: for one team, or for all (`team_id` None). `kind` is one of
    `courses.KINDS`; `sessions` are titles in their order. At its end stands a certificate for
    `skill`, for `valid_days`. A retired one takes nobody new."""

    __tablename__ = "training_paths"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey(Team.id))
    kind: Mapped[str]
    name: Mapped[str]
    about: Mapped[str] = mapped_column(default="")
    skill: Mapped[str]
    sessions: Mapped[list[str]] = mapped_column(default=list)
    pairings: Mapped[int] = mapped_column(default=0)
    shadows: Mapped[int] = mapped_column(default=0)
    valid_days: Mapped[int] = mapped_column(default=365)
    retired_at: Mapped[datetime | None]
    team: Mapped[Team | None] = relationship(lazy="joined")


class Trainee(Model):
    """Somebody on a path, since when, beside whom (`mentor_id`); `certified_at` is its end. Whoever
    begins anew (the certificate ran out) is the same row, with a later `since`."""

    __tablename__ = "training_trainees"
    __table_args__ = (UniqueConstraint("path_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    path_id: Mapped[int] = mapped_column(ForeignKey(TrainingPath.id))
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    mentor_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    since: Mapped[datetime]
    certified_at: Mapped[datetime | None]
    path: Mapped[TrainingPath] = relationship(lazy="joined")
    user: Mapped[User] = relationship(foreign_keys=[user_id], lazy="joined")
    mentor: Mapped[User | None] = relationship(foreign_keys=[mentor_id], lazy="joined")


class TrainingEvent(Model):
    """A session that somebody attended, or a pairing: on a day, with whom, noted by whom."""

    __tablename__ = "training_events"
    id: Mapped[int] = mapped_column(primary_key=True)
    trainee_id: Mapped[int] = mapped_column(ForeignKey(Trainee.id), index=True)
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    day: Mapped[date]
    with_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    noted_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class TrainingDuty(Model):
    """A flip that somebody stood by for (`ref`: `cutover:12`), as a shadow or with a duty of their
    own (`own`). Told by the rosters, once."""

    __tablename__ = "training_duties"
    __table_args__ = (UniqueConstraint("user_id", "ref"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    ref: Mapped[str]
    kind: Mapped[str]
    at: Mapped[datetime]
