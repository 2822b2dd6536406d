"""One conductor at a time drives a ramp: a lease in the ramp's row, with a fencing number.

The lease lasts `LEASE_S` seconds and is renewed each second. Whoever takes it raises `fence`; a
write under an older fence changes nothing, so a conductor that was asleep cannot undo what its
successor did.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import Stale
from onboarding.ramps.models import Ramp
from onboarding.ramps.states import DRIVEN

LEASE_S = 5.0
JUMP_S = 2.0  # the wall clock may part from the monotonic one by this much between two looks


Look = tuple[float, datetime]  # the monotonic clock and the wall clock, at one moment


class LeaseLost(Stale):
    """Another conductor drives this ramp now."""


def free(now: datetime) -> ColumnElement[bool]:
    """Whether nobody's lease is alive. One that ends too far ahead was given by a clock that has
    been set back since."""
    return or_(
        Ramp.lease_until.is_(None),
        Ramp.lease_until <= now,
        Ramp.lease_until > now + timedelta(seconds=3 * LEASE_S),
    )


def alive(ramp: Ramp) -> bool:
    """Whether somebody's lease on `ramp` is alive."""
    now = clock.now()
    end = ramp.lease_until
    return end is not None and now < end <= now + timedelta(seconds=3 * LEASE_S)


def untended(session: Session, limit: int) -> Sequence[int]:
    """Ids of running ramps that nobody drives."""
    query = select(Ramp.id).where(Ramp.state.in_(DRIVEN), free(clock.now()))
    return session.scalars(query.order_by(Ramp.lease_until, Ramp.id).limit(limit)).all()


def take(session: Session, ramp_id: int, holder: str) -> int | None:
    """Take the lease by one guarded UPDATE; the new fence, or None where somebody has it."""
    now = clock.now()
    taken = session.execute(
        update(Ramp)
        .where(Ramp.id == ramp_id, free(now))
        .values(
            lease_holder=holder,
            lease_until=now + timedelta(seconds=LEASE_S),
            fence=Ramp.fence + 1,
        )
        .execution_options(synchronize_session=False)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return None
    return session.scalars(select(Ramp.fence).where(Ramp.id == ramp_id)).one()


def held(session: Session, ramp_id: int, fence: int) -> Ramp:
    """The ramp, its row locked, under this fence. Raises LeaseLost."""
    query = select(Ramp).where(Ramp.id == ramp_id, Ramp.fence == fence)
    query = query.with_for_update(of=Ramp).execution_options(populate_existing=True)
    ramp = session.scalar(query)
    if ramp is None:
        raise LeaseLost(f"Ramp {ramp_id} is driven by another conductor")
    return ramp


def release(session: Session, ramp_id: int, fence: int) -> None:
    """Give the lease up, if it is still this one."""
    session.execute(
        update(Ramp)
        .where(Ramp.id == ramp_id, Ramp.fence == fence)
        .values(lease_holder="", lease_until=None)
        .execution_options(synchronize_session=False)
    )


class LeaseClock:
    """Until when this process may believe in its leases, by both clocks.

    The monotonic clock stands still while a machine is suspended, the wall clock can be set: the
    leases are over as soon as either says so, or when the two part.
    """

    def __init__(self) -> None:
        self.ticks, self.wall = self.look()

    @staticmethod
    def look() -> Look:
        """Both clocks, to be read before the leases are written."""
        return clock.ticks(), clock.now()

    def renewed(self, look: Look) -> None:
        """All leases were renewed; `look` was taken just before."""
        self.ticks, self.wall = look

    def good(self) -> bool:
        """Whether the leases still stand."""
        ticks = clock.ticks() - self.ticks
        wall = (clock.now() - self.wall).total_seconds()
        return ticks < LEASE_S and wall < LEASE_S and abs(wall - ticks) < JUMP_S
