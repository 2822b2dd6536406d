"""Read back what was kept of a run, for charts."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.ramps.models import Moment
from onboarding.ramps.moments import EVERY_S, Gathering


def gathering(session: Session, ramp_id: int) -> Gathering:
    """To go on with a run of which something may be kept already."""
    kept = session.scalar(select(func.count(Moment.id)).where(Moment.ramp_id == ramp_id)) or 0
    if not kept:
        return Gathering(phase=ramp_id)
    query = select(func.max(Moment.seconds)).where(Moment.ramp_id == ramp_id)
    return Gathering(kept, session.scalar(query) or EVERY_S, phase=ramp_id)


def moments(session: Session, ramp_id: int, last: int | None = None) -> list[Moment]:
    """What is kept of a run, oldest first; the `last` so many where asked."""
    query = select(Moment).where(Moment.ramp_id == ramp_id)
    query = query.order_by(Moment.at.desc(), Moment.id.desc()).limit(last)
    return list(reversed(session.scalars(query).all()))


def shown(row: Moment) -> dict[str, Any]:
    """A moment as charts take it: the shape of a live tick, as far as it goes."""
    return {
        "at": clock.iso(row.at),
        "counted_at": clock.iso(row.counted_at) if row.counted_at else None,
        "seconds": row.seconds,
        "state": row.state,
        "step": row.step,
        "share": row.share,
        "moved": row.moved,
        "control": row.control,
        "signals": [{"signal": name, "evidence": value} for name, value in row.evidence.items()],
    }
