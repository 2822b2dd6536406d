"""Who may push counts of a cutover: whatever system was given its token."""

from sqlalchemy.orm import Session

from onboarding.cutovers import queries
from onboarding.errors import Refused
from onboarding.metrics.actions import new_token
from onboarding.trail.log import Actor, record


def make_push_token(session: Session, actor: Actor, cutover_id: int) -> str:
    """A fresh token of this cutover, shown once; the former one is void. While it runs as well: a
    token that has got out must be changed at once."""
    cutover = queries.get(session, cutover_id, lock=True)
    if cutover.state not in ("booked", "running"):
        raise Refused(f"This cutover is {cutover.state}", hint="nothing counts what is pushed now")
    token = new_token(session, cutover.stream)
    record(session, cutover.stream, "cutover.push_token", actor, {})
    return token
