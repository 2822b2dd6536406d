"""A forecast made by a real worker; a newer history ends its sign-offs."""

import math
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock, worker
from onboarding.db import db, transaction
from onboarding.forecasts import queries
from onboarding.forecasts.actions import set_site
from onboarding.forecasts.models import Signoff, TrafficForecast
from onboarding.trail.log import SYSTEM, read
from tests.cast import Cast
from tests.customers.signing import SignedUp, signed_up
from tests.doors import sign_in, submit


@pytest.fixture
def cora(app: Flask, cast: Cast) -> SignedUp:
    return signed_up(app)


def table(scale: float = 1000.0) -> bytes:
    """Three weeks of a daily curve, hour by hour, that end now; its top is 2.2 times `scale`."""
    start = clock.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=21)
    rows = [
        f"{clock.iso(start + timedelta(hours=h))},{scale * (1.2 + math.sin(h / 12 * math.pi)):.3f}"
        for h in range(21 * 24)
    ]
    return "\n".join(["ds,y", *rows, ""]).encode()


def send(cora: SignedUp, content: bytes) -> None:
    fields = {"history": (BytesIO(content), "traffic.csv")}
    answer = submit(cora.client, f"/workspace/{cora.turnup}/history", fields)
    assert answer.status_code == 303, answer.text


def work() -> None:
    """Let a worker do what waits."""
    worker.run(["heavy"], periodic=False, burst=True)


def newest(cora: SignedUp) -> TrafficForecast:
    db.session.rollback()
    found = queries.latest(db.session(), cora.turnup)
    assert found is not None
    return found


def test_a_history_becomes_a_forecast_in_a_worker(cora: SignedUp) -> None:
    send(cora, table())
    assert "A worker is making it" in cora.client.get("/workspace").text
    work()
    page = cora.client.get("/workspace").text
    for words in ("Peak to plan on (95 %)", "as people do", "The figures as a table"):
        assert words in page
    made = newest(cora)
    assert made.state == "done"
    assert made.peak["p50"] <= made.peak["p90"] <= made.peak["p95"] <= made.peak["p99"]
    assert made.peer["last_week_max_x1_2"] == pytest.approx(1.2 * 2200, rel=0.01)


def test_one_that_does_not_fit_is_trouble_on_the_board(app: Flask, cora: SignedUp) -> None:
    with transaction() as session:
        set_site(session, SYSTEM, "Ashburn", 2000, 500)
    send(cora, table())
    work()
    assert "It does not fit the network" in sign_in(app.test_client(), "ann").get("/").text


def test_a_newer_history_ends_the_sign_offs(app: Flask, cora: SignedUp) -> None:
    send(cora, table())
    work()
    first = newest(cora).id
    omar = sign_in(app.test_client(), "omar")
    assert submit(omar, f"/forecasts/{first}/sign", {"note": "room enough"}).status_code == 303
    send(cora, table(scale=3000.0))
    assert newest(cora).version == 2
    assert db.session.scalars(select(Signoff.voided_at)).one() is not None
    entries = {entry.kind: entry for entry in read(db.session(), f"customer:{cora.customer}")}
    assert entries["forecast.signed"].personal == {"note": "room enough"}
    assert "forecast.voided" in entries
    assert submit(omar, f"/forecasts/{first}/sign", {}).status_code == 409, "there is a newer one"
