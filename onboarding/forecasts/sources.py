"""What sites carry already, asked of a metrics source each hour: what was asked, what came, what is late.

Hours are kept as their highest five minutes, for four weeks. A site's own load at an hour of the week is
the highest of them; hours that no week has told are as high as the highest that was.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.db import after_commit
from onboarding.errors import BadInput, NotFound
from onboarding.forecasts import queries
from onboarding.forecasts.actions import judge_again
from onboarding.forecasts.history import WEEK_HOURS
from onboarding.forecasts.intake.prometheus import check
from onboarding.forecasts.loads import MONDAY
from onboarding.forecasts.source_models import BaseSource, SiteLoad
from onboarding.queues import enqueue
from onboarding.trail.log import Actor, record
from onboarding.vault import secret

UNITS = ("req/s", "bit/s")
BACK = timedelta(days=28)
PER_HOUR = 12  # samples of five minutes
LEAST_SAMPLES = 6  # in an hour, below which it is missing
LATE = timedelta(hours=3)  # so long an hour that is not told yet is waited for
LEAST_HOURS = 24  # told, before they count
ASK = "onboarding.forecasts.source_jobs.ask"


@dataclass(frozen=True)
class Wanted:
    """What is to be asked for now: the five minutes of [since, until), whole hours."""

    url: str
    query: str
    secret: str
    since: datetime
    until: datetime


def set_source(
    session: Session, actor: Actor, site_id: int, unit: str, url: str, query: str, token: str
) -> BaseSource:
    """Ask there for a site's load from now on; another query begins anew. `token` names a secret.
    Raises BadInput naming the field."""
    site = queries.site(session, site_id)
    if site is None:
        raise BadInput("there is no such site", place="site", hint="add it first")
    if unit not in UNITS:
        raise BadInput("this is not a choice", place="unit", hint=f"one of {', '.join(UNITS)}")
    check(url, query)
    if token:
        secret(token, "secret")
    row = session.scalar(select(BaseSource).filter_by(site_id=site_id, unit=unit))
    if row is None:
        row = BaseSource(site_id=site_id, unit=unit, asked=0, came=0, problem="")
        session.add(row)
    elif (row.url, row.query) != (url, query):
        session.execute(delete(SiteLoad).where(SiteLoad.source_id == row.id))
        row.until, row.asked_at, row.asked, row.came = None, None, 0, 0
    row.url, row.query, row.secret, row.problem = url, query, token, ""
    session.flush()
    said = {"site": site_id, "name": site.name, "unit": unit, "url": url, "query": query}
    record(session, "system", "capacity.source", actor, said)
    ask_soon(row.id)
    return row


def remove(session: Session, actor: Actor, source_id: int) -> None:
    """Ask there no more; what the site is said to carry stays as it is."""
    row = get(session, source_id)
    said = {"site": row.site_id, "name": row.site.name, "unit": row.unit}
    session.execute(delete(SiteLoad).where(SiteLoad.source_id == row.id))
    session.delete(row)
    record(session, "system", "capacity.source_removed", actor, said)


def get(session: Session, source_id: int, *, lock: bool = False) -> BaseSource:
    """One source. Raises NotFound."""
    row = session.get(BaseSource, source_id, with_for_update={"of": BaseSource} if lock else None)
    if row is None:
        raise NotFound("There is no such source", hint="somebody may have removed it")
    return row


def every(session: Session) -> Sequence[BaseSource]:
    """All sources, by site."""
    return session.scalars(select(BaseSource).order_by(BaseSource.site_id, BaseSource.unit)).all()


def ask_soon(source_id: int) -> None:
    """Ask it once this is committed."""
    after_commit(f"base:{source_id}", lambda: enqueue_ask(source_id))


def enqueue_ask(source_id: int) -> bool:
    """Have a worker ask it now."""
    return enqueue("default", ASK, source_id, once=f"base:{source_id}")


def wanted(session: Session, source_id: int) -> Wanted | None:
    """What is to be asked of it now; None where it is gone or every whole hour has been told."""
    row = session.get(BaseSource, source_id)
    if row is None:
        return None
    until = clock.now().replace(minute=0, second=0, microsecond=0)
    since = max(row.until, until - BACK) if row.until else until - BACK
    return Wanted(row.url, row.query, row.secret, since, until) if since < until else None


def take_in(
    session: Session, source_id: int, asked: Wanted, samples: Iterable[tuple[datetime, float]]
) -> None:
    """Keep the hours that came. One that is not told yet is asked for again, for three hours."""
    row = get(session, source_id, lock=True)
    hours: dict[datetime, list[float]] = defaultdict(list)
    for at, value in samples:
        if asked.since <= at < asked.until:
            hours[at.replace(minute=0, second=0, microsecond=0)].append(value)
    _keep(session, row.id, hours)
    row.asked = int((asked.until - asked.since) / queries.HOUR) * PER_HOUR
    row.came = sum(map(len, hours.values()))
    row.asked_at, row.problem = clock.now(), ""
    row.until = _told_until(asked, hours)
    if not hours:
        row.problem = "nothing came for the time asked"
    old = SiteLoad.hour < asked.until - BACK
    session.execute(delete(SiteLoad).where(SiteLoad.source_id == row.id, old))
    session.flush()
    _carry(session, row)


def _keep(session: Session, source_id: int, hours: Mapping[datetime, Sequence[float]]) -> None:
    """Write hours down; a second word for the same hour replaces the first."""
    query = select(SiteLoad).where(
        SiteLoad.source_id == source_id, SiteLoad.hour >= min(hours, default=clock.now())
    )
    known = {load.hour: load for load in session.scalars(query)}
    for hour, values in hours.items():
        if hour in known:
            known[hour].load, known[hour].samples = max(values), len(values)
        else:
            said = SiteLoad(source_id=source_id, hour=hour, load=max(values), samples=len(values))
            session.add(said)


def _told_until(asked: Wanted, hours: dict[datetime, list[float]]) -> datetime:
    """The first hour of the last three that is not told whole; what is older is missing for good."""
    at = max(asked.since, asked.until - LATE)
    while at < asked.until and len(hours.get(at, ())) >= PER_HOUR - 1:
        at += queries.HOUR
    return at


def failed(session: Session, source_id: int, problem: str) -> None:
    """It could not be asked: why. What was asked for is asked for again."""
    row = get(session, source_id, lock=True)
    row.asked_at, row.problem, row.came = clock.now(), problem[:500], 0


def _carry(session: Session, row: BaseSource) -> None:
    """What the site carries at each hour of the week, from what is kept."""
    query = select(SiteLoad.hour, SiteLoad.load).where(
        SiteLoad.source_id == row.id, SiteLoad.samples >= LEAST_SAMPLES
    )
    known = [
        (int((hour - MONDAY) / queries.HOUR) % WEEK_HOURS, load)
        for hour, load in session.execute(query)
    ]
    if len(known) < LEAST_HOURS:
        return
    week = [-1.0] * WEEK_HOURS
    for hour, load in known:
        week[hour] = max(week[hour], load)
    highest = max(week)
    scale = 1e-9 if row.unit == "bit/s" else 1.0
    carried = [float(f"{(load if load >= 0 else highest) * scale:.6g}") for load in week]
    site = row.site
    before = site.gbit_week if row.unit == "bit/s" else site.base_week
    if carried == before:
        return
    if row.unit == "bit/s":
        site.gbit_week, site.gbit_base = carried, max(carried)
    else:
        site.base_week, site.base_load = carried, max(carried)
    judge_again()


@dataclass(frozen=True)
class State:
    """How a source does: its row, whether it is late, how many hours it has told of the last week,
    and which of them are missing, the newest first."""

    row: BaseSource
    late: bool
    told: int
    missing: list[tuple[datetime, int]]


def states(session: Session) -> list[State]:
    """Every source as the page shows it."""
    now = clock.now()
    return [_state(session, row, now) for row in every(session)]


def _state(session: Session, row: BaseSource, now: datetime) -> State:
    if row.until is None:
        return State(row, False, 0, [])
    start = max(row.until - queries.WEEK, now.replace(minute=0, second=0, microsecond=0) - BACK)
    query = select(SiteLoad.hour, SiteLoad.samples).where(
        SiteLoad.source_id == row.id, SiteLoad.hour >= start, SiteLoad.hour < row.until
    )
    seen = {row.hour: row.samples for row in session.execute(query)}
    hours = [start + i * queries.HOUR for i in range(int((row.until - start) / queries.HOUR))]
    missing = [(hour, n) for hour in reversed(hours) if (n := seen.get(hour, 0)) < LEAST_SAMPLES]
    return State(row, row.until < now - LATE, len(hours) - len(missing), missing)
