"""A feed with only a p95: it may hold a ramp, and never takes traffic back."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from onboarding.errors import PermanentFault
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.rows import arm_counts
from onboarding.ramps.quantile import Quantiles
from onboarding.ramps.watch import Watch
from onboarding.ramps.watched import Watched
from tests.cast import Cast
from tests.ramps.lab import FakeSource, Lab, Time, book

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def second(at: int, new: float | None, old: float | None, requests: int = 100) -> Sample:
    moved, control = ArmCounts(requests, 0, p95=new), ArmCounts(requests, 0, p95=old)
    return Sample(NOON + timedelta(seconds=at), 1.0, moved, control)


def test_a_p95_half_as_long_again_holds_and_says_since_when() -> None:
    watch = Quantiles()
    given = [watch.feed(second(at, 0.1 if at < 60 else 0.4, 0.1)) for at in range(1, 100)]
    first = next(verdict for verdict in given if verdict)
    assert (first.signal, first.action, first.new) == ("p95", "hold", True)
    assert first.onset == (NOON + timedelta(seconds=60)).timestamp()
    assert 12 <= first.ts - first.onset <= 20
    assert "p95 100 ms → 250 ms in 15 s" in first.sentence()
    assert "over the fixed limit of 150 ms; a p95 alone holds" in first.sentence()
    assert not any(verdict.new for verdict in given[given.index(first) + 1 :] if verdict)


@pytest.mark.parametrize(
    "samples",
    [
        [second(at, 0.14, 0.1) for at in range(1, 100)],
        [second(at, 9.0, 0.1) for at in range(1, 15)],
        [second(at, 9.0 if at % 5 == 0 else 0.1, 0.1) for at in range(1, 100)],
        [second(at, 9.0, 0.1, requests=4) for at in range(1, 100)],
        [second(at, 9.0, None) for at in range(1, 100)],
        [second(at, None, 0.1) for at in range(1, 100)],
    ],
    ids=["a little slower", "too short", "spikes", "too few", "nothing to compare", "no p95"],
)
def test_what_says_too_little_says_nothing(samples: list[Sample]) -> None:
    watch = Quantiles()
    assert not any(watch.feed(sample) for sample in samples)


def test_the_old_paths_p95_is_remembered_through_a_restart_and_its_silence() -> None:
    watch = Watch(Watched())
    watch.feed([second(at, 0.1, 0.1) for at in range(1, 40)], {})
    again = Watch(Watched(), json.loads(json.dumps(watch.state())))
    slow = [replace(second(at, 0.5, None), control=None) for at in range(40, 80)]
    said = again.feed(slow, {})
    assert {verdict.action for verdict in said if verdict.signal == "p95"} == {"hold"}
    assert next(row for row in again.signals() if row["signal"] == "p95")["evidence"] < 1


def test_what_lasts_when_its_mute_ends_is_said_again() -> None:
    watch = Watch(Watched())
    watch.mute({"p95": (NOON + timedelta(seconds=80)).timestamp()})
    said = watch.feed([second(at, 0.1 if at < 40 else 0.5, 0.1) for at in range(1, 80)], {})
    assert {verdict.action for verdict in said if verdict.signal == "p95"} == {"muted"}
    watch.mute({})
    said = watch.feed([second(at, 0.5, 0.1) for at in range(80, 90)], {})
    found = [(one.action, one.new) for one in said if one.signal == "p95"]
    assert found[:2] == [("hold", True), ("hold", False)]


def test_a_p95_that_is_none_is_refused() -> None:
    given = {"requests": 1, "errors": 0, "p95": -0.1}
    with pytest.raises(PermanentFault, match=r"edge gives '-0.1' for p95 at 2027"):
        arm_counts(given, NOON, "edge")


class Slow(FakeSource):
    """Tells of the new path that it is ten times as slow as the old one, as a p95."""

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        return [
            replace(
                one,
                moved=one.moved and replace(one.moved, p95=1.0),
                control=one.control and replace(one.control, p95=0.1),
            )
            for one in super().read(since, until)
        ]


def test_the_ramp_is_held_and_no_traffic_is_taken_back(app: object, cast: Cast, time: Time) -> None:
    lab = Lab(book(cast["ann"], [(25, 120, False), (100, 5, False)]), time)
    lab.source = Slow(lab.switch)
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 100)
    assert lab.standing().mark == "1/held/1"
    assert lab.switch.share == 25
    assert "p95 100 ms → 1000 ms" in lab.entries("ramp.held")[0]["reason"]
