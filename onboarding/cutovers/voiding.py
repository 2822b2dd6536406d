"""Approvals of a flip in spite of a freeze or ship end with what they were given for."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.customers.models import Turnup
from onboarding.cutovers.models import WindowException
from onboarding.trail.log import Actor, record


def void(session: Session, actor: Actor, obstacle: str) -> None:
    """Take back who was let through `obstacle` ("freeze:3"), which is gone or is at another time or
    place than when somebody answered for it; each customer's trail says so."""
    query = select(WindowException).where(WindowException.obstacle == obstacle)
    for row in session.scalars(query.order_by(WindowException.turnup_id)).unique().all():
        turnup = session.get_one(Turnup, row.turnup_id)
        said = {"obstacle": obstacle, "turnup": row.turnup_id, "approved_by": row.approved_by}
        record(session, turnup.customer.stream, "window.let_through_void", actor, said)
        session.delete(row)
    session.flush()
