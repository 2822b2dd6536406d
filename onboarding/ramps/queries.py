"""Reads of ramps that have a name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import iso
from onboarding.config import settings
from onboarding.cutovers.models import Cutover
from onboarding.people.models import User
from onboarding.ramps.course import Course, CourseStep, Standing
from onboarding.ramps.models import Command, Intent, Ramp, Stop
from onboarding.ramps.states import DRIVEN
from onboarding.switches.selectors import from_json
from onboarding.trail.log import Actor

ANSWERED = ("acting", "done", "failed")


def current(session: Session, cutover_id: int, *, lock: bool = False) -> Ramp | None:
    """The latest run of the cutover, its row locked if asked; None where none was started."""
    query = select(Ramp).where(Ramp.cutover_id == cutover_id).order_by(Ramp.run.desc()).limit(1)
    if lock:
        query = query.with_for_update(of=Ramp).execution_options(populate_existing=True)
    return session.scalar(query)


def ticked(session: Session, cutover_id: int) -> dict[str, Any] | None:
    """The conductor's last tick of a run that is driven, as it went to open pages; else None."""
    ramp = current(session, cutover_id)
    return ramp.figures if ramp and ramp.state in DRIVEN and ramp.figures else None


def course_of(cutover: Cutover) -> Course:
    """The plan as the ramp walks it; no step allows more errors than the vendor does now."""
    return Course(
        tuple(
            CourseStep(
                step.share,
                step.hold_s,
                step.needs_go,
                _within(step.limits),
                from_json(step.selector),
                step.go_by,
                step.over_peak,
                tuple(step.before),
                tuple(step.after),
            )
            for step in cutover.steps
        )
    )


def _within(limits: Mapping[str, float]) -> dict[str, float]:
    most = settings().error_limit
    if most == 1:
        return dict(limits)
    return {**limits, "errors": min(most, limits.get("errors", most))}


def stop_in_force(session: Session) -> Stop | None:
    """The press that holds every ramp now."""
    query = select(Stop).where(Stop.lifted_at.is_(None)).order_by(Stop.id).limit(1)
    return session.scalar(query)


def stopped(session: Session) -> str:
    """Why no ramp starts or moves on now, as a sentence; empty where nothing holds them all."""
    stop = stop_in_force(session)
    if stop is None:
        return ""
    by = name_of(session, stop.actor)
    return f"Everything is held, by {by} since {iso(stop.at)}: {stop.reason}. Ops lift it at /stop"


def open_intent(session: Session, ramp_id: int) -> Intent | None:
    """What the switch was asked for and has not answered."""
    return session.scalar(select(Intent).where(Intent.ramp_id == ramp_id, Intent.state == "open"))


def told_at(session: Session, ramp_id: int) -> datetime | None:
    """When the switch may have been told anything by this run, at the latest; None where it was
    asked for nothing yet."""
    query = select(Intent).where(Intent.ramp_id == ramp_id).order_by(Intent.id.desc()).limit(1)
    last = session.scalar(query)
    return (last.closed_at or clock.now()) if last else None


def reached(session: Session, ramp_id: int) -> dict[int, datetime]:
    """Step → when the switch was first read to be there, in this run."""
    query = select(Intent.step, func.min(Intent.closed_at))
    query = query.where(Intent.ramp_id == ramp_id, Intent.state == "done", Intent.step > 0)
    return {step: at for step, at in session.execute(query.group_by(Intent.step)) if at}


def lately(session: Session, cutover_id: int, number: int = 5) -> float | None:
    """How long the switch took to answer, the median of the last times (seconds), over all runs of
    the cutover; None where it was never set."""
    query = select(Intent.opened_at, Intent.closed_at).join(Ramp, Ramp.id == Intent.ramp_id)
    query = query.where(Ramp.cutover_id == cutover_id, Intent.state == "done")
    rows = session.execute(query.order_by(Intent.id.desc()).limit(number))
    took = [(closed - opened).total_seconds() for opened, closed in rows if closed]
    return median(took) if took else None


def standing(session: Session, cutover_id: int) -> Standing:
    """Where the cutover's latest run stands; "idle" where there was none."""
    ramp = current(session, cutover_id)
    return standing_of(session, ramp) if ramp else Standing()


def standing_of(session: Session, ramp: Ramp) -> Standing:
    """Where this run stands."""
    return Standing(
        run=ramp.run,
        state=ramp.state,
        step=ramp.step,
        share=ramp.share,
        open=open_intent(session, ramp.id) is not None,
        by_hand=ramp.cutover.switch.get("kind") == "manual",
    )


def waiting(session: Session, limit: int = 200) -> Sequence[Command]:
    """Commands that nobody has handled, oldest first."""
    query = select(Command).where(Command.state == "waiting").order_by(Command.id).limit(limit)
    return session.scalars(query).all()


def last_answered(session: Session, cutover_id: int) -> Command | None:
    """The command that was carried out last on this cutover."""
    query = select(Command).where(Command.cutover_id == cutover_id, Command.state.in_(ANSWERED))
    return session.scalar(query.order_by(Command.handled_at.desc(), Command.id.desc()).limit(1))


def last_handled(session: Session, cutover_id: int) -> Command | None:
    """The command that was answered last on this cutover, refusals included."""
    query = select(Command).where(Command.cutover_id == cutover_id, Command.state != "waiting")
    return session.scalar(query.order_by(Command.handled_at.desc(), Command.id.desc()).limit(1))


def name_of(session: Session, actor: str) -> str:
    """The name behind an actor of the trail, for people to read."""
    user_id = Actor(actor, "").user_id
    user = session.get(User, user_id) if user_id else None
    return user.name if user else actor
