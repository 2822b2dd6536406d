"""The RQ edge of forecasts: the heavy libraries are imported here, never in the web process."""

from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import TurnupError
from onboarding.faults import fault_point
from onboarding.forecasts import actions, assumptions, queries, watch
from onboarding.forecasts.assumptions import as_read
from onboarding.forecasts.backtest import backtest
from onboarding.forecasts.curve import forecast_all
from onboarding.forecasts.events import overlay
from onboarding.forecasts.history import History
from onboarding.forecasts.models import TrafficForecast, TrafficHistory
from onboarding.forecasts.peak import Pool, learn
from onboarding.forecasts.wire import as_json, stated

log = structlog.get_logger()
LEAST_POOL = 5  # histories of other customers, below which only the shipped numbers are used


def run(forecast_id: int) -> None:
    """Make a forecast that is queued, hold it against capacity, keep both."""
    reading = db.session()
    row = reading.get(TrafficForecast, forecast_id)
    if row is None or row.state != "queued":
        return
    kept = reading.get_one(TrafficHistory, row.history_id)
    history, horizon, declared = as_read(kept), row.horizon, kept.source == "declared"
    events = assumptions.events(reading, row.turnup_id)
    pool = None if declared else _pool(row.turnup_id, horizon)
    reading.rollback()
    try:
        said = Progress(forecast_id)
        made = stated(history, horizon) if declared else _learnt(history, horizon, pool, said)
    except TurnupError as error:
        log.warning("forecast.failed", forecast=forecast_id, error=error.line())
        with transaction() as session:
            actions.give_up(session, forecast_id, error.line())
        return
    made["points"], made["peak"] = overlay(made["points"], made["peak"], events)
    made["events"] = [event.plain() for event in events]
    fault_point("forecast.made")
    with transaction() as session:
        actions.keep(session, forecast_id, made)


@dataclass(frozen=True)
class Progress:
    """Says how far the work on a forecast is, for those who watch its page."""

    forecast_id: int

    def __call__(self, percent: float) -> None:
        with transaction() as session:
            actions.been_made(session, self.forecast_id, round(percent))

    def windows(self, done: int, of: int) -> None:
        """Of the back-test, which is what is left after the curve."""
        self(CURVE_PERCENT + (99 - CURVE_PERCENT) * done / of)


CURVE_PERCENT = 30


def _learnt(
    history: History, horizon: int, pool: Pool | None, said: Progress | None = None
) -> dict[str, Any]:
    if said is not None:
        said(5)
    made = as_json(forecast_all([history], horizon, pool)[0])
    if said is not None:
        said(CURVE_PERCENT)
    past = backtest(history, horizon, pool, said.windows if said is not None else None)
    return made | {"backtest": past}


def _pool(turnup_id: int, horizon: int) -> Pool | None:
    """What the newest histories of other customers teach, where there are enough of them."""
    newest = select(TrafficHistory).where(TrafficHistory.turnup_id != turnup_id)
    by_turnup = {
        row.turnup_id: row
        for row in db.session.scalars(newest.order_by(TrafficHistory.id.desc()).limit(200))
    }
    if len(by_turnup) < LEAST_POOL:
        return None
    return learn((as_read(row) for row in by_turnup.values()), horizon)


def sweep() -> None:
    """Ask again for every forecast that is still queued."""
    for forecast_id in queries.queued(db.session()):
        actions.enqueue_run(forecast_id)


NIGHT = range(1, 5)  # UTC
NEW_HOURS = 24


def nightly() -> None:
    """By night, forecast anew wherever a day or more has been observed since the history ended;
    without news a forecast would come out as it is. Called every few minutes, works at night."""
    if clock.now().hour in NIGHT:
        renew_all()


def renew_all() -> None:
    """Renew every forecast older than a day that has something new to learn from."""
    for forecast_id in watch.stale(db.session()):
        _renew(forecast_id)


def _renew(forecast_id: int) -> None:
    reading = db.session()
    row = reading.get_one(TrafficForecast, forecast_id)
    kept = reading.get_one(TrafficHistory, row.history_id)
    history, horizon, turnup_id = assumptions.extended(reading, kept), row.horizon, row.turnup_id
    if kept.source == "declared" or len(history.values) < len(kept.values) + NEW_HOURS:
        return
    events, pool = assumptions.events(reading, turnup_id), _pool(turnup_id, horizon)
    reading.rollback()
    made = _learnt(history, horizon, pool)
    made["points"], made["peak"] = overlay(made["points"], made["peak"], events)
    made["events"] = [event.plain() for event in events]
    with transaction() as session:
        watch.renew(session, forecast_id, made)
