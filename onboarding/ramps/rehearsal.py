"""Faults of a rehearsal: injected from the cockpit, or by the script that its run follows."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.errors import NotFound, Refused
from onboarding.ramps.models import Ramp
from onboarding.simulation import actions, queries
from onboarding.simulation.library import FAULTS
from onboarding.simulation.scripts import SCRIPTS
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


def script_of(cutover: Cutover, key: str) -> str:
    """Why a run of `cutover` cannot follow the script `key`; empty where it can."""
    return "" if not key or _is_practice(cutover) else "This is real traffic: scripts are practice"


def follow(session: Session, ramp: Ramp, actor: Actor) -> None:
    """A step was reached: let the fault of the run's script begin, once, if it is due from there."""
    script = SCRIPTS.get(ramp.script)
    if script is None or ramp.fault_at is not None or ramp.step < script.step:
        return
    if not _is_practice(ramp.cutover):
        return  # it was wired to real traffic meanwhile
    ramp.fault_at = clock.now() + timedelta(seconds=script.after_s)
    stream = ramp.cutover.stream
    actions.inject(session, stream, script.kind, script.for_s, after_s=script.after_s)
    payload = {"kind": script.kind, "seconds": script.for_s, "after": script.after_s}
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
