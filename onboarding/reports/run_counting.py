"""Count runs once they are over: their facts, the guard's alarms, the faults of rehearsals."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.paging.models import Page
from onboarding.people.models import User
from onboarding.ramps import outcome, scores
from onboarding.ramps.models import Moment, Ramp
from onboarding.reports.reminding import ask_for_lessons
from onboarding.reports.run_models import Alarm, Rehearsed, RunFacts
from onboarding.reports.runs import KINDS, Told, tale
from onboarding.trail.log import Actor
from onboarding.trail.models import Entry, Stream

BEFORE = timedelta(seconds=5)  # an overrule is told just before the start it lets through
AFTER = timedelta(seconds=5)  # last entries are a little younger than the end


def count_runs(session: Session, limit: int) -> int:
    """Count up to `limit` runs that ended since it was last asked; how many those were."""
    query = select(Ramp).outerjoin(RunFacts, RunFacts.ramp_id == Ramp.id)
    query = query.where(Ramp.ended_at.is_not(None), RunFacts.ramp_id.is_(None))
    ramps = session.scalars(query.order_by(Ramp.id).limit(limit)).unique().all()
    for ramp in ramps:
        _count(session, ramp)
        session.flush()
    return len(ramps)


def _count(session: Session, ramp: Ramp) -> None:
    cutover = ramp.cutover
    assert ramp.ended_at is not None  # asked for above
    told = tale(_told(session, ramp))
    facts = RunFacts(ramp_id=ramp.id, cutover_id=cutover.id, turnup_id=cutover.turnup_id)
    facts.practice, facts.outcome, facts.ended_at = cutover.practice, ramp.state, ramp.ended_at
    facts.lasted_s = (ramp.ended_at - ramp.started_at).total_seconds()
    facts.late_s = (ramp.started_at - cutover.starts_at).total_seconds()
    facts.over_s = (ramp.ended_at - cutover.ends_at).total_seconds()
    facts.holds, facts.back_why = dict(told.holds), told.back_why
    facts.overruled, facts.pages = told.overruled, _pages(session, ramp)
    facts.watched_s, facts.off = _watched(session, ramp), _off(session, ramp)
    session.add(facts)
    session.flush()
    if cutover.practice:
        _rehearsed(session, ramp)
        return
    ask_for_lessons(session, facts)
    for seen in told.alarms:
        session.add(Alarm(ramp_id=ramp.id, **vars(seen)))


def _told(session: Session, ramp: Ramp) -> Sequence[Told]:
    query = select(Entry).join(Stream).where(Stream.name == ramp.cutover.stream)
    query = query.where(Entry.kind.in_(KINDS), Entry.at >= ramp.started_at - BEFORE)
    assert ramp.ended_at is not None
    query = query.where(Entry.at <= ramp.ended_at + AFTER).order_by(Entry.number)
    entries = session.scalars(query).all()
    ids = {Actor(one.actor, "").user_id for one in entries}
    customers = select(User.id).where(User.id.in_(ids - {None}), User.role == "customer")
    theirs = {f"user:{number}" for number in session.scalars(customers)}
    return [
        Told(one.number, one.at, one.kind, one.payload, "customer" if one.actor in theirs else "")
        for one in entries
    ]


def _pages(session: Session, ramp: Ramp) -> int:
    query = select(func.count(Page.id)).where(Page.subject == ramp.cutover.stream)
    query = query.where(Page.opened_at >= ramp.started_at, Page.opened_at <= ramp.ended_at)
    return session.scalar(query) or 0


def _watched(session: Session, ramp: Ramp) -> float:
    query = select(func.sum(Moment.seconds)).where(Moment.ramp_id == ramp.id)
    return float(session.scalar(query.where(Moment.counted_at.is_not(None))) or 0.0)


def _off(session: Session, ramp: Ramp) -> float | None:
    """The mean error of the forecast over the steps, each as long as it was held."""
    steps = outcome.beside(session, ramp.cutover, ramp.figures)["steps"]
    known = [(one.seconds, abs(one.part)) for one in steps if one.part is not None]
    seconds = sum(length for length, _part in known)
    return sum(length * part for length, part in known) / seconds if seconds else None


def _rehearsed(session: Session, ramp: Ramp) -> None:
    if not ramp.script:
        return
    for place, one in enumerate(scores.of_run(session, ramp).faults):
        if one.score.began is None:
            continue  # it never came
        row = Rehearsed(ramp_id=ramp.id, place=place, kind=one.planned.kind)
        row.expected, row.verdict = one.score.expected, one.score.verdict
        row.held_s, row.back_s = one.score.held_s, one.score.back_s
        session.add(row)


def counted(session: Session, cutover: Cutover) -> Sequence[RunFacts]:
    """The runs of a cutover that are over and counted, the first first."""
    query = select(RunFacts).where(RunFacts.cutover_id == cutover.id).order_by(RunFacts.ramp_id)
    return session.scalars(query).unique().all()
