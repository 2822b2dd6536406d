"""Counts of a real HAProxy: what is an error, what a restart does to them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from onboarding import clock
from onboarding.errors import PermanentFault
from onboarding.haproxy_runtime import ask
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.haproxy import Counters, HAProxyMetrics
from onboarding.metrics.origins import Origins
from tests.contracts.haproxy_stand import HAProxyStand
from tests.services.haproxy import HAProxies
from tests.services.ports import Ports


@pytest.fixture
def stand(haproxy: HAProxies, free_port: Ports, tmp_path: Path) -> Iterator[HAProxyStand]:
    with HAProxyStand.running(haproxy, free_port, tmp_path) as made:
        yield made


def reading(source: HAProxyMetrics) -> Sample:
    now = clock.now()
    [sample] = source.read(now - timedelta(seconds=1), now)
    return sample


def moved(source: HAProxyMetrics) -> ArmCounts:
    sample = reading(source)
    assert sample.moved is not None
    assert sample.moved.bytes is not None
    assert 20 * sample.moved.requests < sample.moved.bytes < 1000 * sample.moved.requests
    return replace(sample.moved, bytes=None)


def test_the_first_reading_is_missing_rather_than_zero(stand: HAProxyStand) -> None:
    sample = reading(HAProxyMetrics(stand.config(), "cutover:1"))
    assert (sample.moved, sample.control) == (None, None)
    assert sample.seconds == pytest.approx(1)


def test_answers_of_500_cut_connections_and_dead_servers_are_errors(
    stand: HAProxyStand, free_port: Ports
) -> None:
    source = HAProxyMetrics(stand.config(), "cutover:1")
    reading(source)
    ask(stand.socket, "set weight be/old1 0", "set weight be/new1 10")
    seen = [stand.request(path) for path in ("/", "/bad", "/cut", "/missing")]
    assert seen == [200, 500, 502, 200]
    ask(stand.socket, f"set server be/new1 addr 127.0.0.1 port {free_port()}")  # nobody is there
    assert stand.request("/") == 503
    assert moved(source) == ArmCounts(5, 3, origins=Origins(unreachable=2, origin=1))


def test_a_restart_of_haproxy_begins_its_counters_again(stand: HAProxyStand) -> None:
    source = HAProxyMetrics(stand.config(), "cutover:1")
    reading(source)
    stand.traffic(20, 20, errors=2)
    assert moved(source) == ArmCounts(20, 2, origins=Origins(unreachable=0, origin=2))
    stand.traffic(3, 3)
    stand.stop()
    stand.start()
    stand.traffic(30, 30, errors=1)  # more than before, so no counter seems to have gone back
    assert moved(source) == ArmCounts(30, 1, origins=Origins(unreachable=0, origin=1))


def test_time_that_stands_still_gives_nothing_and_loses_nothing(stand: HAProxyStand) -> None:
    source = HAProxyMetrics(stand.config(), "cutover:1")
    now = clock.now()
    source.read(now - timedelta(seconds=1), now)
    stand.traffic(4, 4)
    assert source.read(now - timedelta(seconds=1), now) == []
    [sample] = source.read(now, now + timedelta(seconds=2))
    assert sample.moved is not None
    told = replace(sample.moved, bytes=None)
    assert told == ArmCounts(4, 0, origins=Origins(unreachable=0, origin=0))
    assert sample.seconds == pytest.approx(2)


def test_servers_that_are_not_there_are_named(stand: HAProxyStand) -> None:
    source = HAProxyMetrics({**stand.config(), "moved": ["new9"]}, "cutover:1")
    with pytest.raises(PermanentFault, match="be/new9"):
        reading(source)


def test_a_counter_that_went_back_counts_from_zero() -> None:
    assert Counters(5, 1, 0).since(Counters(100, 0, 0)) == Counters(5, 1, 0)
    assert Counters(105, 1, 2).since(Counters(100, 0, 1)) == Counters(5, 1, 1)
    assert Counters(7, 1, 0).since(None) == Counters(7, 1, 0)
