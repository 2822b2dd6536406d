"""A live customer's backend fails behind a real HAProxy: the account manager has a draft within half
a minute, and it is withdrawn once the backend is well."""

from pathlib import Path
from time import monotonic

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding.cutovers.models import Cutover
from onboarding.db import db
from onboarding.outreach.models import OriginWatch, Outreach
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import sign_in, submit
from tests.journeys.edge import running_edge
from tests.ramps.conducting import Nursery
from tests.ramps.lab import Lab, Time, book
from tests.services.haproxy import HAProxies
from tests.services.ports import Ports
from tests.services.programs import wait_until

pytestmark = [
    pytest.mark.parametrize("house", ["postgresql"], indirect=True),
    pytest.mark.timeout(400),
]


def last(turnup_id: int) -> Outreach | None:
    db.session().rollback()
    query = select(Outreach).where(Outreach.turnup_id == turnup_id)
    return db.session().scalar(query.order_by(Outreach.id.desc()).limit(1))


def in_state(turnup_id: int, state: str) -> bool:
    found = last(turnup_id)
    return found is not None and found.state == state


def watched(turnup_id: int) -> bool:
    db.session().rollback()
    row = db.session().get(OriginWatch, turnup_id)
    return row is not None and row.seen_at is not None


def test_a_backend_that_fails_is_told_within_half_a_minute_and_taken_back_when_it_is_well(
    app: Flask,
    client: FlaskClient,
    cast: Cast,
    nursery: Nursery,
    haproxy: HAProxies,
    free_port: Ports,
    tmp_path: Path,
) -> None:
    with running_edge(haproxy, free_port, tmp_path) as edge:
        wiring = {"kind": "haproxy", "config": edge.config}
        metrics = {**wiring, "guard": {"baselines": {"errors": 0.001}}}
        number = book(
            cast["ann"], [(100, 2, False)], switch=wiring, metrics=metrics, practice=False
        )
        lab = Lab(number, Time(), person=Actor(f"user:{cast['omar']}", "web"))
        turnup = db.session().get_one(Cutover, number).turnup_id
        nursery.start(part="watching")
        sign_in(client, "omar")
        wait_until(lambda: edge.old.requests > 300, "people come")
        seen = {"seen": lab.standing().mark}
        assert submit(client, f"/cutovers/{number}/ramp/start", seen).status_code == 303
        wait_until(lambda: lab.standing().state == "finished", "it is live", seconds=60)
        wait_until(lambda: watched(turnup), "its origin is watched", seconds=60)
        edge.new.failing = 0.5
        began = monotonic()
        wait_until(lambda: in_state(turnup, "drafted"), "a draft is there", seconds=30)
        assert monotonic() - began < 30
        row = last(turnup)
        assert row is not None
        assert row.cause == "origin_errors"
        page = client.get(f"/outreach/{row.id}").text
        assert "the origin itself answers with errors (5xx)" in page
        edge.new.failing = 0.0
        wait_until(lambda: in_state(turnup, "withdrawn"), "it is withdrawn", seconds=100)
        assert db.session().query(Outreach).count() == 1
