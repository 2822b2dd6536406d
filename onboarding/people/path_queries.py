"""Reads of training: how far people are, and the weeks of new ones to their first own duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.people import courses
from onboarding.people.courses import Course, Demand
from onboarding.people.models import Certificate, User
from onboarding.people.path_models import Trainee, TrainingDuty, TrainingEvent, TrainingPath
from onboarding.people.queries import staff

NEW_FOR = timedelta(days=366)


@dataclass(frozen=True)
class Standing:
    """Somebody on a path with how far they are, and until when they hold its certificate."""

    trainee: Trainee
    demands: Sequence[Demand]
    until: date | None

    @property
    def lacking(self) -> list[str]:
        return courses.lacking(self.demands)


@dataclass(frozen=True)
class Newcomer:
    """Somebody who joined within a year: shadow duties so far, and the weeks until the first duty
    of their own (None: not yet; `so_far` are the weeks since they joined)."""

    user: User
    joined: datetime
    shadows: int
    weeks: float | None
    so_far: float


def paths(session: Session) -> Sequence[TrainingPath]:
    """Paths that take people, those of all first, then by team and name."""
    query = select(TrainingPath).where(TrainingPath.retired_at.is_(None))
    return session.scalars(
        query.order_by(TrainingPath.team_id.nulls_first(), TrainingPath.name)
    ).all()


def counts_from(trainee: Trainee) -> date:
    """The first day that counts: they begin in their own zone, which may be a day behind."""
    return trainee.since.date() - timedelta(days=1)


def demands(session: Session, trainee: Trainee) -> list[Demand]:
    """How far somebody is on their path, since they began it."""
    events = session.scalars(
        select(TrainingEvent)
        .where(TrainingEvent.trainee_id == trainee.id)
        .order_by(TrainingEvent.day)
    ).all()
    counted = [one for one in events if one.day >= counts_from(trainee)]
    attended = {
        one.title: datetime.combine(one.day, time(), UTC)
        for one in counted
        if one.kind == courses.SESSION
    }
    pairings = sum(one.kind == courses.PAIRING for one in counted)
    shadowed = select(func.count()).where(
        TrainingDuty.user_id == trainee.user_id,
        TrainingDuty.kind == "shadow",
        TrainingDuty.at >= trainee.since,
    )
    path = trainee.path
    course = Course(path.sessions, path.pairings, path.shadows)
    return courses.progress(course, attended, pairings, session.scalar(shadowed) or 0)


def standings(session: Session, path: TrainingPath) -> list[Standing]:
    """Everybody on the path, those who are not through first."""
    query = select(Trainee).where(Trainee.path_id == path.id)
    rows = session.scalars(query.order_by(Trainee.certified_at.is_not(None), Trainee.id)).all()
    held = select(Certificate.user_id, Certificate.until).where(Certificate.skill == path.skill)
    until = {row[0]: row[1] for row in session.execute(held)}
    return [Standing(one, demands(session, one), until.get(one.user_id)) for one in rows]


def mine(session: Session, user_id: int) -> list[Standing]:
    """The paths that somebody is on."""
    query = select(Trainee).where(Trainee.user_id == user_id).order_by(Trainee.id)
    held = select(Certificate.skill, Certificate.until).where(Certificate.user_id == user_id)
    until = {row[0]: row[1] for row in session.execute(held)}
    rows = session.scalars(query).all()
    return [Standing(one, demands(session, one), until.get(one.path.skill)) for one in rows]


def events(session: Session, trainee_id: int) -> Sequence[TrainingEvent]:
    """What somebody did on a path, the latest first."""
    query = select(TrainingEvent).where(TrainingEvent.trainee_id == trainee_id)
    return session.scalars(query.order_by(TrainingEvent.day.desc(), TrainingEvent.id.desc())).all()


def newcomers(session: Session) -> list[Newcomer]:
    """The vendor's people who joined within a year, the latest first."""
    now = clock.now()
    own = _duties(session, "own", func.min(TrainingDuty.at))
    shadows = _duties(session, "shadow", func.count())
    found = []
    for user in staff(session):
        if user.team is None or not user.team.on_standby or user.created_at < now - NEW_FOR:
            continue
        first: datetime | None = own.get(user.id)
        weeks = courses.weeks(user.created_at, first) if first else None
        so_far = courses.weeks(user.created_at, now)
        found.append(Newcomer(user, user.created_at, shadows.get(user.id, 0), weeks, so_far))
    return sorted(found, key=lambda one: one.joined, reverse=True)


def _duties(session: Session, kind: str, what: Any) -> dict[int, Any]:
    query = select(TrainingDuty.user_id, what).where(TrainingDuty.kind == kind)
    return {row[0]: row[1] for row in session.execute(query.group_by(TrainingDuty.user_id))}


def running_out(session: Session, within: timedelta) -> Sequence[Certificate]:
    """Certificates that run out soon and have not yet, of people who are there."""
    today = clock.now().date()
    query = (
        select(Certificate)
        .join(User, User.id == Certificate.user_id)
        .where(User.active, Certificate.until >= today, Certificate.until <= today + within)
    )
    return session.scalars(query.order_by(Certificate.id)).all()
