"""The board's rows: every turn-up with what blocks it, who has the ball, and what is in trouble."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from onboarding import clock
from onboarding.checklists.progress import Line
from onboarding.customers.models import Customer, Turnup
from onboarding.cutovers.models import Cutover
from onboarding.nudges.waiting import risks
from onboarding.people.models import User
from onboarding.ramps.models import Ramp
from onboarding.readiness.demanding import demanded
from onboarding.readiness.gates import Demand
from onboarding.readiness.gathering import Gathered, gather
from onboarding.web.language import _

STUCK = timedelta(days=30)
GOOD_FOR = timedelta(minutes=20)
NEAR = timedelta(hours=3)
TROUBLED_RAMPS = {"held", "proposed", "undecided", "drifted"}
TROUBLED_RAMPS |= {"unwinding", "lowered", "rolling_back", "rolled_back"}


@dataclass(frozen=True)
class Row:
    """A turn-up on the board. `demand` blocks it and names who has the ball; `next_at` is the
    next date and `next_what` its name; `trouble` says what is wrong, in words; `overruled`: two
    people once let gates of one of its cutovers pass. From `good_until` on,
    time alone may have changed it."""

    turnup: Turnup
    demand: Demand | None
    more: int
    days: int
    next_at: datetime | None
    next_what: str
    trouble: str
    good_until: datetime
    overruled: bool = False


def rows(session: Session, turnups: Sequence[Turnup]) -> list[Row]:
    """`turnups` as they stand now, with as few queries as for one."""
    _with_lists(session, turnups)
    found = gather(session, turnups)
    ramps = _ramp_states(session, found.cutovers.values())
    demands = demanded(found, turnups)
    silent = risks(session, [turnup.id for turnup in turnups])
    return [_flagged(_row(turnup, demands[turnup.id], found, ramps), silent) for turnup in turnups]


def _with_lists(session: Session, turnups: Sequence[Turnup]) -> None:
    """Read the hostnames and goals of all at once."""
    query = select(Turnup).where(Turnup.id.in_([turnup.id for turnup in turnups]))
    lists = selectinload(Turnup.hostnames), selectinload(Turnup.goals)
    session.scalars(query.options(*lists)).unique().all()


def _ramp_states(session: Session, cutovers: Iterable[Cutover]) -> dict[int, str]:
    """The state of the last run of each cutover that is not done; a run that was rolled back
    leaves its cutover booked."""
    open_ones = [cutover.id for cutover in cutovers if cutover.state != "done"]
    query = select(Ramp.cutover_id, Ramp.state).where(Ramp.cutover_id.in_(open_ones))
    return {row.cutover_id: row.state for row in session.execute(query.order_by(Ramp.run))}


def has_customers(session: Session, user: User) -> bool:
    """Whether any customer is given to this user."""
    query = select(Customer.id).where(Customer.account_manager_id == user.id).limit(1)
    return session.scalar(query) is not None


def _row(turnup: Turnup, asked: Sequence[Demand], found: Gathered, ramps: Mapping[int, str]) -> Row:
    cutover = found.cutovers.get(turnup.id)
    next_at, next_what = _next_date(turnup, cutover, found.lines.get(turnup.id, ()))
    return Row(
        turnup,
        demand=asked[0] if asked else None,
        more=max(0, len(asked) - 1),
        days=(clock.now() - turnup.entered_at).days,
        next_at=next_at,
        next_what=next_what,
        trouble=_trouble(turnup, found, ramps),
        good_until=_good_until(turnup, cutover, found.lines.get(turnup.id, ())),
    )


def _good_until(turnup: Turnup, cutover: Cutover | None, lines: Sequence[Line]) -> datetime:
    """The next moment at which something comes due or a window opens or ends; soon in any case.
    Near its window a cutover counts down: what is said of it holds for no time at all."""
    now = clock.now()
    moments = [now + GOOD_FOR, turnup.entered_at + STUCK]
    moments += [line.due for line in lines if line.due is not None]
    if cutover is not None and cutover.state in ("booked", "running"):
        if cutover.starts_at - NEAR <= now <= cutover.ends_at + NEAR:
            return now
        moments += [cutover.starts_at - NEAR, cutover.ends_at]
    return min(moment for moment in moments if moment > now)


def _flagged(row: Row, silent: Mapping[int, datetime]) -> Row:
    """With the silence of its customer, where nothing else is in trouble."""
    since = silent.get(row.turnup.id)
    if since is None or row.trouble:
        return row
    days = (clock.now() - since).days
    return replace(row, trouble=_("At risk: the customer is silent for %s days") % days)


def _next_date(
    turnup: Turnup, cutover: Cutover | None, lines: Sequence[Line]
) -> tuple[datetime | None, str]:
    """The date to look to: the booked cutover; without one a due item or the launch aimed at."""
    now = clock.now()
    if cutover is not None and cutover.state == "booked":
        return cutover.starts_at, _("cutover")
    dates = [(line.due, _("due")) for line in lines if line.due is not None and not line.settled]
    for goal in turnup.goals:
        if goal.kind == "launch_date" and goal.day:
            launch = datetime(goal.day.year, goal.day.month, goal.day.day, tzinfo=now.tzinfo)
            dates.append((launch, _("launch")))
    coming = [found for found in dates if found[0] >= now]
    return min(coming) if coming else (None, "")


def _trouble(turnup: Turnup, found: Gathered, ramps: Mapping[int, str]) -> str:
    cutover = found.cutovers.get(turnup.id)
    forecast = found.forecasts.get(turnup.id)
    state = ramps.get(cutover.id, "") if cutover else ""
    overdue = [ln for ln in found.lines.get(turnup.id, ()) if ln.overdue and ln.item.required]
    if state in TROUBLED_RAMPS:
        return _("The ramp is %s") % state.replace("_", " ")
    if cutover is not None and cutover.state == "booked" and cutover.ends_at < clock.now():
        return _("Its window closed without a flip")
    if turnup.id in found.stuck:
        return _("Stuck: %s") % found.stuck[turnup.id]
    if overdue:
        return _("Overdue: %s") % overdue[0].item.title
    if forecast is not None and forecast.state == "failed":
        return _("The forecast failed")
    if forecast is not None and forecast.fit.get("verdict") == "does_not_fit":
        return _("It does not fit the network")
    if turnup.stage not in ("live", "tuning") and clock.now() - turnup.entered_at > STUCK:
        return _("Nothing moved for a month")
    return ""
