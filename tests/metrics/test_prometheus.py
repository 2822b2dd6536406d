"""Counts from totals: restarts, holes, series that come into being, answers that are none."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from onboarding.errors import BadInput, PermanentFault
from onboarding.metrics.base import ArmCounts
from onboarding.metrics.prometheus import PrometheusMetrics
from onboarding.metrics.registry import check
from onboarding.metrics.registry import source as made
from tests.contracts.dns_stands import open_loopback
from tests.services.ports import Ports
from tests.services.web import Reply, Request, WebServer, web_server

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ARM = {"requests": "requests", "errors": "errors"}


@pytest.fixture
def server(free_port: Ports, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    open_loopback(monkeypatch)
    with web_server(free_port()) as made:
        yield made


def source(server: WebServer, **other: Any) -> PrometheusMetrics:
    config = {"url": server.url, "moved": ARM, "control": ARM, "step": 10, "delay": 5, **other}
    return PrometheusMetrics(config, "cutover:1")


def serve(server: WebServer, **series: list[float | None]) -> None:
    """Answer each query with the totals of its name, from NOON on every ten seconds."""

    def answer(request: Request) -> Reply:
        name = parse_qs(urlsplit(request.path).query)["query"][0]
        points = [
            [NOON.timestamp() + 10 * i, str(value)]
            for i, value in enumerate(series.get(name, []))
            if value is not None
        ]
        result = [{"metric": {}, "values": points}] if points else []
        return Reply(200, {"status": "success", "data": {"resultType": "matrix", "result": result}})

    server.answer = answer


def moved(server: WebServer) -> list[ArmCounts | None]:
    samples = source(server).read(NOON, NOON + timedelta(seconds=45))
    assert [s.at for s in samples] == [NOON + timedelta(seconds=10 * i) for i in range(1, 5)]
    return [s.moved for s in samples]


def test_differences_of_totals_are_counts(server: WebServer) -> None:
    serve(server, requests=[100, 110, 110, 140, 141], errors=[1, 1, 1, 3, 3])
    assert moved(server) == [
        ArmCounts(10, 0),
        ArmCounts(0, 0),
        ArmCounts(30, 2),
        ArmCounts(1, 0),
    ]


def test_a_hole_and_a_restart_are_missing_rather_than_zero(server: WebServer) -> None:
    serve(server, requests=[100, None, 120, 5, 9], errors=[0, 0, 0, 0, 0])
    assert moved(server) == [None, None, None, ArmCounts(4, 0)]


def test_a_series_of_errors_that_begins_counts_from_nothing(server: WebServer) -> None:
    serve(server, requests=[100, 110, 120, 130, 140], errors=[None, None, 3, 3, float("nan")])
    assert [arm.errors for arm in moved(server)[:3] if arm] == [0, 3, 0]


def test_errors_are_never_more_than_requests(server: WebServer) -> None:
    serve(server, requests=[0, 2, 2, 2, 2], errors=[0, 3, 3, 3, 3], sent=[0, 900, 900, 900, 900])
    one = source(server, moved={**ARM, "bytes": "sent"})
    assert one.read(NOON, NOON + timedelta(seconds=45))[0].moved == ArmCounts(2, 2, bytes=900)


def test_what_a_selector_picks_is_counted_apart_on_the_old_path(server: WebServer) -> None:
    serve(server, requests=[0, 90, 180], errors=[0, 0, 0], img=[0, 9, None], bad=[0, 1, 1])
    picked = {"path /static/,/img/": {"requests": "img", "errors": "bad"}}
    first, second = source(server, picked=picked).read(NOON, NOON + timedelta(seconds=25))
    assert first.picked == {"path /img/, /static/": ArmCounts(9, 1)}  # as a plan spells it
    assert second.picked == {}  # not known, which is not the same as none


def test_where_no_step_has_ended_nothing_is_asked(server: WebServer) -> None:
    assert source(server).read(NOON, NOON + timedelta(seconds=14)) == []
    assert server.asked == []


@pytest.mark.parametrize("body", [{}, [], {"data": {"result": [{"values": [["x", "y"]]}]}}])
def test_an_answer_that_is_none_is_said(server: WebServer, body: Any) -> None:
    server.answer = lambda request: Reply(200, body)
    with pytest.raises(PermanentFault, match="does not answer as Prometheus does"):
        moved(server)


def test_several_series_and_wrong_promql_are_said(server: WebServer) -> None:
    series = {"metric": {}, "values": []}
    server.answer = lambda request: Reply(200, {"data": {"result": [series, series]}})
    with pytest.raises(PermanentFault, match="gives 2 series") as fault:
        moved(server)
    assert "sum" in fault.value.hint
    server.answer = lambda request: Reply(400, {"error": "parse error: unclosed left paren"})
    with pytest.raises(PermanentFault, match="unclosed left paren"):
        moved(server)


def test_what_gives_no_series_is_named_before_the_flip(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A misspelt query would be zero errors for good; one that is rightly empty yet is said to be."""
    monkeypatch.setattr("onboarding.clock.now", lambda: NOON + timedelta(seconds=45))
    serve(server, requests=[1, 2, 3, 4, 5], errors=[0, 0, 0, 0, 0], bare=[None])
    check(source(server))
    wrong = {"requests": "requests", "errors": "erors", "slow": "bare"}
    picked = {"path /static/": {"requests": "requests", "errors": "erors"}}
    with pytest.raises(BadInput) as refused:
        check(source(server, control=wrong, picked=picked))
    assert refused.value.place == "metrics.control.errors"
    assert refused.value.message.endswith(
        "no series for control.errors, control.slow, picked.path /static/.errors"
    )
    assert '"empty": ["control.errors", "control.slow", "errors"]' in refused.value.hint
    check(source(server, control=wrong, picked=picked, empty=["errors", "control.slow"]))
    config = {"url": server.url, "moved": ARM, "control": wrong, "step": 10, "delay": 5}
    second = {**config, "kind": "prometheus"}
    config["control"] = ARM
    with pytest.raises(BadInput) as refused:
        check(made("prometheus", {**config, "second": second}, feed="cutover:1"))
    assert refused.value.place == "metrics.second.control.errors"


@pytest.mark.parametrize(
    ("place", "change"),
    [
        ("metrics.url", {"url": ""}),
        ("metrics.step", {"step": 0}),
        ("metrics.moved.requests", {"moved": None}),
        ("metrics.control.errors", {"control": {"requests": "x"}}),
        ("metrics.moved.hits", {"moved": {**ARM, "hits": "x"}}),
        ("metrics.moved", {"moved": "requests"}),
        ("metrics.picked.static", {"picked": {"static": ARM}}),
        ("metrics.picked.path /x/.errors", {"picked": {"path /x/": {"requests": "x"}}}),
        ("metrics.secret", {"secret": "none_of_that_name"}),
        ("metrics.empty", {"empty": "errors"}),
        ("metrics.empty", {"empty": ["erors"]}),
        ("metrics.empty", {"empty": ["new.errors"]}),
    ],
)
def test_a_wrong_config_is_refused_by_key(place: str, change: dict[str, Any]) -> None:
    config = {"url": "http://192.0.2.9:9090", "moved": ARM, "control": ARM, **change}
    with pytest.raises(BadInput) as refused:
        PrometheusMetrics(config, "cutover:1")
    assert refused.value.place == place
