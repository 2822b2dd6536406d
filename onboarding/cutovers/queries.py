"""Reads of cutovers that have a name."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Customer, Turnup
from onboarding.cutovers import plan
from onboarding.cutovers.calendar import Span
from onboarding.cutovers.models import Cutover, Freeze, Ship, WindowException
from onboarding.cutovers.obstacle_models import EarlyStart
from onboarding.cutovers.plan import StepPlan
from onboarding.errors import NotFound
from onboarding.forecasts.queries import WEEK, hourly_rates, regions_of
from onboarding.people.models import Team
from onboarding.switches.selectors import from_json

OPEN = ("booked", "running")


def get(session: Session, cutover_id: int, *, lock: bool = False) -> Cutover:
    """The cutover, its row locked if asked. Raises NotFound."""
    cutover = session.get(Cutover, cutover_id, with_for_update={"of": Cutover} if lock else None)
    if cutover is None:
        raise NotFound(f"There is no cutover {cutover_id}")
    return cutover


def of_turnup(session: Session, turnup_id: int) -> Sequence[Cutover]:
    """All cutovers of a turn-up, the latest window first."""
    query = select(Cutover).where(Cutover.turnup_id == turnup_id)
    return session.scalars(query.order_by(Cutover.starts_at.desc(), Cutover.id.desc())).all()


def current(session: Session, turnup_id: int) -> Cutover | None:
    """The cutover people mean: the one running, else the next booked, else the last done."""
    return current_of(session, [turnup_id]).get(turnup_id)


def current_of(session: Session, turnup_ids: Sequence[int]) -> dict[int, Cutover]:
    """`current` of many turn-ups in one query; those without a cutover are left out."""
    query = select(Cutover).where(Cutover.turnup_id.in_(turnup_ids), Cutover.state != "cancelled")
    found: dict[int, Cutover] = {}
    for cutover in session.scalars(query).unique():
        before = found.get(cutover.turnup_id)
        if before is None or _presence(cutover) < _presence(before):
            found[cutover.turnup_id] = cutover
    return found


def _presence(cutover: Cutover) -> tuple[int, float, int]:
    """The lowest is the one people mean: running, then booked (the next), then done (the last)."""
    at = cutover.starts_at.timestamp()
    order = {"running": 0, "booked": 1, "done": 2}[cutover.state]
    return order, -at if cutover.state == "done" else at, -cutover.id


def coming(session: Session, since: datetime) -> Sequence[Cutover]:
    """Cutovers that are open or ended after `since`, by start."""
    query = select(Cutover).where(Cutover.state != "cancelled")
    query = query.where(Cutover.state.in_(OPEN) | (Cutover.ends_at >= since))
    return session.scalars(query.order_by(Cutover.starts_at)).unique().all()


def freezes(session: Session, start: datetime, end: datetime) -> list[Span]:
    """Freezes and ships of high risk that share time with the window: what stands in its way."""
    query = select(Freeze).where(Freeze.starts_at < end, Freeze.ends_at > start)
    frozen = [freeze_span(freeze) for freeze in session.scalars(query.order_by(Freeze.starts_at))]
    risky = [ship for ship in ships(session, start, end) if ship.risk == "high"]
    return frozen + [ship_span(ship) for ship in risky]


def freeze_rows(session: Session, since: datetime, customer_id: int = 0) -> Sequence[Freeze]:
    """Freezes that are not over at `since`, by start: all of them, or one customer's own."""
    query = select(Freeze).where(Freeze.ends_at > since)
    if customer_id:
        query = query.where(Freeze.customer_id == customer_id)
    return session.scalars(query.order_by(Freeze.starts_at, Freeze.id)).unique().all()


def freeze_span(freeze: Freeze) -> Span:
    """The freeze as a named time."""
    return Span(
        freeze.name,
        freeze.starts_at,
        freeze.ends_at,
        key=f"freeze:{freeze.id}",
        region=freeze.region,
        customer_id=freeze.customer_id,
    )


def in_the_way(session: Session, turnup: Turnup, start: datetime, end: datetime) -> list[Span]:
    """Freezes and risky ships in the window that concern `turnup` and that nobody lets it pass."""
    met = freezes(session, start, end)
    allowed = let_through(session, [turnup.id])
    regional = any(one.region for one in met)
    regions = regions_of(session, [turnup.id])[turnup.id] if regional else ()
    return [
        one
        for one in met
        if one.concerns(regions, turnup.customer_id) and (one.key, turnup.id) not in allowed
    ]


def ships(session: Session, start: datetime, end: datetime) -> Sequence[Ship]:
    """Ships that share time with the window, by start."""
    query = select(Ship).where(Ship.starts_at < end, Ship.ends_at > start)
    return session.scalars(query.order_by(Ship.starts_at, Ship.id)).unique().all()


def ship_span(ship: Ship) -> Span:
    """The ship as a named time."""
    return Span(ship.name, ship.starts_at, ship.ends_at, "ship", f"ship:{ship.id}")


def let_through(session: Session, turnup_ids: Sequence[int]) -> frozenset[tuple[str, int]]:
    """(key of a freeze or ship, turn-up) where somebody allowed it."""
    query = select(WindowException.obstacle, WindowException.turnup_id)
    query = query.where(WindowException.turnup_id.in_(turnup_ids))
    return frozenset((key, turnup_id) for key, turnup_id in session.execute(query))


def early_start(session: Session, cutover: Cutover) -> EarlyStart | None:
    """Who let this cutover, as it is planned now, start before its window."""
    query = select(EarlyStart).where(
        EarlyStart.cutover_id == cutover.id, EarlyStart.version == cutover.version
    )
    return session.scalar(query)


def early_starts(session: Session, cutovers: Sequence[Cutover]) -> dict[int, str]:
    """Who let which cutovers, as they are planned now, start early, and why: in a sentence."""
    versions = {cutover.id: cutover.version for cutover in cutovers}
    query = select(EarlyStart).where(EarlyStart.cutover_id.in_(versions))
    return {
        row.cutover_id: f"{row.allower.name} allows an early start: {row.reason}"
        for row in session.scalars(query).unique()
        if row.version == versions[row.cutover_id]
    }


def exceptions(session: Session, keys: Sequence[str]) -> dict[str, list[WindowException]]:
    """Who was let through, by the key of the freeze or ship."""
    query = select(WindowException).where(WindowException.obstacle.in_(keys))
    found: dict[str, list[WindowException]] = {}
    for row in session.scalars(query.order_by(WindowException.id)).unique():
        found.setdefault(row.obstacle, []).append(row)
    return found


def plan_of(cutover: Cutover) -> list[StepPlan]:
    """The steps as the pure plan sees them."""
    return [
        StepPlan(
            step.share,
            step.hold_s,
            step.needs_go,
            step.limits,
            from_json(step.selector),
            step.over_peak,
            step.go_by,
            tuple(step.before),
            tuple(step.after),
        )
        for step in cutover.steps
    ]


@dataclass(frozen=True)
class Peak:
    """The hour of the day (UTC) in which a customer's daily peak begins, and whether a forecast
    says so; else it is what the plan assumes."""

    hour: int
    forecast: bool


def peak_of(session: Session, turnup_id: int, assumed: int | None) -> Peak | None:
    """The daily peak: the hour that brings most over the coming week of the latest forecast, else
    the one `assumed`; None where neither is known."""
    start = clock.now().replace(minute=0, second=0, microsecond=0)
    by_hour: dict[int, float] = defaultdict(float)
    for at, rate in hourly_rates(session, turnup_id, start, start + WEEK):
        by_hour[at.hour] += rate
    if by_hour:
        return Peak(max(by_hour, key=by_hour.__getitem__), forecast=True)
    return None if assumed is None else Peak(assumed, forecast=False)


def peak_for(session: Session, cutover: Cutover) -> Peak | None:
    """The daily peak that steps of this cutover are held across; None where none is."""
    if not any(step.over_peak for step in cutover.steps):
        return None
    return peak_of(session, cutover.turnup_id, cutover.peak_hour)


def timetable(session: Session, cutover: Cutover) -> list[tuple[datetime, float]]:
    """When each step would begin if nothing but the plan held it up, and its share."""
    peak = peak_for(session, cutover)
    times = plan.timetable(cutover.starts_at, plan_of(cutover), peak.hour if peak else None)
    return [(at, step.share) for at, step in zip(times, cutover.steps, strict=False)]


def teams(session: Session) -> list[tuple[str, str]]:
    """Keys and names of the teams whose go a step may need."""
    query = select(Team.key, Team.name).order_by(Team.id)
    return [(key, name) for key, name in session.execute(query)]


def open_turnups(session: Session, limit: int = 2000) -> Sequence[Turnup]:
    """Turn-ups to choose from, by customer."""
    query = select(Turnup).join(Customer, Turnup.customer_id == Customer.id)
    query = query.order_by(Customer.name, Turnup.id).limit(limit)
    return session.scalars(query).unique().all()
