"""What stands in the way of flips, and who answers for going on nevertheless: one turn-up let
through a freeze or ship, one cutover started before its window."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.cutovers import queries
from onboarding.cutovers.models import Freeze, Ship, WindowException
from onboarding.cutovers.obstacle_models import EarlyStart
from onboarding.errors import BadInput, NotFound, Refused, Stale
from onboarding.trail.log import Actor, record


def let_through(
    session: Session, actor: Actor, obstacle: str, turnup_id: int, reason: str
) -> WindowException:
    """Allow a turn-up to be flipped although a freeze or ship stands in the way."""
    kind, _, number = obstacle.partition(":")
    table = {"freeze": Freeze, "ship": Ship}.get(kind)
    known = number.isascii() and number.isdigit() and len(number) < 10
    if table is None or not known or session.get(table, int(number)) is None:
        raise NotFound(f"There is no {obstacle}", hint="choose one from the calendar")
    turnup = session.get(Turnup, turnup_id, with_for_update={"of": Turnup})
    if turnup is None:
        raise NotFound(f"There is no turn-up {turnup_id}")
    query = select(WindowException).where(
        WindowException.obstacle == obstacle, WindowException.turnup_id == turnup_id
    )
    found = session.scalar(query)
    if found is not None:
        return found
    assert actor.user_id is not None, "a person answers for it"
    allowed = WindowException(
        obstacle=obstacle,
        turnup_id=turnup_id,
        approved_by=actor.user_id,
        reason=reason,
        at=clock.now(),
    )
    session.add(allowed)
    session.flush()
    said = {"obstacle": obstacle, "turnup": turnup_id}
    record(session, turnup.customer.stream, "window.let_through", actor, said, {"reason": reason})
    return allowed


def allow_early(
    session: Session, actor: Actor, cutover_id: int, version: int, reason: str
) -> EarlyStart:
    """Let this cutover, as it is planned in `version`, start before its window opens. All other
    gates stay as they are. Raises BadInput, Refused, Stale."""
    if not reason.strip():
        raise BadInput(
            "an early start needs a reason", place="reason", hint="say why it can't wait"
        )
    cutover = queries.get(session, cutover_id, lock=True)
    if cutover.state != "booked" or clock.now() >= cutover.starts_at:
        raise Refused("This cutover does not wait for its window", hint="see go / no-go")
    if cutover.version != version:
        raise Stale("Somebody changed this cutover meanwhile", hint="reload and look again")
    found = queries.early_start(session, cutover)
    if found is not None:
        return found
    assert actor.user_id is not None, "a person answers for it"
    allowed = EarlyStart(
        cutover_id=cutover.id,
        version=version,
        allowed_by=actor.user_id,
        reason=reason.strip(),
        at=clock.now(),
    )
    session.add(allowed)
    session.flush()
    said = {"version": version, "user": actor.user_id}
    record(session, cutover.stream, "cutover.early_allowed", actor, said, {"reason": reason})
    return allowed
