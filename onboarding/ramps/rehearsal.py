"""Faults of a rehearsal: injected from the cockpit, or by the script that its run follows."""

from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.errors import NotFound, Refused
from onboarding.ramps.models import Ramp
from onboarding.simulation import actions, queries
from onboarding.simulation.library import FAULTS
from onboarding.simulation.scripts import script
from onboarding.trail.log import Actor, record


def inject(
    session: Session,
    actor: Actor,
    cutover_id: int,
    kind: str,
    seconds: float,
    strength: float | None = None,
) -> None:
    """Begin a fault in the practice world of this cutover. Raises Refused where it is none."""
    cutover = _practice(session, cutover_id)
    actions.inject(session, cutover.stream, kind, seconds, strength)
    payload = {"kind": kind, "seconds": seconds, "strength": strength}
    record(session, cutover.stream, "world.fault", actor, payload)


def objection(cutover: Cutover, text: str) -> str:
    """Why a run of `cutover` cannot follow the script `text`; empty where it can."""
    if not text:
        return ""
    if not _is_practice(cutover):
        return "This is real traffic: scripts are practice"
    last = len(cutover.steps)
    late = next((one for one in script(text) if one.step > last), None)
    return f"The script breaks something at step {late.step}, of {last}" if late else ""


def follow(session: Session, ramp: Ramp, actor: Actor) -> None:
    """A step was reached: let the faults of the run's script begin, each once, that are due from
    there."""
    if not ramp.script or not _is_practice(ramp.cutover):
        return  # it was wired to real traffic meanwhile
    stream, now = ramp.cutover.stream, clock.now().timestamp()
    for number, one in enumerate(script(ramp.script)):
        if str(number) in ramp.faults_at or ramp.step < one.step:
            continue
        ramp.faults_at = {**ramp.faults_at, str(number): now + one.after_s}
        actions.inject(session, stream, one.kind, one.for_s, after_s=one.after_s)
        payload = {"kind": one.kind, "seconds": one.for_s, "after": one.after_s}
        record(session, stream, "world.fault", actor, {**payload, "script": ramp.script})


def clear(session: Session, actor: Actor, cutover_id: int) -> None:
    """End the faults that are on."""
    cutover = _practice(session, cutover_id)
    actions.clear(session, cutover.stream)
    record(session, cutover.stream, "world.cleared", actor)


def running(session: Session, cutover: Cutover) -> list[dict[str, Any]]:
    """The faults that are on now, each with its title."""
    faults = queries.running_faults(queries.find(session, cutover.stream))
    return [{**fault, "title": FAULTS[fault["kind"]].title} for fault in faults]


def _practice(session: Session, cutover_id: int) -> Cutover:
    cutover = session.get(Cutover, cutover_id)
    if cutover is None:
        raise NotFound(f"There is no cutover {cutover_id}")
    if not _is_practice(cutover):
        raise Refused("This is real traffic", hint="faults are for rehearsals only")
    return cutover


def _is_practice(cutover: Cutover) -> bool:
    return cutover.practice and cutover.switch.get("kind") == "rehearsal"
