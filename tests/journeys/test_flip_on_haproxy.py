"""The flip on a real HAProxy, under real requests, driven by a real conductor."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.haproxy_runtime import ask
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import sign_in, submit
from tests.journeys.edge import Edge, running_edge
from tests.ramps.conducting import Nursery
from tests.ramps.lab import Lab, Time, book
from tests.services.haproxy import HAProxies
from tests.services.ports import Ports
from tests.services.programs import wait_until

pytestmark = [
    pytest.mark.parametrize("house", ["postgresql"], indirect=True),
    pytest.mark.timeout(400),
]
STEPS = [(5, 6, False), (25, 6, False), (50, 6, True), (100, 3, False)]


@pytest.fixture
def edge(haproxy: HAProxies, free_port: Ports, tmp_path: Path) -> Iterator[Edge]:
    with running_edge(haproxy, free_port, tmp_path) as made:
        yield made


def cutover(edge: Edge, cast: Cast, steps: list[tuple[float, int, bool]], **guard: Any) -> Lab:
    wiring = {"kind": "haproxy", "config": edge.config}
    number = book(cast["ann"], steps, switch=wiring, metrics={**wiring, "guard": guard})
    return Lab(number, Time(), person=Actor(f"user:{cast['omar']}", "web"))


def press(client: FlaskClient, lab: Lab, verb: str) -> None:
    seen = {"seen": lab.standing().mark}
    answer = submit(client, f"/cutovers/{lab.cutover_id}/ramp/{verb}", seen)
    assert answer.status_code == 303, answer.text


def at_step(lab: Lab, step: int, state: str) -> None:
    mark = f"1/{state}/{step}"
    wait_until(lambda: lab.standing().mark == mark, f"it stands at {mark}", seconds=60)


def test_traffic_moves_step_by_step_and_the_origins_count_it(
    app: Flask, client: FlaskClient, cast: Cast, edge: Edge, nursery: Nursery
) -> None:
    lab = cutover(edge, cast, STEPS, baselines={"errors": 0.001})
    conductor = nursery.start()
    sign_in(client, "omar")
    wait_until(lambda: edge.old.requests > 300, "people come")
    assert edge.new.requests == 0
    press(client, lab, "start")
    for number, (share, _, needs_go) in enumerate(STEPS[:3], start=1):
        if needs_go:
            at_step(lab, number - 1, "waiting_go")
            conductor.kill()  # nobody may notice
            nursery.start()
            press(client, lab, "go")
        at_step(lab, number, "holding")
        assert edge.share(600) == pytest.approx(share, abs=3)
        assert lab.standing().step == number
    wait_until(lambda: lab.standing().state == "finished", "it is finished", seconds=60)
    assert edge.share(400) == 100
    assert [entry["share"] for entry in lab.entries("ramp.share")] == [5, 25, 50, 100]
    assert lab.entries("guard.alarm") == []


def test_an_origin_that_fails_at_25_percent_is_rolled_back(
    app: Flask, client: FlaskClient, cast: Cast, edge: Edge, nursery: Nursery
) -> None:
    lab = cutover(edge, cast, [(5, 5, False), (25, 600, False), (100, 5, True)])
    nursery.start()
    sign_in(client, "omar")
    wait_until(lambda: edge.old.requests > 300, "people come")
    press(client, lab, "start")
    at_step(lab, 2, "holding")
    assert edge.share(400) == pytest.approx(25, abs=3)
    edge.new.failing = 1.0
    wait_until(lambda: lab.standing().state == "rolled_back", "it is rolled back", seconds=30)
    assert ask(edge.socket, "get weight site/new").startswith("0 ")
    reached = edge.new.requests
    assert edge.share(400) == 0
    assert edge.new.requests == reached
    assert 0 < edge.new.errors < 600
    assert lab.entries("ramp.rollback")[0]["by"] == "guard"
    assert "errors" in lab.entries("ramp.rollback")[0]["reason"]
