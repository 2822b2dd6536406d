"""One gateway at a time is active: a lease in the database, with a fencing number.

As with ramps, it lasts `LEASE_S` seconds and is renewed each second; whoever takes it raises
`fence`, and a write under an older fence changes nothing.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.bridges.models import GatewayLease
from onboarding.ramps.leases import LEASE_S, LeaseLost

NAME = "gateway"


def take(session: Session, holder: str) -> int | None:
    """Take the lease by one guarded UPDATE; the new fence, or None where somebody has it."""
    if session.get(GatewayLease, NAME) is None:
        session.add(GatewayLease(name=NAME))
        session.flush()
    now = clock.now()
    free = or_(
        GatewayLease.until.is_(None),
        GatewayLease.until <= now,
        GatewayLease.until > now + timedelta(seconds=3 * LEASE_S),  # of a clock set back since
    )
    taken = session.execute(
        update(GatewayLease)
        .where(GatewayLease.name == NAME, free)
        .values(holder=holder, until=_until(), fence=GatewayLease.fence + 1, facts={})
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return None
    return session.scalars(select(GatewayLease.fence).where(GatewayLease.name == NAME)).one()


def renew(session: Session, fence: int, facts: dict[str, Any]) -> None:
    """Hold it on, and say what the connections do. Raises LeaseLost."""
    row = held(session, fence)
    row.until, row.facts = _until(), facts


def held(session: Session, fence: int) -> GatewayLease:
    """The lease's row, locked, under this fence. Raises LeaseLost."""
    query = select(GatewayLease).where(GatewayLease.name == NAME, GatewayLease.fence == fence)
    row = session.scalar(query.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise LeaseLost("Another gateway is active now")
    return row


def release(session: Session, fence: int) -> None:
    """Give it up, if it is still this one."""
    mine = update(GatewayLease).where(GatewayLease.name == NAME, GatewayLease.fence == fence)
    session.execute(mine.values(holder="", until=None, facts={}))


def current(session: Session) -> GatewayLease | None:
    """The lease while somebody's is alive."""
    row, now = session.get(GatewayLease, NAME), clock.now()
    return row if row is not None and row.until is not None and row.until > now else None


def _until() -> Any:
    return clock.now() + timedelta(seconds=LEASE_S)
