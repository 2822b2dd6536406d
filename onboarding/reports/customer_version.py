"""The customer's version of a cutover's report, made from the last run that is over."""

from datetime import datetime, time, timedelta
from functools import reduce
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.errors import Refused
from onboarding.ramps import history, queries
from onboarding.ramps.models import Ramp
from onboarding.reports import learning
from onboarding.reports.learning_models import FollowUp
from onboarding.reports.stretches import added, percent, stretches
from onboarding.sharing.reported import CustomerReport, ReportedStep, ReportedTask


def version(session: Session, cutover: Cutover) -> CustomerReport | None:
    """What the customer may see; None while no run is over."""
    query = select(Ramp).where(Ramp.cutover_id == cutover.id, Ramp.ended_at.is_not(None))
    ramp = session.scalar(query.order_by(Ramp.run.desc()).limit(1))
    if ramp is None or ramp.ended_at is None:
        return None
    seen = stretches(history.moments(session, ramp.id))
    moved = reduce(added, (one.moved for one in seen), None)
    control = reduce(added, (one.control for one in seen), None)
    reached = queries.reached(session, ramp.id)
    shares = {step.position: step.share for step in cutover.steps}
    return CustomerReport(
        title=cutover.title,
        timezone=cutover.turnup.customer.timezone,
        practice=cutover.practice,
        hostnames=tuple(one.name for one in cutover.hostnames),
        starts_at=cutover.starts_at,
        ends_at=cutover.ends_at,
        began_at=ramp.started_at,
        ended_at=ramp.ended_at,
        outcome=ramp.state,
        highest=max((one.share for one in seen), default=ramp.share or 0.0),
        requests=moved.get("requests") if moved else None,
        errors_new=percent(moved),
        errors_old=percent(control),
        steps=tuple(
            ReportedStep(shares[step], at) for step, at in sorted(reached.items()) if step in shares
        ),
        learnt=tuple(one.text for one in learning.lessons(session, cutover.id) if one.for_customer),
        tasks=tuple(
            ReportedTask(
                one.what,
                _same_day(one, cutover.turnup.customer.timezone),
                one.done_at is not None,
            )
            for one in learning.followups(session, cutover.id)
            if one.for_customer
        ),
    )


def _same_day(task: FollowUp, zone: str) -> datetime:
    """The end of the day that its maker named, on the customer's clock."""
    last = (task.due_at - timedelta(seconds=1)).astimezone(ZoneInfo(task.maker.timezone))
    return datetime.combine(last.date() + timedelta(days=1), time(), ZoneInfo(zone))


def shareable(session: Session, cutover: Cutover) -> CustomerReport:
    """The same; raises Refused while no run is over."""
    found = version(session, cutover)
    if found is None:
        raise Refused("No run is over yet", hint="share the report when one has ended")
    return found
