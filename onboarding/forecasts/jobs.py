"""The RQ edge of forecasts: the heavy libraries are imported here, never in the web process."""

from array import array

import structlog
from sqlalchemy import select

from onboarding.db import db, transaction
from onboarding.errors import TurnupError
from onboarding.faults import fault_point
from onboarding.forecasts import actions, queries
from onboarding.forecasts.curve import forecast_all
from onboarding.forecasts.history import History
from onboarding.forecasts.models import TrafficForecast, TrafficHistory
from onboarding.forecasts.peak import Pool, learn
from onboarding.forecasts.wire import as_json

log = structlog.get_logger()
LEAST_POOL = 5  # histories of other customers, below which only the shipped numbers are used


def run(forecast_id: int) -> None:
    """Make a forecast that is queued, hold it against capacity, keep both."""
    reading = db.session()
    row = reading.get(TrafficForecast, forecast_id)
    if row is None or row.state != "queued":
        return
    history, horizon = _history(reading.get_one(TrafficHistory, row.history_id)), row.horizon
    pool = _pool(row.turnup_id, horizon)
    reading.rollback()
    try:
        made = as_json(forecast_all([history], horizon, pool)[0])
    except TurnupError as error:
        log.warning("forecast.failed", forecast=forecast_id, error=error.line())
        with transaction() as session:
            actions.give_up(session, forecast_id, error.line())
        return
    fault_point("forecast.made")
    with transaction() as session:
        actions.keep(session, forecast_id, made)


def _history(row: TrafficHistory) -> History:
    filled = tuple(range(row.filled))  # only how many counts for a forecast
    return History(row.name, row.starts_at, array("d", row.values), filled, unit=row.unit)


def _pool(turnup_id: int, horizon: int) -> Pool | None:
    """What the newest histories of other customers teach, where there are enough of them."""
    newest = select(TrafficHistory).where(TrafficHistory.turnup_id != turnup_id)
    by_turnup = {
        row.turnup_id: row
        for row in db.session.scalars(newest.order_by(TrafficHistory.id.desc()).limit(200))
    }
    if len(by_turnup) < LEAST_POOL:
        return None
    return learn((_history(row) for row in by_turnup.values()), horizon)


def sweep() -> None:
    """Ask again for every forecast that is still queued."""
    for forecast_id in queries.queued(db.session()):
        actions.enqueue_run(forecast_id)
