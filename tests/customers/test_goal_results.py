"""Goals held against the result once a turn-up is live, on the customer's page and the vendor's."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding import clock
from onboarding.clock import iso
from onboarding.customers.actions import Wish, add_goal, move_stage
from onboarding.customers.models import Turnup
from onboarding.db import transaction
from onboarding.forecasts.traffic_models import TrafficActual
from onboarding.ramps.models import Ramp
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.customers.signing import SignedUp, signed_up
from tests.doors import sign_in
from tests.stories import REAL, Known, book

ANN = Actor("test", "web")
STAGES = ("config", "forecast", "test", "scheduled", "ramping", "live")


@pytest.fixture
def cora(app: Flask, cast: Cast) -> SignedUp:
    """A customer with a goal of every kind that has a figure, and one in words."""
    cora = signed_up(app)
    today = clock.now().date()
    with transaction() as session:
        turnup = session.get_one(Turnup, cora.turnup)
        for wish in (
            Wish("offload", figure=90.0),
            Wish("latency", figure=180.0),
            Wish("traffic", figure=40_000.0),
            Wish("launch_date", day=today + timedelta(days=2)),
            Wish("feature", "log streaming"),
        ):
            add_goal(session, ANN, turnup, wish)
    return cora


def go_live(cora: SignedUp) -> None:
    with transaction() as session:
        turnup = session.get_one(Turnup, cora.turnup)
        for stage in STAGES:
            move_stage(session, ANN, turnup, stage)


def ran(cora: SignedUp, cast: Cast, misses: int | None, share: float, **booking: Any) -> None:
    """A cutover of hers whose ramp ended at `share` with these figures."""
    with transaction() as session:
        turnup = session.get_one(Turnup, cora.turnup)
        name = turnup.hostnames[0].id
    known = Known(cora.customer, cora.turnup, name, "cora@acme.example")
    number = book(cast, known, **booking)
    arm = {"seconds": 10.0, "requests": 1000, "errors": 0, "slow": 3, "misses": misses}
    with transaction() as session:
        now = clock.now()
        session.add(
            Ramp(
                cutover_id=number,
                run=1,
                state="finished",
                target_share=share,
                share=share,
                since=now,
                started_at=now,
                figures={"at": iso(now), "moved": arm},
            )
        )


def goals(page: str) -> str:
    part = page.partition('id="goals"')[2].partition("</section>")[0]
    return " ".join(part.split())


def test_before_it_is_live_goals_stand_alone(cora: SignedUp) -> None:
    page = goals(cora.client.get("/workspace").text)
    assert "not measured yet" not in page
    assert "Reached" not in page


def test_once_live_each_figure_has_its_result_on_both_pages(
    app: Flask, cora: SignedUp, cast: Cast
) -> None:
    ran(cora, cast, misses=80, share=100.0, wiring=REAL)
    go_live(cora)
    with transaction() as session:
        hour: datetime = clock.now().replace(minute=0, second=0, microsecond=0)
        for ahead, rate in ((1, 12_000.0), (2, 30_000.0), (-30, 90_000.0)):
            at = hour + timedelta(hours=ahead)
            session.add(TrafficActual(turnup_id=cora.turnup, hour=at, rate=rate))
    ann = sign_in(app.test_client(), "ann")
    for page in (cora.client.get("/workspace"), ann.get(f"/turnups/{cora.turnup}")):
        said = goals(page.text)
        assert "Reached: 92.0 %" in said
        assert "busiest hour since live: 30 k req/s, 75 %" in said  # not the hour before
        assert "Reached: live on" in said
        assert "0.3 % of requests count as slow; the source does not say from how many" in said
        assert "not measured yet" not in said
        assert said.count("goal-result") == 4  # none beside words alone


@pytest.mark.parametrize(
    ("misses", "share", "real", "words"),
    [
        (300, 100.0, True, "Not reached: 70.0 %"),
        (80, 0.0, True, ""),  # rolled back
        (80, 100.0, False, ""),  # practice
    ],
)
def test_what_was_missed_is_said_and_what_was_not_measured_too(
    cora: SignedUp, cast: Cast, misses: int | None, share: float, real: bool, words: str
) -> None:
    ran(cora, cast, misses=misses, share=share, **({"wiring": REAL} if real else {}))
    go_live(cora)
    said = goals(cora.client.get("/workspace").text)
    if words:
        assert words in said
    else:
        assert "92.0 %" not in said
        assert said.count("not measured yet") == 3  # offload, latency and traffic


@pytest.mark.parametrize(
    ("slow", "slow_from", "p95", "words"),
    [
        (30, 0.15, None, "Reached: 3.0 % of requests take longer than 150 ms"),
        (80, 0.3, None, "Not reached: 8.0 % of requests take longer than 300 ms"),
        (30, 0.3, None, "3.0 % of requests take longer than 300 ms"),  # says nothing of 180 ms
        (None, None, 0.12, "Reached: 120 ms at the 95th percentile"),
        (None, None, 0.5, "Not reached: 500 ms at the 95th percentile"),
        (None, None, None, "not measured yet: the metrics source of the cutover tells neither"),
    ],
)
def test_a_latency_is_held_against_what_its_source_counts(
    cora: SignedUp,
    cast: Cast,
    slow: int | None,
    slow_from: float | None,
    p95: float | None,
    words: str,
) -> None:
    ran(cora, cast, misses=None, share=100.0, wiring=REAL)
    go_live(cora)
    with transaction() as session:
        ramp = session.scalars(select(Ramp)).one()
        arm = {**ramp.figures["moved"], "slow": slow}
        told = [{"signal": "p95", "observed": p95}] if p95 else []
        ramp.figures = {**ramp.figures, "moved": arm, "signals": told}
        config = {"slow": slow_from} if slow_from else {}
        ramp.cutover.metrics = {**ramp.cutover.metrics, "config": config}
    said = goals(cora.client.get("/workspace").text)
    assert words in said
    assert ("Reached: 3.0" in said) == words.startswith("Reached: 3.0")
    assert said.count("not measured yet") == 2 + words.startswith(
        "not measured"
    )  # offload, traffic
