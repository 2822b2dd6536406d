"""The stop: one press holds every ramp that runs, and none starts or moves on until it is lifted."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.clock import iso
from onboarding.errors import BadInput, Refused
from onboarding.ramps import actions
from onboarding.ramps.models import Command, Ramp, Stop
from onboarding.ramps.queries import name_of, stop_in_force
from onboarding.ramps.states import DRIVEN
from onboarding.trail.log import Actor, lock_stream, record

LONGEST = 500
#: States from which traffic moves on towards the new path; nothing stops a roll-back.
HOLDABLE = ("holding", "undecided", "waiting_go", "advancing")


def press(session: Session, actor: Actor, reason: str) -> Stop:
    """Hold everything. Raises BadInput without a reason, Refused where it is held already."""
    lock_stream(session, "system")
    if not reason.strip() or len(reason) > LONGEST or "\x00" in reason:
        hint = f"why, in up to {LONGEST} characters"
        raise BadInput("a reason is needed", place="reason", hint=hint)
    found = stop_in_force(session)
    if found is not None:
        raise Refused("Everything is held already", hint=f"since {iso(found.at)}")
    stop = Stop(reason=reason.strip(), actor=actor.name, at=clock.now())
    session.add(stop)
    session.flush()
    _told(session, "stop.pressed", actor, stop)
    _hold(session, actor, stop)
    return stop


def asked(session: Session, actor: Actor, stop_id: int) -> list[tuple[int, int]]:
    """(command, cutover) of every ramp that the stop holds. What began in the very moment of the
    press, and was not seen by it, is held now."""
    _hold(session, actor, session.get_one(Stop, stop_id))
    mine = Command.key.startswith(f"stop-{stop_id}-")
    rows = session.scalars(select(Command).where(mine).order_by(Command.id))
    return [(row.id, row.cutover_id) for row in rows]


def _hold(session: Session, actor: Actor, stop: Stop) -> None:
    """Ask for a hold of every ramp that moves on by itself, once for each run."""
    for ramp in running(session):
        if ramp.state in HOLDABLE:
            key = f"stop-{stop.id}-{ramp.cutover_id}-{ramp.run}"
            reason = f"Everything is held: {stop.reason}"
            actions.ask(session, actor, ramp.cutover_id, "hold", key=key, reason=reason)


def lift(session: Session, actor: Actor) -> Stop:
    """Ramps may start and move on again; each is resumed by a person. Raises Refused where nothing
    is held by a stop."""
    lock_stream(session, "system")
    stop = stop_in_force(session)
    if stop is None:
        raise Refused("Nothing is held by a stop", hint="each ramp has its own Hold and Resume")
    stop.lifted_at, stop.lifted_by = clock.now(), actor.name
    _told(session, "stop.lifted", actor, stop)
    return stop


def _told(session: Session, kind: str, actor: Actor, stop: Stop) -> None:
    """In the trail of the house, and of each cutover that runs, whose pages follow it."""
    streams = [ramp.cutover.stream for ramp in running(session)]
    for stream in ("system", *streams):
        record(session, stream, kind, actor, {"stop": stop.id}, {"reason": stop.reason})


def running(session: Session) -> Sequence[Ramp]:
    """Every run that a conductor drives, by cutover."""
    query = select(Ramp).where(Ramp.state.in_(DRIVEN)).order_by(Ramp.cutover_id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def said(session: Session, stop: Stop | None) -> dict[str, object]:
    """The stop as programs are told of it."""
    if stop is None:
        return {"held": False, "reason": "", "by": "", "at": None}
    by = name_of(session, stop.actor)
    return {"held": True, "reason": stop.reason, "by": by, "at": iso(stop.at)}
