"""Take histories in, ask for forecasts, hold capacity for what is booked."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import delete
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.db import after_commit
from onboarding.errors import BadInput, Refused
from onboarding.forecasts import histories, queries
from onboarding.forecasts.capacity import held_against
from onboarding.forecasts.intake.reading import Taken
from onboarding.forecasts.models import (
    Reservation,
    ReservedStep,
    Site,
    TrafficForecast,
    TrafficHistory,
)
from onboarding.forecasts.signoffs import void
from onboarding.forecasts.traffic_models import TrafficFacts
from onboarding.queues import enqueue
from onboarding.trail.log import Actor, record

HORIZON = 14 * 24


def upload(
    session: Session, actor: Actor, turnup: Turnup, filename: str, given: BinaryIO | Taken
) -> TrafficHistory:
    """Keep a history that was read (edges read before their transaction: a long file takes seconds,
    in which others may write), or the one in a stream, which raises BadInput naming the line."""
    taken = given if isinstance(given, Taken) else histories.plain(given, filename)
    return histories.keep(session, actor, turnup, filename, "file", taken)


def ask(
    session: Session,
    actor: Actor,
    turnup: Turnup,
    horizon: int = HORIZON,
    *,
    why: str = "to be made anew",
) -> TrafficForecast:
    """Ask a worker for a new version from the latest history. Sign-offs of the last one are void, and
    who signed is told `why`."""
    session.get(Turnup, turnup.id, with_for_update={"of": Turnup})  # versions are given in turn
    history = queries.latest_history(session, turnup.id)
    if history is None:
        raise Refused("There is no history to forecast from", hint="upload one first")
    before = queries.latest(session, turnup.id)
    assert actor.user_id is not None, "a person asks"
    row = TrafficForecast(
        turnup_id=turnup.id,
        history_id=history.id,
        version=before.version + 1 if before else 1,
        horizon=horizon,
        asked_by=actor.user_id,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    if before is not None:
        void(session, actor, turnup, before, f"version {row.version} was asked for: {why}")
    number = row.id
    after_commit(f"forecast:{number}", lambda: enqueue_run(number))
    return row


def enqueue_run(forecast_id: int) -> bool:
    """Ask a worker to make this forecast now."""
    return enqueue("heavy", "onboarding.forecasts.jobs.run", forecast_id)


def been_made(session: Session, forecast_id: int, percent: int) -> None:
    """So much of a forecast's work is done."""
    row = session.get(TrafficForecast, forecast_id)
    if row is not None and row.state == "queued":
        row.progress = percent


def keep(session: Session, forecast_id: int, made: dict[str, Any]) -> None:
    """Write down what a worker made (one series of `turnup forecast --format json`), and hold it
    against capacity. One that is no longer queued is left as it is."""
    row = session.get_one(TrafficForecast, forecast_id, with_for_update=True)
    if row.state != "queued":
        return
    row.state, row.method = "done", made["method"]
    row.points, row.peak, row.peer = made["points"], made["peak"], made["peer"]
    row.warnings = made["warnings"]
    row.events, row.backtest = made.get("events", []), made.get("backtest", [])
    row.progress = 100
    facts = session.get(TrafficFacts, row.turnup_id)
    if facts is not None and facts.peak:
        row.peak = row.peak | {"declared": facts.peak}
    session.flush()
    row.fit = held_against(session, row.turnup_id)
    _made(session, row)


def give_up(session: Session, forecast_id: int, error: str) -> None:
    """Note that it could not be made, and why."""
    row = session.get_one(TrafficForecast, forecast_id, with_for_update=True)
    if row.state != "queued":
        return
    row.state, row.error = "failed", error
    _made(session, row)


def _made(session: Session, row: TrafficForecast) -> None:
    turnup = session.get_one(Turnup, row.turnup_id)
    said = {"turnup": turnup.id, "forecast": row.id, "version": row.version, "state": row.state}
    if row.fit:
        said["verdict"] = row.fit["verdict"]
    record(session, turnup.customer.stream, "forecast.made", Actor("forecasts", "job"), said)


def reserve(
    session: Session,
    holder: str,
    turnup_id: int,
    hours: Iterable[tuple[datetime, float] | tuple[datetime, float, float]],
    steps: Iterable[tuple[datetime, float]] = (),
) -> None:
    """Hold capacity for `holder` (`cutover:12`): the rate (req/s) of each hour, and the share moved
    then (percent; 100 where it is not said); `steps` are when which share is reached, to the minute."""
    session.add_all(
        Reservation(
            holder=holder,
            turnup_id=turnup_id,
            hour=one[0],
            rate=one[1],
            share=one[2] if len(one) == 3 else 100.0,
        )
        for one in hours
    )
    session.add_all(
        ReservedStep(holder=holder, turnup_id=turnup_id, at=at, share=share) for at, share in steps
    )
    judge_again()


def release(session: Session, holder: str) -> None:
    """Let go of everything that `holder` holds."""
    session.execute(delete(Reservation).where(Reservation.holder == holder))
    session.execute(delete(ReservedStep).where(ReservedStep.holder == holder))
    judge_again()


def judge_again() -> None:
    """What is held of the network has changed: verdicts are judged anew once this is committed."""
    after_commit("forecasts:judge", lambda: enqueue("default", _JUDGE, once="forecasts-judge"))


_JUDGE = "onboarding.forecasts.watch_jobs.judge"


def set_site(
    session: Session,
    actor: Actor,
    name: str,
    limit: float,
    base_load: float,
    *,
    region: str = "",
    gbit_limit: float | None = None,
    gbit_base: float = 0.0,
) -> Site:
    """Add a site, or change the one of that name (req/s, and Gbit/s where it has such a limit)."""
    if base_load > limit:
        raise BadInput("it carries more than its limit", place="base_load", hint="correct one")
    if gbit_limit is not None and gbit_base > gbit_limit:
        raise BadInput("it carries more than its limit", place="gbit_base", hint="correct one")
    site = queries.site_by_name(session, name)
    if site is None:
        site = Site(name=name)
        session.add(site)
    if base_load != site.base_load:
        site.base_week = []  # what was told of single hours gives way to what is said now
    if gbit_base != site.gbit_base:
        site.gbit_week = []
    site.limit, site.base_load, site.region = limit, base_load, region
    site.gbit_limit, site.gbit_base = gbit_limit, gbit_base
    session.flush()
    said = {"site": site.id, "name": name, "limit": limit, "base_load": base_load, "region": region}
    record(session, "system", "capacity.site", actor, said | {"gbit_limit": gbit_limit})
    judge_again()
    return site
