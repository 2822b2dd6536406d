"""Whether a fault that bytes alone tell of was there for as long as the guard has to compare them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.ramps.models import Moment, Ramp
from onboarding.ramps.scoring import by_bytes
from onboarding.ramps.volume import BLOCK_S, BLOCKS, LEAST_REQUESTS
from onboarding.simulation.scripts import Planned

#: Blocks of the fault that make the median of them all one of its own, and the one it begins in.
MAJORITY = BLOCKS // 2 + 1
BEGUN = 1


def compared(session: Session, ramp: Ramp, fault: Planned, began: datetime, end: datetime) -> bool:
    """Whether from `began` to `end` both paths had the traffic that the guard needs to see `fault`;
    where more than bytes tells of it, there is nothing to wait for."""
    if not by_bytes(fault.kind):
        return True
    query = select(Moment).where(Moment.ramp_id == ramp.id, Moment.at <= end)
    before: list[Moment] = []
    during: list[Moment] = []
    whole = {step.position for step in ramp.cutover.steps if step.selector}
    for moment in session.scalars(query.order_by(Moment.at, Moment.id)):
        if moment.step not in whole:
            (before if moment.at <= began else during).append(moment)
    return _blocks(during) >= max(MAJORITY, BLOCKS - _blocks(before)) + BEGUN


def _blocks(moments: Iterable[Moment]) -> float:
    """How many blocks (`ramps.volume`) the seconds of both paths come to."""
    found = 0.0
    for moment in moments:
        if moment.moved and moment.control:
            asked = min(moment.moved["requests"], moment.control["requests"])
            found += min(moment.seconds / BLOCK_S, asked / LEAST_REQUESTS)
    return found
