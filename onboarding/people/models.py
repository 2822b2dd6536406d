"""Tables of people: teams as rows (one more team is one more row), users, API tokens."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.db import Model


class Team(Model):
    """A team at the vendor. `on_standby` teams have seats on rosters and a vote at go / no-go.
    Pages go to its rotation, then through `escalation` (ids of users, in order), then to the lead.
    """

    __tablename__ = "teams"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    on_standby: Mapped[bool] = mapped_column(default=True)
    lead_id: Mapped[int | None]  # of a user; no foreign key, for users point to teams
    escalation: Mapped[list[int]] = mapped_column(default=list)


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
    """A time when somebody cannot be on standby."""

    __tablename__ = "aways"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


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


class ApiToken(Model):
    """A bearer token; only its SHA-256 is kept."""

    __tablename__ = "api_tokens"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
