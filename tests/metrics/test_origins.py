"""Errors by where they arose: told by sources that can tell, refused where they don't add up."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onboarding import config
from onboarding.errors import BadInput, PermanentFault
from onboarding.metrics.origins import Origins, added, told
from onboarding.metrics.otlp import read_points, rows_of
from onboarding.metrics.pushes import read_rows
from onboarding.metrics.registry import source
from onboarding.metrics.rows import arm_counts
from onboarding.simulation.library import FAULTS
from onboarding.simulation.world import Trouble, World
from tests.contracts.dns_stands import open_loopback
from tests.services.ports import Ports
from tests.services.web import Reply, Request, web_server

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
ROW = {"at": "2027-03-01T11:59:59Z", "arm": "moved", "requests": 100, "errors": 10}


def test_it_reads_as_a_sentence_the_largest_part_first() -> None:
    arm = {"errors": 10, "edge": 1, "unreachable": 7, "origin": None}
    assert told(arm) == (
        "of the errors 70 % as the origin could not be reached, "
        "10 % answered by the edge without asking the origin"
    )
    assert told({"errors": 10}) == told({"errors": 0, "edge": 0}) == told(None) == ""
    sums = added([Origins(edge=1), None, Origins(edge=2, origin=3)])
    assert sums == {"edge": 3, "unreachable": None, "origin": 3}


def test_rows_and_pushes_carry_it() -> None:
    found = arm_counts({**ROW, "edge": 2, "origin": 8}, AT, "the API")
    assert found.origins == Origins(edge=2, origin=8)
    assert arm_counts(ROW, AT, "the API").origins is None
    row = read_rows({"counts": [{**ROW, "unreachable": 10}]}, AT)[0]
    assert (row.edge, row.unreachable, row.origin) == (None, 10, None)


def test_otlp_carries_it() -> None:
    def metric(name: str, count: int) -> dict[str, Any]:
        end = int(AT.timestamp()) * 10**9
        arm = [{"key": "arm", "value": {"stringValue": "moved"}}]
        point = {"timeUnixNano": str(end), "startTimeUnixNano": str(end - 10**9)}
        points = [{**point, "asInt": str(count), "attributes": arm}]
        return {"name": name, "sum": {"aggregationTemporality": 1, "dataPoints": points}}

    metrics = [metric("turnup.requests", 100), metric("turnup.errors", 10)]
    metrics.append(metric("turnup.errors.unreachable", 9))
    document = {"resourceMetrics": [{"scopeMetrics": [{"metrics": metrics}]}]}
    assert rows_of(read_points(document, AT), AT)[0].unreachable == 9


@pytest.mark.parametrize("kinds", [{"edge": 6, "origin": 5}, {"edge": 11}, {"edge": -1}])
def test_more_of_them_than_errors_is_refused(kinds: dict[str, int]) -> None:
    with pytest.raises(PermanentFault):
        arm_counts({**ROW, **kinds}, AT, "the API")
    with pytest.raises(BadInput) as wrong:
        read_rows({"counts": [{**ROW, **kinds}]}, AT)
    assert wrong.value.place.startswith("counts[0].")


@pytest.mark.parametrize(("kind", "where"), [("origin_down", 1), ("errors_5xx", 0)])
def test_faults_of_a_rehearsal_arise_where_they_say(kind: str, where: int) -> None:
    start = AT.timestamp()
    trouble = Trouble(kind, start, start + 60, FAULTS[kind].strength)
    world = World(7, 1000.0, ((start - 10, 50.0),), (trouble,))
    arm = world.second(int(start) + 30).moved
    assert arm is not None
    assert sum(arm.arose) == arm.errors
    assert arm.arose[where] > 0.9 * arm.errors
    calm = world.second(int(start) - 5).moved
    assert calm is not None
    assert calm.arose == (0, 0, calm.errors)


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that access logs may be followed in."""
    monkeypatch.setenv("TURNUP_ACCESS_LOGS", str(tmp_path))
    config.settings.cache_clear()
    return tmp_path


UPSTREAMS = [
    (200, "200", "0.010", ""),
    (503, "-", "-", "edge"),
    (503, None, None, "edge"),
    (502, "502", "-", "unreachable"),
    (504, "502, 504", "-, -", "unreachable"),
    (503, "000", "-", "unreachable"),
    (500, "500", "0.020", "origin"),
    (500, "502, 500", "-, 0.020", "origin"),
    (502, "200", "0.010", ""),
]


@pytest.mark.parametrize("answered", [True, False])
def test_an_access_log_tells_it_by_what_the_origin_said(logs: Path, answered: bool) -> None:
    path, more = logs / "new.log", {"origin_answered": "up.header"} if answered else {}
    rows = [
        {"time": AT.isoformat(), "status": status, "up": {"status": said, "header": header}}
        for status, said, header, _ in UPSTREAMS
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    given = {"format": "json", "moved": {"path": str(path)}, "origin_status": "up.status"}
    one = source("access_log", {**given, **more}, feed="cutover:1")
    (arm,) = [s.moved for s in one.read(AT, AT + timedelta(seconds=5)) if s.moved]
    assert arm.errors == 8
    assert arm.origins == (Origins(2, 3, 2) if answered else Origins(2, 1, 4))


def test_an_access_log_without_a_lost_origin_does_not_count_none_of_them(logs: Path) -> None:
    path = logs / "new.log"
    path.write_text(json.dumps({"time": AT.isoformat(), "status": 500, "up": 500}) + "\n")
    given = {"format": "json", "moved": {"path": str(path)}, "origin_status": "up"}
    one = source("access_log", given, feed="cutover:1")
    (arm,) = [s.moved for s in one.read(AT, AT + timedelta(seconds=5)) if s.moved]
    assert arm.origins == Origins(edge=0, unreachable=None, origin=1)


def test_what_an_origin_answered_is_no_use_without_its_status() -> None:
    given = {"format": "json", "moved": {"path": "/x"}, "origin_answered": "up.header"}
    with pytest.raises(BadInput) as refused:
        source("access_log", given, feed="cutover:1")
    assert refused.value.place == "metrics.origin_answered"


SECONDS = [  # of the service: requests, 5xx, fetches; of its origins: answers, 5xx of these
    ({"requests": 90, "origin_fetches": 30}, {"a": {"responses": 30}}, Origins(0, 0, 0)),
    (
        {"requests": 90, "status_5xx": 9, "origin_fetches": 30},
        {"a": {"responses": 20, "status_5xx": 4}, "b": {"responses": 8, "status_5xx": 1}},
        Origins(2, 2, 5),
    ),
    ({"requests": 90, "status_5xx": 30, "origin_fetches": 30}, None, Origins(0, 30, 0)),
    ({"requests": 90, "status_5xx": 7}, None, Origins(7, 0, 0)),
]


def fastly(
    free_port: Ports, monkeypatch: pytest.MonkeyPatch, origins_answer: Reply | None = None
) -> list[Origins | None]:
    """What is told of `SECONDS` and of one second more, which the origins are late with."""
    monkeypatch.setenv("TURNUP_SECRET_VENDOR", "a-token")
    open_loopback(monkeypatch)
    first = int(AT.timestamp())
    late = first + len(SECONDS)

    def answer(request: Request) -> Reply:
        if "/origins/" in request.path:
            found = enumerate(backends for _, backends, _ in SECONDS)
            data = [{"recorded": first + n, "aggregated": one} for n, one in found if one]
            return origins_answer or Reply(200, {"Data": data, "Timestamp": late})
        counts = [*(counts for counts, _, _ in SECONDS), {"requests": 9, "status_5xx": 3}]
        data = [{"recorded": first + n, "aggregated": one} for n, one in enumerate(counts)]
        return Reply(200, {"Data": data, "Timestamp": late + 1})

    with web_server(free_port()) as site:
        site.answer = answer
        given = {"url": site.url, "moved": "SU1", "secret": "vendor", "origins": True}
        one = source("fastly", given, feed="cutover:1")
        samples = one.read(AT, AT + timedelta(seconds=60))
    assert [s.moved.errors for s in samples if s.moved] == [0, 9, 30, 7, 3]
    return [s.moved.origins for s in samples if s.moved]


def test_fastly_tells_it_by_what_its_origins_answered(
    free_port: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fastly(free_port, monkeypatch) == [*(expected for *_, expected in SECONDS), None]


def test_errors_are_counted_although_nobody_tells_where_they_arose(
    free_port: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fastly(free_port, monkeypatch, Reply(503, b"")) == [None] * 5
    with pytest.raises(PermanentFault):
        fastly(free_port, monkeypatch, Reply(403, {"msg": "not enabled"}))


def test_whether_fastly_is_asked_for_origins_is_yes_or_no() -> None:
    with pytest.raises(BadInput) as refused:
        source("fastly", {"moved": "SU1", "secret": "none", "origins": "yes"}, feed="cutover:1")
    assert refused.value.place in ("metrics.origins", "metrics.secret")
