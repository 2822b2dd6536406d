"""Decide about a cutover's guard; what is decided counts at once, also in the middle of a run."""

from sqlalchemy.orm import Session

from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.errors import BadInput, Refused, Stale
from onboarding.ramps.watched import Watched
from onboarding.trail.log import Actor, record


def watched_of(cutover: Cutover) -> Watched:
    """What was decided, or what counts without a decision where the entry cannot be used."""
    try:
        return Watched.from_config(cutover.metrics)
    except BadInput:
        return Watched()


def decide(
    session: Session, actor: Actor, cutover_id: int, watched: Watched, version: int
) -> Cutover:
    """Keep the decision; votes given before no longer count, as after any change. Raises Stale
    where somebody changed the cutover since `version`, Refused once it is over."""
    cutover = cutovers.get(session, cutover_id, lock=True)
    if cutover.state not in cutovers.OPEN:
        raise Refused(f"This cutover is {cutover.state}", hint="its guard has nothing to watch")
    if cutover.version != version:
        raise Stale("Somebody changed this cutover meanwhile", hint="reload and look again")
    cutover.metrics = {**cutover.metrics, "guard": watched.config()}
    cutover.version += 1
    said = {"version": cutover.version, "guard": watched.config()}
    record(session, cutover.stream, "guard.decided", actor, said)
    return cutover
