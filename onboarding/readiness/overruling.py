"""Break the glass: two named people let a flip begin although gates are not met.

One says which and why, another one confirms; neither can do both. All of it is in the trail, and
stays on the cutover, its report and the board for ever.
"""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.errors import BadInput, NotAllowed, NotFound, Refused, Stale
from onboarding.people.models import User
from onboarding.readiness.evidence import fingerprint, gates
from onboarding.readiness.models import Overrule
from onboarding.trail.log import Actor, record

SHORTEST = 10  # characters of a reason that somebody can make something of later


def propose(
    session: Session, actor: Actor, user: User, cutover_id: int, keys: Sequence[str], reason: str
) -> Overrule:
    """The first of two: name the gates (`keys`) and say why. Raises BadInput for a gate that
    does not stand in the way."""
    cutover = _open(session, cutover_id)
    found = {gate.key: gate for gate in gates(session, cutover) if gate.blocks}
    strange = [key for key in keys if key not in found]
    if not keys or strange:
        hint = f"choose of {', '.join(found)}" if found else "nothing stands in the way"
        raise BadInput("choose gates that are not met", place="gate", hint=hint)
    if len(reason) < SHORTEST:
        raise BadInput("say why, in a sentence", place="reason", hint="it is kept for ever")
    rules = [{"key": k, "title": found[k].title, "why": found[k].why} for k in dict.fromkeys(keys)]
    row = Overrule(
        cutover_id=cutover.id,
        rules=rules,
        reason=reason,
        fingerprint=fingerprint(session, cutover),
        asked_by=user.id,
        asked_at=clock.now(),
    )
    session.add(row)
    session.flush()
    said = {"overrule": row.id, "rules": rules}
    record(session, cutover.stream, "gate.overrule_asked", actor, said, {"reason": reason})
    return row


def second(session: Session, actor: Actor, user: User, cutover_id: int, number: int) -> None:
    """The second of two: from now on the named gates do not stand in the way. Raises NotAllowed
    for the first, Stale where plan, forecast, roster or configuration changed since."""
    cutover, row = _row(session, cutover_id, number)
    if row.seconded_at:
        raise Refused("It was confirmed already", hint="the gates named in it are let pass")
    if row.asked_by == user.id:
        raise NotAllowed("Nobody overrules alone", hint="somebody else confirms what you asked for")
    if row.fingerprint != fingerprint(session, cutover):
        raise Stale("Something changed since it was asked for", hint="ask for it anew")
    row.seconded_by, row.seconded_at = user.id, clock.now()
    said = {"overrule": row.id, "rules": row.rules, "asked_by": row.asked_by, "by": user.id}
    record(session, cutover.stream, "gate.overruled", actor, said, {"reason": row.reason})


def withdraw(session: Session, actor: Actor, user: User, cutover_id: int, number: int) -> None:
    """Take it back: whoever may overrule may also stop it, alone."""
    cutover, row = _row(session, cutover_id, number)
    row.withdrawn_by, row.withdrawn_at = user.id, clock.now()
    said = {"overrule": row.id, "rules": row.rules}
    record(session, cutover.stream, "gate.overrule_withdrawn", actor, said)


def _open(session: Session, cutover_id: int) -> Cutover:
    cutover = cutovers.get(session, cutover_id, lock=True)
    if cutover.state != "booked":
        raise Refused(f"This cutover is {cutover.state}", hint="gates stand before a start only")
    return cutover


def _row(session: Session, cutover_id: int, number: int) -> tuple[Cutover, Overrule]:
    cutover = _open(session, cutover_id)
    row = session.get(Overrule, number, populate_existing=True)
    if row is None or row.cutover_id != cutover.id:
        raise NotFound(f"There is no overrule {number} of this cutover")
    if row.withdrawn_at:
        raise Refused("It was withdrawn", hint="ask for another")
    return cutover, row
