"""Faults that are injected into a rehearsal from the cockpit."""

from typing import Any

from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.errors import NotFound, Refused
from onboarding.simulation import actions, queries
from onboarding.simulation.library import FAULTS
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
    if not cutover.practice or cutover.switch.get("kind") != "rehearsal":
        raise Refused("This is real traffic", hint="faults are for rehearsals only")
    return cutover
