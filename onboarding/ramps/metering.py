"""Whose traffic is counted for the forecasts, from which source, and since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.forecasts import meters
from onboarding.forecasts.meters import Reading
from onboarding.metrics.base import Sample
from onboarding.ramps.models import Ramp
from onboarding.ramps.states import DRIVEN
from onboarding.ramps.traffic import interval

AFTER = timedelta(days=60)  # for so long after a run has ended
BACK = timedelta(hours=24)  # how far back a source is asked, and waited for while it is away
LATE = timedelta(minutes=15)  # what has not come by then is not waited for


@dataclass(frozen=True)
class Wanted:
    """A turn-up's traffic that is to be counted from `since` on, while `share` percent is moved and
    what a selector picks where `picked`."""

    turnup_id: int
    stream: str
    wiring: Mapping[str, Any]
    share: float | None
    picked: bool
    since: datetime


def metered(session: Session) -> list[int]:
    """Ids of the latest runs of real cutovers, one a turn-up, that are driven or have ended less
    than 60 days ago. Rehearsals bring no traffic of the customer's."""
    query = (
        select(Ramp.id, Cutover.turnup_id)
        .join(Cutover)
        .join(Turnup)
        .where(~Cutover.practice, ~Turnup.practice)
        .where(or_(Ramp.state.in_(DRIVEN), Ramp.ended_at > clock.now() - AFTER))
        .order_by(Ramp.started_at, Ramp.id)
    )
    latest = {turnup_id: ramp_id for ramp_id, turnup_id in session.execute(query)}
    return sorted(latest.values())


def wanted(session: Session, ramp_id: int) -> Wanted | None:
    """What is to be read for that run now; None where it is gone, or no real one."""
    ramp = session.get(Ramp, ramp_id)
    if ramp is None or ramp.cutover.practice:
        return None
    cutover = ramp.cutover
    meter = meters.meter_of(session, cutover.turnup_id)
    since = max(ramp.started_at, clock.now() - BACK)
    if meter is not None and meter.feed == cutover.stream:
        since = meter.until
    elif meter is not None:
        since = max(meter.until, since)
    wiring, picked = dict(cutover.metrics), bool(ramp.selector)
    return Wanted(cutover.turnup_id, cutover.stream, wiring, ramp.share, picked, since)


def take_in(
    session: Session, asked: Wanted, samples: Sequence[Sample], problem: str = ""
) -> datetime:
    """Count what the source gave; until when is counted now. A source that gives nothing is waited
    for, one that is away longer than one that answers."""
    patience = BACK if problem else LATE
    given_up = None if samples else clock.now() - patience
    reading = Reading(
        asked.stream,
        asked.since,
        tuple(interval(sample, asked.share, asked.picked) for sample in samples),
        given_up=given_up,
        problem=problem,
    )
    return meters.take_in(session, asked.turnup_id, reading)
