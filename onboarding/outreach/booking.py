"""The flip of another round, booked as the last one was: its plan, wiring and guard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.customers.models import Hostname, Turnup
from onboarding.cutovers import actions as cutovers
from onboarding.cutovers import allowing
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.plan import StepPlan, length
from onboarding.cutovers.queries import plan_of
from onboarding.cutovers.shapes import TEMPLATES
from onboarding.errors import BadInput
from onboarding.trail.log import Actor

MARGIN = timedelta(minutes=30)
AS_LAST, USUAL = "", "canary"


@dataclass(frozen=True)
class Booking:
    """When the round is flipped, by which plan (`AS_LAST`, or a key of `TEMPLATES`), in which zone
    that was said, and why it is booked where it conflicts with others."""

    at: datetime
    plan: str = AS_LAST
    zone: str = "UTC"
    despite: str = ""


def last_flip(session: Session, turnup_id: int) -> Cutover | None:
    """The last real cutover of the turn-up that was done."""
    query = select(Cutover).where(Cutover.turnup_id == turnup_id, Cutover.state == "done")
    query = query.where(~Cutover.practice).order_by(Cutover.starts_at.desc(), Cutover.id.desc())
    return session.scalars(query.limit(1)).unique().one_or_none()


def wiring_of(last: Cutover | None) -> cutovers.Wiring:
    """That of the last flip, its guard's settings with it; practice where there was none."""
    if last is None:
        return cutovers.Wiring()
    return cutovers.Wiring(dict(last.switch), dict(last.metrics))


def steps_of(last: Cutover | None, plan: str) -> Sequence[StepPlan]:
    """The steps of the chosen plan. Raises BadInput."""
    if plan and plan not in TEMPLATES:
        raise BadInput("there is no such plan", place="plan", hint=", ".join(TEMPLATES))
    if last is not None and plan == AS_LAST:
        return plan_of(last)
    return TEMPLATES[plan or USUAL].steps


def book(
    session: Session,
    actor: Actor,
    made: Turnup,
    hostnames: Sequence[Hostname],
    last: Cutover | None,
    booking: Booking,
) -> Cutover:
    """The round's cutover. It is startable as any other: its own gates, proof, votes and seats stand
    before it; what a person once let the last flip off is not taken over. Raises BadInput."""
    steps = steps_of(last, booking.plan)
    row = cutovers.book(
        session,
        actor,
        made,
        title="",
        starts_at=booking.at,
        ends_at=booking.at + length(steps) + MARGIN,
        steps=steps,
        hostnames=hostnames,
        wiring=wiring_of(last),
        zone=booking.zone,
        despite=booking.despite,
        peak_hour=last.peak_hour if last else None,
    )
    if last is not None and last.customer_holds:
        allowing.let_customer_hold(session, actor, row.id, True)
    return row
