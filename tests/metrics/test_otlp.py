"""OTLP over HTTP: what OpenTelemetry's exporters and collectors send, through the door they use."""

import gzip
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
    ExportMetricsServiceResponse,
)
from werkzeug.test import TestResponse

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.metrics.actions import new_token
from onboarding.metrics.base import ArmCounts
from onboarding.metrics.models import PushedCounts
from onboarding.metrics.push import PushMetrics

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
FEED = "cutover:7"


@pytest.fixture
def token(app: object, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    with transaction() as session:
        return new_token(session, FEED)


def nanos(ago: float) -> str:
    return str(int((NOON - timedelta(seconds=ago)).timestamp()) * 10**9)


def point(count: int, arm: str = "moved", ago: float = 2, **other: Any) -> dict[str, Any]:
    attributes = [{"key": "arm", "value": {"stringValue": arm}}]
    times = {"startTimeUnixNano": nanos(ago + 1), "timeUnixNano": nanos(ago)}
    return {"attributes": attributes, **times, "asInt": str(count), **other}


def metric(name: str, *points: dict[str, Any], temporality: int = 1) -> dict[str, Any]:
    summed = {"aggregationTemporality": temporality, "isMonotonic": True, "dataPoints": [*points]}
    return {"name": name, "sum": summed}


def export(*metrics: dict[str, Any]) -> dict[str, Any]:
    return {"resourceMetrics": [{"resource": {}, "scopeMetrics": [{"metrics": [*metrics]}]}]}


WHOLE = export(
    metric("turnup.requests", point(100), point(900, "control")),
    metric("turnup.errors", point(2)),
    metric("turnup.misses", point(7)),
    metric("turnup.bytes", point(5000)),
    {"name": "process.cpu", "gauge": {"dataPoints": []}},
)


def post(
    client: FlaskClient, token: str, body: bytes, kind: str = "application/json", **headers: str
) -> TestResponse:
    return client.post(
        "/api/v1/cutovers/7/v1/metrics",
        data=body,
        content_type=kind,
        headers={"Authorization": f"Bearer {token}", **headers},
    )


def packed(document: dict[str, Any]) -> bytes:
    return ParseDict(document, ExportMetricsServiceRequest()).SerializeToString()


def seen() -> list[tuple[int, ArmCounts | None, ArmCounts | None]]:
    samples = PushMetrics({}, FEED).read(NOON - timedelta(seconds=10), NOON)
    return [((NOON - one.at).seconds, one.moved, one.control) for one in samples]


def stored() -> int:
    db.session().rollback()
    return db.session().query(PushedCounts).count()


def test_json_is_read_as_counts_and_the_same_again_changes_nothing(
    client: FlaskClient, token: str
) -> None:
    for _ in range(2):
        answer = post(client, token, json.dumps(WHOLE).encode())
        assert (answer.status_code, answer.json) == (200, {})
        assert seen() == [(2, ArmCounts(100, 2, None, 7, bytes=5000), ArmCounts(900, 0))]


def test_protobuf_is_read_as_counts_zipped_or_not(client: FlaskClient, token: str) -> None:
    kind = "application/x-protobuf"
    answer = post(client, token, packed(WHOLE), kind)
    assert (answer.status_code, answer.data, answer.content_type) == (200, b"", kind)
    zipped = post(client, token, gzip.compress(packed(WHOLE)), kind, **{"Content-Encoding": "gzip"})
    assert zipped.status_code == 200
    assert seen() == [(2, ArmCounts(100, 2, None, 7, bytes=5000), ArmCounts(900, 0))]


def test_points_of_several_resources_are_added_up(client: FlaskClient, token: str) -> None:
    two = {"resourceMetrics": [*WHOLE["resourceMetrics"], *WHOLE["resourceMetrics"]]}
    assert post(client, token, json.dumps(two).encode()).status_code == 200
    assert seen() == [(2, ArmCounts(200, 4, None, 14, bytes=10000), ArmCounts(1800, 0))]


REQUESTS = "turnup.requests"
HUGE = "9" * 400
FIRST = "resourceMetrics[0].scopeMetrics[0].metrics[0]"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "resourceMetrics: is no list"),
        ({}, "resourceMetrics: no points of ours; the metrics are none"),
        (export(metric("requests", point(1))), "the metrics are requests"),
        (export({"name": REQUESTS, "gauge": {}}), f"{FIRST}: is no sum"),
        (export(metric(REQUESTS, point(1), temporality=0)), "its temporality is neither"),
        (export(metric(REQUESTS, point(1, "both"))), "'both' is no arm"),
        (export(metric(REQUESTS, {**point(1), "attributes": []})), "has no arm"),
        (export(metric(REQUESTS, point(-1))), "'-1' is no whole number"),
        (export(metric(REQUESTS, point(1, asDouble=1.5))), "1.5 is no count"),
        (export(metric(REQUESTS, point(1, asDouble=int(HUGE)))), "asDouble: 99"),
        (export(metric(REQUESTS, point(1, asInt=int(HUGE)))), "asInt: '99"),
        (export(metric(REQUESTS, point(1, timeUnixNano=int(HUGE)))), "timeUnixNano: '99"),
        (export(metric(REQUESTS, point(1, startTimeUnixNano=int(HUGE)))), "UnixNano: '99"),
        (export(metric(REQUESTS, point(1, timeUnixNano=HUGE))), "timeUnixNano: '99"),
        (export(metric(REQUESTS, point(1, ago=-60))), "is in the future"),
        (export(metric(REQUESTS, point(1, ago=7200))), "is too old"),
        (export(metric(REQUESTS, point(1, startTimeUnixNano=nanos(2)))), "length of an interval"),
        (export(metric(REQUESTS, point(1, timeUnixNano="soon"))), "timeUnixNano: 'soon'"),
        (export(metric(REQUESTS, point(1)), metric("turnup.errors", point(2))), "2 is more than 1"),
        (export(metric("turnup.errors", point(2))), "requests: None is no count"),
    ],
)
def test_a_malformed_export_is_refused_with_its_path_and_nothing_is_stored(
    client: FlaskClient, token: str, document: Any, said: str
) -> None:
    answer = post(client, token, json.dumps(document).encode())
    assert answer.status_code == 422
    assert answer.json
    assert said in f"{answer.json['place']}: {answer.json['title']}"
    assert stored() == 0


@pytest.mark.parametrize(
    ("body", "kind", "encoding", "status"),
    [
        (b"\xff\xff", "application/x-protobuf", "", 422),
        (b"{", "application/json", "", 422),
        (b"no gzip", "application/json", "gzip", 422),
        (b"{}", "application/json", "br", 415),
        (b"a=b", "text/plain", "", 415),
        (b" " * (10 * 1024 * 1024), "application/json", "", 413),
        (gzip.compress(b" " * (10 * 1024 * 1024)), "application/json", "gzip", 413),
    ],
)
def test_what_is_no_export_or_too_big_is_refused(
    client: FlaskClient, token: str, body: bytes, kind: str, encoding: str, status: int
) -> None:
    headers = {"Content-Encoding": encoding} if encoding else {}
    assert post(client, token, body, kind, **headers).status_code == status
    assert stored() == 0


def test_a_token_of_another_cutover_is_refused(client: FlaskClient, token: str) -> None:
    with transaction() as session:
        other = new_token(session, "cutover:8")
    assert post(client, other, json.dumps(WHOLE).encode()).status_code == 403
    assert stored() == 0


def test_protobuf_is_loaded_with_the_first_push_only() -> None:
    code = "import sys, onboarding.api.push; sys.exit('google.protobuf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def total(count: int, arm: str = "moved", ago: float = 2, started: float = 900) -> dict[str, Any]:
    return point(count, arm, ago, startTimeUnixNano=nanos(started))


def grown(client: FlaskClient, token: str, *metrics: tuple[str, dict[str, Any]]) -> TestResponse:
    document = export(*(metric(f"turnup.{name}", one, temporality=2) for name, one in metrics))
    return post(client, token, packed(document), "application/x-protobuf")


def told(answer: TestResponse) -> str:
    assert answer.status_code == 200, answer.text
    warning = ExportMetricsServiceResponse.FromString(answer.data).partial_success
    assert warning.rejected_data_points == 0
    return str(warning.error_message)


def counted() -> list[tuple[int, float, int, int]]:
    db.session().rollback()
    rows = db.session().query(PushedCounts).order_by(PushedCounts.at)
    return [((NOON - row.at).seconds, row.seconds, row.requests, row.errors) for row in rows]


def test_growing_totals_count_what_came_since_the_export_before(
    client: FlaskClient, token: str
) -> None:
    for ago, requests in ((400, 5000), (9, 7000), (8, 7100), (8, 7100)):
        assert told(grown(client, token, ("requests", total(requests, ago=ago)))) == ""
    assert counted() == [(8, 1.0, 100, 0)], "neither the first, nor what a gap of minutes came to"
    born = grown(client, token, ("requests", total(7300, ago=6)), ("errors", total(3, ago=6)))
    assert told(born) == "", "a counter comes into being with its first error"
    assert counted()[1:] == [(6, 2.0, 200, 3)]
    fell = ("requests", total(50, ago=4, started=5)), ("errors", total(4, ago=4, started=5))
    assert told(grown(client, token, *fell)) == (
        "turnup.requests of the moved arm began anew (7300 before, 50 now)"
    )
    assert counted()[2:] == [(4, 1.0, 50, 4)], "all of it began anew, though errors went up"
    refused = grown(client, token, ("requests", total(7500, ago=3)))
    assert refused.status_code == 422
    assert "before it was started last" in refused.text
    assert "service.instance.id" in refused.text
    assert len(counted()) == 3
    with transaction() as session:
        fresh = new_token(session, FEED)
    assert told(grown(client, fresh, ("requests", total(7500, ago=3)))) == "", "it begins anew"
    assert len(counted()) == 3


def test_what_cannot_be_a_total_is_refused_and_nothing_is_kept(
    client: FlaskClient, token: str
) -> None:
    first, again = ("requests", total(5)), ("requests", total(6))
    halves = {**total(1), "asDouble": 2.5}
    del halves["asInt"]
    for said, *metrics in (
        ("given twice with different totals", first, again),
        ("2.5 is no count", ("requests", halves)),
        ("is too old", ("requests", total(5, ago=7200, started=9000))),
        ("is in the future", ("requests", total(5, ago=-60))),
    ):
        answer = grown(client, token, *metrics)
        assert answer.status_code == 422, said
        assert said in answer.text
    assert told(grown(client, token, first)) == ""
    assert stored() == 0
