"""Customers, forecasts and cutovers to begin a story with, made by the actions people use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.clock import iso
from onboarding.customers.actions import sign_up
from onboarding.customers.models import Turnup
from onboarding.cutovers import actions as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.plan import StepPlan
from onboarding.db import db, transaction
from onboarding.forecasts.models import Site, TrafficForecast, TrafficHistory
from onboarding.people.models import User
from onboarding.readiness.looking import prints
from onboarding.readiness.models import Proof
from onboarding.trail.log import Actor, read
from tests.cast import PASSWORD, Cast
from tests.doors import sign_in

PLAN = (StepPlan(5, 600), StepPlan(50, 600, needs_go=True), StepPlan(100, 600))
REAL = cutovers.Wiring(
    {"kind": "manual", "config": {"instructions": "Turn the knob"}}, {"kind": "push", "config": {}}
)


@dataclass(frozen=True)
class Known:
    """A customer with one turn-up: ids, and the streams' names."""

    customer: int
    turnup: int
    hostname: int
    email: str

    @property
    def stream(self) -> str:
        return f"customer:{self.customer}"


def customer(
    name: str = "Acme", *, timezone: str = "Europe/Berlin", manager: int | None = None
) -> Known:
    """Somebody who signed up with one hostname, without a checklist."""
    word = name.split()[0].lower()
    with transaction() as session:
        row, turnup, user = sign_up(
            session,
            company=name,
            name=f"Cora {name}",
            email=f"cora@{word}.example",
            password=PASSWORD,
            timezone=timezone,
            names=[f"www.{word}.example"],
        )
        row.account_manager_id = manager
        session.flush()
        return Known(row.id, turnup.id, turnup.hostnames[0].id, user.email)


def book(
    cast: Cast,
    known: Known,
    *,
    starts_in: timedelta = timedelta(days=1),
    lasts: timedelta = timedelta(hours=4),
    steps: Sequence[StepPlan] = PLAN,
    wiring: cutovers.Wiring | None = None,
    by: str = "ann",
    despite: str = "",
) -> int:
    """A booked cutover of the customer's hostname; practice unless `wiring` says otherwise."""
    with transaction() as session:
        turnup = session.get_one(Turnup, known.turnup)
        start = (clock.now() + starts_in).replace(microsecond=0)
        cutover = cutovers.book(
            session,
            Actor(f"user:{cast[by]}", "web"),
            turnup,
            title=f"{turnup.customer.name} moves",
            starts_at=start,
            ends_at=start + lasts,
            steps=steps,
            hostnames=turnup.hostnames,
            wiring=wiring or cutovers.Wiring(),
            despite=despite,
        )
        return cutover.id


def forecast(known: Known, rate: float = 1000.0, *, start: datetime | None = None) -> int:
    """A made forecast of the same rate in every hour of two weeks."""
    at = (start or clock.now()).replace(minute=0, second=0, microsecond=0)
    points = [
        {"ds": iso(at + timedelta(hours=h)), "mean": rate, "p10": rate, "p50": rate, "p90": rate}
        for h in range(14 * 24)
    ]
    with transaction() as session:
        asked_by = session.query(User.id).order_by(User.id).limit(1).scalar()
        history = TrafficHistory(
            turnup_id=known.turnup,
            name="h",
            starts_at=at,
            values=[rate] * 48,
            filled=0,
            uploaded_by=asked_by,
            created_at=clock.now(),
        )
        session.add(history)
        session.flush()
        count = session.query(TrafficForecast).filter_by(turnup_id=known.turnup).count()
        row = TrafficForecast(
            turnup_id=known.turnup,
            history_id=history.id,
            version=count + 1,
            horizon=14 * 24,
            state="done",
            method="flat",
            points=points,
            peak={"p50": rate, "p90": rate, "p95": rate, "p99": rate, "ds": points[0]["ds"]},
            peer={"last_week_max_x1_2": rate * 1.2},
            asked_by=asked_by,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
        return row.id


def proved(cast: Cast, number: int) -> None:
    """The roll-back of the cutover was proved on its switch just now."""
    with transaction() as session:
        cutover = session.get_one(Cutover, number)
        made = Proof(cutover_id=number, state="done", identity="the knob", prints=prints(cutover))
        made.asked_by, made.asked_at, made.done_at = cast["omar"], clock.now(), clock.now()
        session.add(made)


def site(name: str = "Amsterdam", limit: float = 10_000.0, base_load: float = 0.0) -> None:
    with transaction() as session:
        session.add(Site(name=name, limit=limit, base_load=base_load))


def browser(app: Flask, name: str) -> FlaskClient:
    """A browser of their own in which `name` (or a mail address) has signed in."""
    return sign_in(app.test_client(), name)


def fresh(kind: Any, number: int) -> Any:
    """The row as it is committed now."""
    db.session().rollback()
    return db.session().get_one(kind, number)


def cutover_of(number: int) -> Cutover:
    found: Cutover = fresh(Cutover, number)
    return found


def kinds(stream: str) -> list[str]:
    """What the trail says happened in `stream`."""
    db.session().rollback()
    return [entry.kind for entry in read(db.session(), stream)]
