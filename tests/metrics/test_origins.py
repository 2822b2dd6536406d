"""Errors by where they arose: told by sources that can tell, refused where they don't add up."""

from datetime import UTC, datetime
from typing import Any

import pytest

from onboarding.errors import BadInput, PermanentFault
from onboarding.metrics.origins import Origins, added, told
from onboarding.metrics.otlp import read_otlp
from onboarding.metrics.pushes import read_rows
from onboarding.metrics.rows import arm_counts
from onboarding.simulation.library import FAULTS
from onboarding.simulation.world import Trouble, World

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
    assert read_otlp(document, AT)[0].unreachable == 9


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
