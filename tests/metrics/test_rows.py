"""Sources that give rows: what is late, missing or impossible is named, never guessed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from onboarding.errors import BadInput, PermanentFault
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.registry import source
from onboarding.metrics.rows import side_by_side
from tests.contracts.dns_stands import open_loopback
from tests.services.ports import Ports
from tests.services.web import Reply, web_server

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ONE = ArmCounts(10, 1)
CONFIG: dict[str, Any] = {
    "at": "end",
    "moved": {"requests": "new.all", "errors": "new.bad", "slow": "new.slow"},
    "control": {"requests": "old.all", "errors": "old.bad"},
}


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_an_arm_that_is_late_is_waited_for_and_what_follows_waits_too() -> None:
    moved, control = {at(1): ONE, at(2): ONE, at(3): ONE}, {at(1): ONE, at(3): ONE}
    given = side_by_side(moved, control, NOON, at(3), seconds=1, late=5)
    assert given == [Sample(at(1), 1, ONE, ONE)]
    later = side_by_side(moved, control, at(1), at(9), seconds=1, late=5)
    assert later == [Sample(at(2), 1, ONE, None), Sample(at(3), 1, ONE, ONE)]


def test_a_hole_is_missing_in_both_arms() -> None:
    moved = {at(1): ONE, at(5): ONE}
    given = side_by_side(moved, None, NOON, at(9), seconds=1, late=0)
    assert given == [
        Sample(at(1), 1, ONE, None),
        Sample(at(4), 3, None, None),
        Sample(at(5), 1, ONE, None),
    ]


def read(rows: Any, free_port: Ports, monkeypatch: pytest.MonkeyPatch) -> list[Sample]:
    open_loopback(monkeypatch)
    with web_server(free_port()) as site:
        site.answer = lambda request: Reply(200, rows)
        one = source("http_json", {**CONFIG, "url": site.url}, feed="cutover:1")
        return one.read(NOON, at(60))


def test_times_are_iso_or_unix_and_rows_come_in_any_order(
    free_port: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = {"all": 10, "bad": 1, "slow": 2}, {"all": 10.0, "bad": 1}
    rows = [{"end": at(2).timestamp(), "new": new}, {"end": "2027-03-01T12:00:01Z", "old": old}]
    assert read(rows, free_port, monkeypatch) == [
        Sample(at(1), 1, None, ONE),
        Sample(at(2), 1, ArmCounts(10, 1, 2), None),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"end": "noon", "new": {"all": 1, "bad": 0}}, "no time at end: 'noon'"),
        ({"new": {"all": 1, "bad": 0}}, "no time at end: 'None'"),
        ({"end": 1e99, "new": {"all": 1, "bad": 0}}, "no time at end"),
        ({"end": 0, "new": {"all": 1, "bad": 2}}, "2 errors among 1 requests"),
        ({"end": 0, "new": {"all": -1, "bad": 0}}, "'-1' for requests"),
        ({"end": 0, "new": {"all": 1.5, "bad": 0}}, "'1.5' for requests"),
        ({"end": 0, "new": {"all": True, "bad": 0}}, "'True' for requests"),
        ({"end": 0, "new": {"all": float("nan"), "bad": 0}}, "'nan' for requests"),
        ({"end": 0, "new": {"all": 1}}, "'None' for errors"),
        ({"end": 0, "new": {"all": 1, "bad": 0, "slow": "many"}}, "'many' for slow"),
        ("row", "no time at end"),
    ],
)
def test_what_is_no_count_is_named_with_its_time(
    row: Any, said: str, free_port: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(PermanentFault, match=said) as fault:
        read([row], free_port, monkeypatch)
    assert fault.value.hint


def test_one_interval_with_two_counts_is_said(
    free_port: Ports, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{"end": 5, "old": {"all": n, "bad": 0}} for n in (1, 2)]
    with pytest.raises(PermanentFault, match="twice, with different counts of the control arm"):
        read(rows, free_port, monkeypatch)


@pytest.mark.parametrize(
    ("kind", "change", "place"),
    [
        ("http_json", {"moved": {"requests": "a"}}, "metrics.moved.errors"),
        ("http_json", {"control": {"requests": "a", "erors": "b"}}, "metrics.control.errors"),
        ("http_json", {"seconds": 0}, "metrics.seconds"),
        ("fastly", {"moved": "S1", "control": "S1", "at": None}, "metrics.control"),
        ("fastly", {"moved": "S1", "control": "S2"}, "metrics.secret"),
    ],
)
def test_a_wrong_config_is_refused_by_key(kind: str, change: dict[str, Any], place: str) -> None:
    with pytest.raises(BadInput) as refused:
        source(kind, {**CONFIG, "url": "http://192.0.2.1", **change}, feed="cutover:1")
    assert refused.value.place == place
