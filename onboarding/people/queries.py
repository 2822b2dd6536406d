"""Reads of people that are worth a name."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.people.models import Away, Shift, Team, User


def staff(session: Session) -> Sequence[User]:
    """The vendor's people who can sign in, by team and name."""
    query = select(User).outerjoin(Team, Team.id == User.team_id)
    query = query.where(User.role != "customer", User.active)
    return session.scalars(query.order_by(Team.id, User.name)).unique().all()


def teams(session: Session) -> Sequence[Team]:
    """All teams, in the order they were made."""
    return session.scalars(select(Team).order_by(Team.id)).all()


def names(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    """The names of some users by id."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}


def on_shift(session: Session, at: datetime) -> set[int]:
    """Ids of those whose turn on their team's rotation it is."""
    query = select(Shift.user_id).where(Shift.starts_at <= at, Shift.ends_at > at)
    return set(session.scalars(query))


def away(session: Session, at: datetime) -> dict[int, datetime]:
    """Who is away, and until when."""
    query = select(Away.user_id, Away.ends_at).where(Away.starts_at <= at, Away.ends_at > at)
    return {row.user_id: row.ends_at for row in session.execute(query.order_by(Away.ends_at))}
