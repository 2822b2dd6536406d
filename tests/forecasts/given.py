"""What pages about capacity need: a forecast that was made, and a site."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from onboarding import clock
from onboarding.db import db
from onboarding.forecasts import jobs, queries
from onboarding.forecasts.models import TrafficForecast
from tests.doors import submit
from tests.forecasts.traffic import file, table

NOW = clock.now().replace(minute=0, second=0, microsecond=0)
WEEKS = 28 * 24


def forecast(client: FlaskClient, turnup: int, hours: int = WEEKS) -> TrafficForecast:
    """Upload a history that ends now, and let the worker forecast."""
    data = table(hours, start=NOW - timedelta(hours=hours))
    answer = submit(client, f"/turnups/{turnup}/history", {"history": file(data)})
    assert answer.status_code == 303, answer.text
    return made(turnup)


def made(turnup: int) -> TrafficForecast:
    """The latest forecast, made."""
    db.session.rollback()
    row = queries.latest(db.session(), turnup)
    assert row
    jobs.run(row.id)
    db.session.rollback()
    found = queries.latest(db.session(), turnup)
    assert found
    assert found.state == "done", found.error
    return found


def a_site(client: FlaskClient, name: str = "fra", limit: float = 1000, **more: Any) -> None:
    fields = {"name": name, "limit": limit, "base_load": 0} | more
    assert submit(client, "/capacity/sites", fields).status_code == 303
