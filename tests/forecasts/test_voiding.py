"""A sign-off is void by itself once history, plan, capacity or another booking changes the verdict."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding import clock
from onboarding.cutovers import actions as cutovers
from onboarding.cutovers import jobs as cutover_jobs
from onboarding.cutovers import queries as cutover_queries
from onboarding.cutovers.plan import StepPlan
from onboarding.db import db, transaction
from onboarding.forecasts import jobs, queries, signoffs, watch_jobs
from onboarding.forecasts.models import TrafficForecast
from onboarding.outbox.models import Message
from onboarding.people.models import User
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import sign_in, submit
from tests.dying import dying_at
from tests.forecasts.traffic import file, table
from tests.stories import REAL, book, customer

NOW = clock.now().replace(minute=0, second=0, microsecond=0)
HOURS = 28 * 24
SIGNERS = sorted(f"{name}@vendor.example" for name in ("omar", "olga", "nina", "noah", "adam"))


def latest(turnup: int) -> TrafficForecast:
    db.session.rollback()
    found = queries.latest(db.session(), turnup)
    assert found
    return found


def give(client: FlaskClient, turnup: int, scale: float = 1.0) -> None:
    data = table(HOURS, start=NOW - timedelta(hours=HOURS), scale=scale)
    answer = submit(client, f"/turnups/{turnup}/history", {"history": file(data)})
    assert answer.status_code == 303, answer.text
    jobs.run(latest(turnup).id)
    cutover_jobs.follow()


@pytest.fixture
def adam(client: FlaskClient, cast: Cast) -> FlaskClient:
    found = sign_in(client, "adam")
    fields = {"name": "fra", "limit": 300, "base_load": 0}
    assert submit(found, "/capacity/sites", fields).status_code == 303
    return found


@pytest.fixture
def signed(adam: FlaskClient, cast: Cast) -> int:
    """A turn-up that moves a twentieth and no more; its forecast fits and is signed by both."""
    acme = customer()
    turnup = acme.turnup
    give(adam, turnup)
    book(cast, acme, steps=[StepPlan(5, 3600)], wiring=REAL)
    watch_jobs.judge()
    row = latest(turnup)
    assert row.fit["verdict"] == "fits"
    number = row.id
    for name in ("omar", "nina"):
        with transaction() as session:
            user = session.scalars(select(User).where(User.email == f"{name}@vendor.example")).one()
            signoffs.sign(session, Actor(f"user:{user.id}", "web"), user, number)
    watch_jobs.judge()
    assert queries.signed_by(latest(turnup)) == {"ops", "neteng"}
    return turnup


def a_history(client: FlaskClient, turnup: int, cast: Cast) -> None:
    give(client, turnup, scale=90)


def the_plan(client: FlaskClient, turnup: int, cast: Cast) -> None:
    with transaction() as session:
        cutover = cutover_queries.current(session, turnup)
        assert cutover
        steps = [StepPlan(5, 3600), StepPlan(100, 3600)]
        who = Actor(f"user:{cast['ann']}", "web")
        cutovers.change_plan(session, who, cutover.id, steps, cutover.version)


def capacity(client: FlaskClient, turnup: int, cast: Cast) -> None:
    fields = {"name": "fra", "limit": 15, "base_load": 0}
    assert submit(client, "/capacity/sites", fields).status_code == 303


def another_booking(client: FlaskClient, turnup: int, cast: Cast) -> None:
    other = customer("Other")
    give(client, other.turnup)
    book(cast, other, wiring=REAL, despite="Two teams are enough for both")


@pytest.mark.parametrize("change", [a_history, the_plan, capacity, another_booking])
def test_a_changed_verdict_takes_the_sign_offs_back_and_the_signers_are_told(
    adam: FlaskClient,
    signed: int,
    cast: Cast,
    change: Callable[[FlaskClient, int, Cast], None],
) -> None:
    change(adam, signed, cast)
    before = queries.signed_by(latest(signed))
    with dying_at("forecast.judged"):
        watch_jobs.judge()
    assert queries.signed_by(latest(signed)) == before, "judged and told in one go"
    watch_jobs.judge()
    row = latest(signed)
    assert row.fit["verdict"] != "fits"
    assert queries.signed_by(row) == frozenset()
    query = select(Message.recipient).where(Message.subject.startswith("Sign-offs are void"))
    assert sorted(db.session.scalars(query)) == SIGNERS
    watch_jobs.judge()
    assert len(list(db.session.scalars(query))) == len(SIGNERS)  # told once


def test_a_change_that_leaves_the_verdict_leaves_the_sign_offs(
    adam: FlaskClient, signed: int
) -> None:
    fields = {"name": "fra", "limit": 310, "base_load": 1}
    assert submit(adam, "/capacity/sites", fields).status_code == 303
    watch_jobs.judge()
    assert queries.signed_by(latest(signed)) == {"ops", "neteng"}
