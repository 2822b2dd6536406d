"""Pushing counts: through the door that systems use, with every way to get it wrong."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
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


def row(ago: float = 1, arm: str = "moved", **other: Any) -> dict[str, Any]:
    at = clock.iso(NOON - timedelta(seconds=ago))
    return {"at": at, "arm": arm, "requests": 100, "errors": 2, **other}


def post(client: FlaskClient, token: str, body: Any, cutover: int = 7) -> TestResponse:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(
        f"/api/v1/cutovers/{cutover}/counts",
        data=data,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"} if token else {},
    )


def push(client: FlaskClient, token: str, *rows: dict[str, Any]) -> TestResponse:
    return post(client, token, {"counts": list(rows)})


def stored() -> int:
    db.session().rollback()
    return db.session().query(PushedCounts).count()


def test_what_is_pushed_is_read_by_the_source(client: FlaskClient, token: str) -> None:
    answer = push(
        client,
        token,
        row(3, misses=9),
        row(3, "control", slow=4, bytes=10**13),
        row(2, "control"),
        row(2),
    )
    assert (answer.status_code, answer.json) == (202, {"new": 4, "known": 0})
    samples = PushMetrics({}, FEED).read(NOON - timedelta(seconds=10), NOON)
    assert [(NOON - s.at).seconds for s in samples] == [3, 2]
    assert samples[0].moved == ArmCounts(100, 2, None, 9)
    assert samples[0].control == ArmCounts(100, 2, 4, None, bytes=10**13)


def test_the_same_push_again_changes_nothing(client: FlaskClient, token: str) -> None:
    push(client, token, row(3), row(2))
    answer = push(client, token, row(3), row(2), row(1))
    assert answer.json == {"new": 1, "known": 2}
    assert stored() == 3


def test_other_counts_for_the_same_interval_are_refused_and_nothing_is_stored(
    client: FlaskClient, token: str
) -> None:
    push(client, token, row(3))
    answer = push(client, token, row(2), row(3, requests=101))
    assert answer.status_code == 422
    assert "with other counts" in answer.text
    assert stored() == 1


def test_an_arm_that_is_late_is_waited_for_and_then_missing(
    client: FlaskClient, token: str
) -> None:
    push(client, token, row(5), row(5, "control"), row(4), row(1), row(1, "control"))
    since = NOON - timedelta(seconds=10)
    assert len(PushMetrics({"grace": 10}, FEED).read(since, NOON)) == 1  # 4 is waited for, so is 1
    samples = PushMetrics({"grace": 3}, FEED).read(since, NOON)
    assert [s.control is None for s in samples] == [False, True, False]


@pytest.mark.parametrize(("wrong", "code"), [("", 401), ("tup_wrong", 403), ("ünïcode", 403)])
def test_a_wrong_token_is_refused(client: FlaskClient, token: str, wrong: str, code: int) -> None:
    assert push(client, wrong, row()).status_code == code
    assert stored() == 0


def test_a_token_opens_its_own_cutover_only_and_a_new_one_voids_it(
    client: FlaskClient, token: str
) -> None:
    assert post(client, token, {"counts": []}, cutover=8).status_code == 403
    with transaction() as session:
        fresh = new_token(session, FEED)
    assert push(client, token, row()).status_code == 403
    assert push(client, fresh, row()).status_code == 202


@pytest.mark.parametrize(
    ("place", "document"),
    [
        ("counts", []),
        ("counts", {}),
        ("counts", {"counts": {}}),
        ("more", {"counts": [], "more": 1}),
        ("counts[0]", {"counts": [1]}),
        ("counts[1].arm", {"counts": [row(), row(arm="both")]}),
        ("counts[0].requests", {"counts": [row(requests=-1)]}),
        ("counts[0].requests", {"counts": [row(requests=1.5)]}),
        ("counts[0].requests", {"counts": [row(requests=True)]}),
        ("counts[0].requests", {"counts": [row(requests=10**12)]}),
        ("counts[0].errors", {"counts": [row(errors=101)]}),
        ("counts[0].errors", {"counts": [row(errors=None)]}),
        ("counts[0].slow", {"counts": [row(slow="few")]}),
        ("counts[0].bytes", {"counts": [row(bytes=-1)]}),
        ("counts[0].bytes", {"counts": [row(bytes=10**15 + 1)]}),
        ("counts[0].seconds", {"counts": [row(seconds=0)]}),
        ("counts[0].colour", {"counts": [row(colour="red")]}),
        ("counts[0].at", {"counts": [row(at="noon")]}),
        ("counts[0].at", {"counts": [row(at=1800000000)]}),
        ("counts[0].at", {"counts": [row(at="2027-03-01T12:00:11Z")]}),
        ("counts[0].at", {"counts": [row(at="2027-03-01T10:59:00Z")]}),
        ("counts[0].at", {"counts": [row(at="0001-01-01T00:00:00+10:00")]}),
        ("counts[1]", {"counts": [row(), row(requests=7)]}),
        ("line 1, column 2", b"{"),
        ("body", b"\xff"),
        ("body", b"1" * 5000),
        ("body", b"[" * 100_000),
        ("counts", b'{"counts": [{"requests": NaN}]}'),
    ],
)
def test_a_malformed_push_is_refused_with_its_path_and_nothing_is_stored(
    client: FlaskClient, token: str, place: str, document: Any
) -> None:
    answer = post(client, token, document)
    assert answer.status_code == 422, answer.text
    assert answer.json
    assert answer.json["place"] == place
    assert answer.json["detail"]
    assert stored() == 0


@pytest.mark.parametrize("size", [1024 * 1024 + 1, 10 * 1024 * 1024])
def test_too_much_is_refused(client: FlaskClient, token: str, size: int) -> None:
    assert post(client, token, b" " * size).status_code == 413


def test_too_many_rows_are_refused(client: FlaskClient, token: str) -> None:
    assert push(client, token, *[{}] * 5001).status_code == 422


def test_old_counts_do_not_pile_up(
    client: FlaskClient, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(client, token, row(3))
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(days=3))
    push(client, token, row(-3 * 86400 + 1))
    assert stored() == 1
