"""One suite for every metrics source: what the guard is fed, and what is missing, named."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import AdapterError, BadInput, PassingFault
from onboarding.metrics.base import MetricsSource, Sample
from onboarding.metrics.registry import SOURCES, source
from onboarding.readiness import evidence, proof_jobs
from tests.cast import Cast
from tests.contracts.haproxy_stand import HAProxyStand
from tests.contracts.own_stands import PushStand
from tests.contracts.practice_stand import PracticeTraffic
from tests.contracts.prometheus_stand import PrometheusStand
from tests.contracts.rows_stands import AccessLogStand, FastlyStatsStand, HTTPJSONStand
from tests.contracts.stands import Stands
from tests.doors import submit
from tests.services.haproxy import HAProxies
from tests.services.ports import Ports
from tests.stories import book, browser, customer, cutover_of


class Stand(Protocol):
    """A source with its far side. `traffic` makes so many requests, or at least some where the
    far side makes its own; `exact` says which. `fault` spoils the way to the counts."""

    kind: str
    exact: bool
    faults: tuple[str, ...]

    def config(self) -> dict[str, Any]: ...
    def source(self) -> MetricsSource: ...
    def fault(self, name: str) -> Any: ...
    def traffic(self, moved: int, control: int, errors: int = 0) -> None: ...


STANDS: dict[str, Any] = {
    "access_log": AccessLogStand,
    "haproxy": HAProxyStand,
    "prometheus": PrometheusStand,
    "http_json": HTTPJSONStand,
    "fastly": FastlyStatsStand,
    "push": PushStand,
    "rehearsal": PracticeTraffic,
}


COUNT_BYTES = ("haproxy", "http_json", "fastly", "rehearsal")  # the others where they are told to


on = Stands(STANDS, {"push", "rehearsal"})


@pytest.fixture(scope="module")
def prometheus(
    free_port: Ports, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PrometheusStand]:
    """One for all tests here: it takes seconds to find what it shall scrape."""
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        PrometheusStand.running(free_port, tmp_path_factory.mktemp("tsdb"), monkeypatch) as made,
    ):
        yield made


@pytest.fixture
def stand(
    request: pytest.FixtureRequest,
    app: Flask,
    free_port: Ports,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Stand]:
    with ExitStack() as stack:
        if request.param == "haproxy":
            haproxy: HAProxies = request.getfixturevalue("haproxy")
            yield stack.enter_context(HAProxyStand.running(haproxy, free_port, tmp_path))
        elif request.param == "prometheus":
            yield request.getfixturevalue("prometheus")
        elif hasattr(STANDS[request.param], "running"):
            made = STANDS[request.param].running(free_port, tmp_path, monkeypatch)
            yield stack.enter_context(made)
        elif request.param == "push":
            client: FlaskClient = request.getfixturevalue("client")
            yield PushStand(client)
        else:
            yield PracticeTraffic(monkeypatch)


class Reader:
    """Reads on as the ramp engine does: from the last sample it got."""

    def __init__(self, one: MetricsSource) -> None:
        self.one = one
        self.since = clock.now() - timedelta(seconds=1)

    def __call__(self) -> list[Sample]:
        until = clock.now()
        samples = self.one.read(self.since, until)
        for sample in samples:
            assert self.since < sample.at <= until
            assert sample.seconds > 0
            for arm in (sample.moved, sample.control):
                if arm is not None:
                    bad = (arm.errors, arm.slow or 0, arm.misses or 0)
                    assert all(0 <= count <= arm.requests for count in bad)
            self.since = sample.at
        return samples


def sums(samples: list[Sample]) -> tuple[int, int, int]:
    moved = [one.moved for one in samples if one.moved]
    control = [one.control for one in samples if one.control]
    return (
        sum(arm.requests for arm in moved),
        sum(arm.requests for arm in control),
        sum(arm.errors for arm in moved),
    )


def test_every_source_has_a_stand() -> None:
    assert set(STANDS) == set(SOURCES)


@on.every
def test_both_arms_are_counted_once_each(stand: Stand) -> None:
    read = Reader(stand.source())
    read()
    stand.traffic(30, 20, errors=5)
    given = read()
    first = sums(given)
    if stand.kind in COUNT_BYTES:
        arms = [arm for one in given for arm in (one.moved, one.control) if arm and arm.requests]
        assert all(arm.bytes and arm.bytes >= 20 * arm.requests for arm in arms)
    stand.traffic(10, 10)
    second = sums(read())
    if stand.exact:
        assert (first, second) == ((30, 20, 5), (10, 10, 0))
    else:
        assert all(first[:2])
        assert all(second[:2])


@on.every
def test_nothing_new_is_no_traffic_rather_than_the_old_again(stand: Stand) -> None:
    read = Reader(stand.source())
    read()
    stand.traffic(5, 5)
    assert sums(read())[0] > 0
    assert sums(read())[:2] == (0, 0)


@on.every
def test_no_time_has_passed_gives_nothing(stand: Stand) -> None:
    one, now = stand.source(), clock.now()
    assert one.read(now, now) == []


@on.every
def test_time_that_goes_backwards_gives_nothing_and_loses_nothing(stand: Stand) -> None:
    """The clock was set back between two readings."""
    read = Reader(stand.source())
    read()
    stand.traffic(5, 5)
    now = clock.now()
    assert read.one.read(now + timedelta(seconds=30), now) == []
    after = sums(read())
    assert after[:2] == (5, 5) if stand.exact else all(after[:2])


@on.every
def test_after_a_restart_nothing_is_counted_twice(stand: Stand) -> None:
    read = Reader(stand.source())
    read()
    stand.traffic(8, 8)
    read()
    read.one = stand.source()
    assert sums(read())[:2] == (0, 0)
    stand.traffic(4, 4)
    after = sums(read())
    assert after[:2] == (4, 4) if stand.exact else all(after[:2])


@on.every
def test_a_config_with_an_unknown_key_is_refused_by_name(stand: Stand) -> None:
    with pytest.raises(BadInput) as refused:
        source(stand.kind, {**stand.config(), "sevrers": 1}, feed="cutover:1")
    assert refused.value.place == "metrics.sevrers"


@on.that_can("gone")
def test_a_source_that_cannot_be_reached_says_so_and_goes_on_afterwards(stand: Stand) -> None:
    read = Reader(stand.source())
    read()
    with stand.fault("gone"):
        stand.traffic(3, 3)
        with pytest.raises(PassingFault) as fault:
            read()
        assert fault.value.hint
    stand.traffic(3, 3)
    after = sums(read())
    assert after[:2] == (6, 6) if stand.exact else all(after[:2])


@on.that_can("babble")
def test_an_answer_that_makes_no_sense_is_an_error(stand: Stand) -> None:
    read = Reader(stand.source())
    with stand.fault("babble"), pytest.raises(AdapterError) as fault:
        read()
    assert fault.value.hint


@on.that_can("slow")
def test_a_slow_source_is_waited_for(stand: Stand) -> None:
    read = Reader(stand.source())
    with stand.fault("slow"):
        read()
        stand.traffic(3, 3)
        assert sums(read())[:2] == (3, 3)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_misspelt_query_is_refused_where_it_is_wired_and_in_the_proof(
    app: Flask, cast: Cast, prometheus: PrometheusStand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real Prometheus that knows the errors of the new path, none of the old one, and no `erors`."""
    monkeypatch.setattr(proof_jobs, "COUNTED_WITHIN_S", 0.0)
    prometheus.traffic(9, 9, errors=1)
    adam = browser(app, "adam")
    number = book(cast, customer("Acme", manager=cast["ann"]))
    config = prometheus.config()

    def wire(**changes: Any) -> Any:
        given = json.dumps({**config, **changes})
        fields = {"switch": "manual", "switch_config": "{}", "metrics": "prometheus"}
        more = {"metrics_config": given, "version": "1", "despite": "a test"}
        return submit(adam, f"/cutovers/{number}/wiring", {**fields, **more})

    misspelt = {**config["moved"], "errors": 'sum(edge_erors{path="new"})'}
    answer = wire(moved=misspelt, empty=["control.errors"])
    assert answer.status_code == 422
    assert (
        "<strong>metrics.moved.errors</strong>: Prometheus has no series for moved" in answer.text
    )
    assert "edge_erors" in answer.text, "what was typed stands there still"
    assert cutover_of(number).practice
    answer = wire()
    assert "no series for control.errors" in answer.text
    assert "&#34;empty&#34;: [&#34;control.errors&#34;]" in answer.text
    assert wire(empty=["control.errors"]).status_code == 303

    def proved() -> str:
        submit(adam, f"/cutovers/{number}/proofs", {})
        db.session().rollback()
        proof_jobs.sweep()
        gates = evidence.gates(db.session(), cutover_of(number))
        return next(gate.why for gate in gates if gate.key == "metrics")

    assert proved() == "the source answers"
    with transaction() as session:
        kept = session.merge(cutover_of(number))
        kept.metrics = {"kind": "prometheus", "config": {**config, "moved": misspelt}}
    assert "no series for moved.errors, control.errors" in proved()
    with transaction() as session:
        session.merge(cutover_of(number)).metrics = {"kind": "push", "config": {}}
    assert "gives no counts of either path" in proved()
