"""Tables of people: teams as rows (one more team is one more row), users, API tokens."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.db import Model


class Team(Model):
    """A team at the vendor. `on_standby` teams have seats on rosters and a vote at go / no-go.
    Pages go to its rotation, then through `escalation` (ids of users, in order), then to the lead.
    `needs` is what a flip needs of it: role to `{"count", "skills"}`; one primary and one backup
    where it is empty.
    """

    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    on_standby: Mapped[bool] = mapped_column(default=True)
    lead_id: Mapped[int | None]  # of a user; no foreign key, for users point to teams
    escalation: Mapped[list[int]] = mapped_column(default=list)
    needs: Mapped[dict[str, Any]] = mapped_column(default=dict)


class User(Model):
    """Somebody who signs in. `role` is a key of `permissions.ROLES`; a customer has no team.

    `hours` is `"09:00-17:30"` in `timezone`, `days` ISO weekdays 1 to 7. `country` and `subdivision`
    say whose public holidays are theirs (ISO 3166 codes as `places.place` gives them, or empty).
    """

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(ForeignKey(Team.id))
    password_hash: Mapped[str]
    timezone: Mapped[str] = mapped_column(default="UTC")
    hours: Mapped[str] = mapped_column(default="09:00-17:30")
    days: Mapped[list[int]] = mapped_column(default=lambda: [1, 2, 3, 4, 5])
    country: Mapped[str] = mapped_column(default="")
    subdivision: Mapped[str] = mapped_column(default="")
    skills: Mapped[list[str]] = mapped_column(default=list)
    trainee: Mapped[bool] = mapped_column(default=False)
    languages: Mapped[list[str]] = mapped_column(default=list)
    wishes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    active: Mapped[bool] = mapped_column(default=True)
    session_salt: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    team: Mapped[Team | None] = relationship(lazy="joined")

    @property
    def team_key(self) -> str:
        """The key of the team, or an empty text."""
        return self.team.key if self.team else ""

    # what Flask-Login asks of a user
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return f"{self.id}:{self.session_salt}"


class Away(Model):
    """A time when somebody cannot be on standby. `source` is "ical" where their calendar said so,
    else empty: it was entered. Entered ones of one person never overlap; a calendar's may."""

    __tablename__ = "aways"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")


class Calendar(Model):
    """Where somebody's times away are read from. `counts`: "all" that is not marked as free, or
    only "days", whole days and what is marked as out of office. `read_at` is when its last good
    state was read, `error` what went wrong since; `digest` is of what was read."""

    __tablename__ = "calendars"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), unique=True)
    address: Mapped[str]
    counts: Mapped[str] = mapped_column(default="all")
    read_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="")


class Certificate(Model):
    """A skill that somebody has until the end of the day `until`, and not without renewing it."""

    __tablename__ = "certificates"
    __table_args__ = (UniqueConstraint("user_id", "skill"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    skill: Mapped[str]
    until: Mapped[date]


class TrainingStep(Model):
    """One step of somebody's training, for a skill or (empty) for standing by at all: `step` is
    one of `training.STEPS`, `vouched_by` who answers for it. Steps are added, never changed."""

    __tablename__ = "training_steps"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    skill: Mapped[str] = mapped_column(default="")
    step: Mapped[str]
    vouched_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class PublicHoliday(Model):
    """A public holiday of a country, or of a part of it where that differs; written by a job, for
    the library that knows them is too heavy for the web."""

    __tablename__ = "public_holidays"
    __table_args__ = (UniqueConstraint("country", "subdivision", "day"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str]
    subdivision: Mapped[str] = mapped_column(default="")
    day: Mapped[date]
    name: Mapped[str]


class Rotation(Model):
    """One layer of a team's rotation: `rotation.Layer` as a row; `starts`, `ends` are `HH:MM`,
    `since` is `YYYY-MM-DD`, `people` ids of users in their order."""

    __tablename__ = "rotations"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id), index=True)
    name: Mapped[str]
    zone: Mapped[str]
    starts: Mapped[str]
    ends: Mapped[str]
    days: Mapped[list[int]]
    people: Mapped[list[int]]
    turn_days: Mapped[int]
    since: Mapped[str]


class RotationFeed(Model):
    """Where a team's turns are read from that are planned elsewhere. `turns` is what its last good
    state (of `read_at`) said: `[[user id, start, end], …]` in ISO 8601; `unknown` are the names in
    it that are nobody of the team."""

    __tablename__ = "rotation_feeds"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id), unique=True)
    address: Mapped[str]
    turns: Mapped[list[Any]] = mapped_column(default=list)
    unknown: Mapped[list[str]] = mapped_column(default=list)
    read_at: Mapped[datetime | None]
    tried_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    digest: Mapped[str] = mapped_column(default="")


class StandIn(Model):
    """Somebody takes all of a team's turns for a while: an override of its rotation."""

    __tablename__ = "stand_ins"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")


class Shift(Model):
    """Somebody's turn on the rotation of their team. `source` is "rotation" where it was laid out
    from the team's layers."""

    __tablename__ = "shifts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(default="")


class SignIn(Model):
    """A browser in which somebody is signed in: it is let in as long as its row is there, so that
    signing out ends it here, whoever kept a copy of its cookie. Only the SHA-256 of its random mark
    is kept."""

    __tablename__ = "sign_ins"
    mark: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Model):
    """A bearer token; only its SHA-256 is kept."""

    __tablename__ = "api_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
