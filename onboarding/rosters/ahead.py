"""Reads of what standby the weeks to come need, and of who there is for it."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.checklists.durations import MOVING, outlooks
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.people import training
from onboarding.people.models import Certificate, TrainingStep, User
from onboarding.rosters.burden import hours_there
from onboarding.rosters.candidates import spans_off, working_of
from onboarding.rosters.problem import needs_of, standby_people, standby_teams
from onboarding.rosters.staffing import Demand, Hand
from onboarding.rosters.windows import zone

USUAL = timedelta(hours=4)  # of a cutover, until some have been
LOOKED_AT = 50
OPEN = ("booked", "running")


@dataclass(frozen=True)
class Expected:
    """Turn-ups that have no cutover yet: when each can go live, and how many cannot be told."""

    at: tuple[tuple[Turnup, datetime], ...]
    unknown: int
    length: timedelta


def booked(session: Session, since: datetime, until: datetime) -> Sequence[Cutover]:
    """The real cutovers that are booked or run, and begin in [since, until)."""
    query = select(Cutover).where(Cutover.state.in_(OPEN), Cutover.practice.is_(False))
    query = query.where(Cutover.starts_at >= since, Cutover.starts_at < until)
    return session.scalars(query.order_by(Cutover.starts_at)).unique().all()


def expected(session: Session) -> Expected:
    """The go-live outlook of every real turn-up before its ramp that has no cutover booked."""
    has = select(Cutover.turnup_id).where(Cutover.state.in_(OPEN), Cutover.practice.is_(False))
    query = select(Turnup).where(Turnup.practice.is_(False), Turnup.stage.not_in(MOVING))
    turnups = session.scalars(query.where(Turnup.id.not_in(has))).unique().all()
    found = outlooks(session, turnups)
    known = tuple((turnup, found[turnup.id].at) for turnup in turnups if turnup.id in found)
    return Expected(known, len(turnups) - len(known), usual_length(session))


def usual_length(session: Session) -> timedelta:
    """The median length of the last real cutovers that were not called off."""
    query = select(Cutover.starts_at, Cutover.ends_at).where(Cutover.practice.is_(False))
    query = query.where(Cutover.state != "cancelled").order_by(Cutover.id.desc()).limit(LOOKED_AT)
    lengths = [(end - start).total_seconds() for start, end in session.execute(query)]
    return timedelta(seconds=median(lengths)) if lengths else USUAL


def demands(session: Session, coming: Sequence[Cutover], likely: Expected) -> list[Demand]:
    """The seats that cutovers `coming` and turn-ups `likely` to need one take, of every team."""
    needs = [need for team in standby_teams(session) for need in needs_of(team)]
    spans = [(one.starts_at, one.ends_at, True) for one in coming]
    spans += [(at, at + likely.length, False) for _, at in likely.at]
    return [_demand(need, *span) for span in spans for need in needs if need["role"] != "shadow"]


def _demand(need: dict[str, Any], start: datetime, end: datetime, sure: bool) -> Demand:
    return Demand(need["team"], need["count"], frozenset(need["skills"]), start, end, sure)


def hands(session: Session, bounds: Sequence[datetime]) -> list[Hand]:
    """Everybody of the teams that stand by, with their hours in each week of `bounds`."""
    people = standby_people(session)
    off = spans_off(session, people, bounds[0], bounds[-1])
    until = _certificates(session)
    learning = _learning(session, people)
    found = []
    for user in people:
        away = [*off[user.id][0], *off[user.id][1]]
        there = tuple(
            hours_there(working_of(user), [s for s in away if s[0] < b and s[1] > a], a, b)
            for a, b in itertools.pairwise(bounds)
        )
        lasting = {skill: _end(day, user) for skill, day in until.get(user.id, {}).items()}
        held = frozenset(user.skills)
        more = (held, lasting, learning.get(user.id, {}), user.trainee)
        found.append(Hand(user.id, user.team_key, there, *more))
    return found


def _end(day: Any, user: User) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone(user.timezone))


def _certificates(session: Session) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for row in session.scalars(select(Certificate)):
        found.setdefault(row.user_id, {})[row.skill] = row.until
    return found


def _learning(session: Session, people: Sequence[User]) -> dict[int, dict[str, str]]:
    """The step each of `people` is at, of the skills they are in training for."""
    found: dict[int, dict[str, str]] = {}
    query = select(TrainingStep).where(TrainingStep.user_id.in_([user.id for user in people]))
    for row in session.scalars(query.order_by(TrainingStep.id)):
        found.setdefault(row.user_id, {})[row.skill] = row.step
    return {
        person: {skill: step for skill, step in steps.items() if step != training.ABLE}
        for person, steps in found.items()
    }
