"""The flip by a real BIND, judged by a real Prometheus, driven by a real conductor."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dns.message
import dns.query
import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import sign_in
from tests.journeys.test_flip_on_haproxy import at_step, press
from tests.ramps.conducting import Nursery
from tests.ramps.lab import Lab, Time, book
from tests.services.bind import SECRET, running_bind
from tests.services.ports import Ports
from tests.services.programs import wait_until
from tests.services.prometheus import running_prometheus
from tests.services.web import Reply, web_server

pytestmark = [
    pytest.mark.parametrize("house", ["sqlite"], indirect=True),
    pytest.mark.timeout(400),
]
OLD = [f"192.0.2.{n}" for n in range(1, 20)]
NEW = [f"192.0.2.{n}" for n in range(101, 120)]
VISITORS = 200.0  # requests in each tenth of a second, spread over what BIND answers


class Site:
    """Visitors who ask BIND for www, go where it says, and are counted there. `failing`: the part of
    the new path's answers that are errors."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.failing = 0.0
        self.totals: Counter[str] = Counter(new=0, old=0, errors=0)
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._visit)
        self.thread.start()

    def share(self) -> float:
        """The percent of its addresses that are on the new path, as BIND answers anybody."""
        query = dns.message.make_query("www.example.com", "A")
        answer = dns.query.tcp(query, "127.0.0.1", port=self.port, timeout=5)
        addresses = [record.to_text() for rrset in answer.answer for record in rrset]
        return 100 * sum(one in NEW for one in addresses) / len(addresses)

    def exposition(self) -> bytes:
        """The counters as Prometheus scrapes them."""
        at = self.totals
        return (
            f'edge_requests{{path="new"}} {at["new"]}\nedge_requests{{path="old"}} {at["old"]}\n'
            f'edge_errors{{path="new"}} {at["errors"]}\nedge_errors{{path="old"}} 0\n'
        ).encode()

    def _visit(self) -> None:
        while not self.done.wait(0.1):
            new = round(VISITORS * self.share() / 100)
            bad = round(new * self.failing)
            self.totals.update(new=new, old=round(VISITORS) - new, errors=bad)


@contextmanager
def running_site(port: int) -> Iterator[Site]:
    site = Site(port)
    try:
        yield site
    finally:
        site.done.set()
        site.thread.join(10)


def wiring(url: str, port: int) -> dict[str, dict[str, Any]]:
    addresses = {"zone": "example.com", "name": "www.example.com", "moved": NEW, "control": OLD}
    server = {"server": f"127.0.0.1:{port}", "key": "turnup", "secret": "tsig", "ttl": 1}
    arms = {
        arm: {what: f'sum(edge_{what}{{path="{path}"}})' for what in ("requests", "errors")}
        for arm, path in (("moved", "new"), ("control", "old"))
    }
    return {
        "switch": {"kind": "rfc2136", "config": {**server, **addresses}},
        "metrics": {"kind": "prometheus", "config": {"url": url, "step": 0.5, **arms}},
    }


def test_names_move_step_by_step_and_a_failing_path_is_left_again(
    app: Flask,
    client: FlaskClient,
    cast: Cast,
    nursery: Nursery,
    free_port: Ports,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TURNUP_SECRET_TSIG", SECRET)
    monkeypatch.setenv("TURNUP_API_ALLOW", "127.0.0.0/8")
    with (
        running_bind(free_port, tmp_path, OLD, ttl=1) as port,
        running_site(port) as site,
        web_server(free_port()) as exporter,
    ):
        exporter.answer = lambda request: Reply(200, site.exposition())
        target = exporter.url.removeprefix("http://")
        with running_prometheus(free_port, tmp_path, target) as url:
            wired = wiring(url, port)
            steps = [(5, 4, False), (25, 4, False), (50, 600, False)]
            lab = Lab(
                book(cast["ann"], steps, **wired), Time(), Actor(f"user:{cast['omar']}", "web")
            )
            nursery.start()
            sign_in(client, "omar")
            wait_until(lambda: site.totals["old"] > 1000, "people come")
            press(client, lab, "start")
            for number, (share, _, _) in enumerate(steps, start=1):
                at_step(lab, number, "holding")
                assert site.share() == pytest.approx(share, abs=0.5)
            assert lab.entries("guard.alarm") == []
            site.failing = 0.5
            wait_until(lambda: lab.standing().state == "rolled_back", "it is rolled back", 60)
            assert site.share() == 0
    assert [entry["share"] for entry in lab.entries("ramp.share")] == pytest.approx(
        [5, 25, 50, 0], abs=0.5
    )
    [alarm] = [one for one in lab.entries("ramp.rollback") if one["by"] == "guard"]
    assert "errors" in alarm["reason"]
