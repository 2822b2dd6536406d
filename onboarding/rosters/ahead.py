"""Reads of what standby the weeks to come need, and of who there is for it."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from statistics import median
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists.durations import MOVING, outlooks
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.people import training
from onboarding.people.models import Certificate, TrainingStep, User
from onboarding.rosters.burden import hours_there
from onboarding.rosters.candidates import spans_off, working_of
from onboarding.rosters.models import GoLive
from onboarding.rosters.problem import needs_of, standby_people, standby_teams
from onboarding.rosters.staffing import Demand, Hand
from onboarding.rosters.windows import zone

USUAL = timedelta(hours=4)  # of a cutover, until some have been
LOOKED_AT = 50
AT_ONCE = 200  # turn-ups worked out in one request, or one transaction
OPEN = ("booked", "running")


@dataclass(frozen=True)
class Expected:
    """Turn-ups that have no cutover yet: when each can go live, for how many that cannot be told
    (without a checklist, or not worked out yet), and how long a cutover usually takes."""

    at: tuple[datetime, ...]
    unknown: int
    length: timedelta


def booked(session: Session, since: datetime, until: datetime) -> Sequence[Cutover]:
    """The real cutovers that are booked or run, and begin in [since, until)."""
    query = select(Cutover).where(Cutover.state.in_(OPEN), Cutover.practice.is_(False))
    query = query.where(Cutover.starts_at >= since, Cutover.starts_at < until)
    return session.scalars(query.order_by(Cutover.starts_at)).unique().all()


def waiting(session: Session) -> Sequence[int]:
    """Ids of the real turn-ups before their ramp that have no cutover booked."""
    has = select(Cutover.turnup_id).where(Cutover.state.in_(OPEN), Cutover.practice.is_(False))
    query = select(Turnup.id).where(Turnup.practice.is_(False), Turnup.stage.not_in(MOVING))
    return session.scalars(query.where(Turnup.id.not_in(has)).order_by(Turnup.id)).all()


def expected(session: Session) -> Expected:
    """When each of those who are `waiting` can go live: as a worker last worked it out, and now
    for the first of those it has not come to."""
    ids, now = waiting(session), clock.now()
    known = {row.turnup_id: row.at for row in session.execute(select(GoLive.turnup_id, GoLive.at))}
    new = [number for number in ids if number not in known][:AT_ONCE]
    found = known | look(session, new)
    at = [moment for number in ids if (moment := found.get(number)) is not None]
    return Expected(
        tuple(max(moment, now) for moment in at), len(ids) - len(at), usual_length(session)
    )


def look(session: Session, ids: Sequence[int]) -> dict[int, datetime | None]:
    """When each of these turn-ups can go live by its checklist, None where it does not say."""
    turnups = session.scalars(select(Turnup).where(Turnup.id.in_(ids))).unique().all()
    found = outlooks(session, turnups)
    return {number: found[number].at if number in found else None for number in ids}


def keep(session: Session, found: Mapping[int, datetime | None]) -> None:
    """Keep what was worked out."""
    session.execute(delete(GoLive).where(GoLive.turnup_id.in_(found)))
    now = clock.now()
    session.add_all(GoLive(turnup_id=one, at=at, looked_at=now) for one, at in found.items())
    session.flush()


def forget_others(session: Session, ids: Sequence[int]) -> None:
    """Drop what was kept of turn-ups that are not among `ids` any more."""
    known = session.scalars(select(GoLive.turnup_id)).all()
    gone = sorted(set(known) - set(ids))
    session.execute(delete(GoLive).where(GoLive.turnup_id.in_(gone)))


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
    spans += [(at, at + likely.length, False) for at in likely.at]
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
