"""Bytes a request: where the two paths are too far apart, the ramp holds and nothing is taken back."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from flask import Flask

from onboarding.metrics.base import ArmCounts, Sample
from onboarding.ramps.guards import Picked
from onboarding.ramps.volume import Volume
from onboarding.ramps.watch import Watch
from onboarding.ramps.watched import Watched
from tests.cast import Cast
from tests.ramps.lab import FakeSource, Lab, Time, book

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def second(at: int, new: float | None, old: float | None, requests: int = 100) -> Sample:
    """`new` and `old`: bytes a request; None where the source does not count them."""
    sizes = [None if size is None else round(size * requests) for size in (new, old)]
    moved, control = (ArmCounts(requests, 0, bytes=sent) for sent in sizes)
    return Sample(NOON + timedelta(seconds=at), 1.0, moved, control)


def traffic(seconds: int, tail: float, requests: int, factor: float = 1.0) -> Iterator[Sample]:
    """Answers whose sizes have a heavy tail, the same on both paths but for `factor`."""
    rng = np.random.default_rng(7)
    for at in range(1, seconds + 1):
        sizes = [float(rng.lognormal(9.0, tail, requests).mean()) for _ in range(2)]
        yield second(at, sizes[0] * factor, sizes[1], requests)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (4_000, "bytes 20 kB → 4 kB in 29 s; under 1/3 of what a request brings on the old path"),
        (1e6, "bytes 20 kB → 1 MB in 29 s; over 3 times what a request brings on the old path"),
    ],
)
def test_a_fall_or_a_jump_holds_once_and_says_since_when(new: float, said: str) -> None:
    watch = Volume()
    given = [watch.feed(second(at, 20_000 if at <= 80 else new, 20_000)) for at in range(1, 200)]
    first = next(verdict for verdict in given if verdict)
    assert (first.signal, first.action, first.new) == ("bytes", "hold", True)
    assert first.sentence().startswith(said), first.sentence()
    assert first.sentence().endswith("bytes alone hold, they take nothing back")
    assert first.onset == (NOON + timedelta(seconds=84)).timestamp()
    assert not any(verdict.new for verdict in given[given.index(first) + 1 :] if verdict)


@pytest.mark.parametrize(
    "samples",
    [
        list(traffic(900, 2.0, 50)),
        [second(at, 50_000, 20_000) for at in range(1, 200)],
        [second(at, 10**9 if at % 30 < 8 else 20_000, 20_000) for at in range(1, 200)],
        [second(at, 1_000, 20_000) for at in range(1, 59)],
        [second(at, 1_000, 20_000, requests=3) for at in range(1, 200)],
        [second(at, 1_000, None) for at in range(1, 200)],
        [second(at, None, 20_000) for at in range(1, 200)],
        [replace(second(at, 1_000, 20_000), control=None) for at in range(1, 200)],
    ],
    ids=["heavy tails", "2.5 times", "a download", "short", "few", "no old", "no new", "alone"],
)
def test_what_says_too_little_says_nothing(samples: list[Sample]) -> None:
    watch = Volume()
    assert not any(watch.feed(sample) for sample in samples)


def test_a_fall_shows_through_heavy_tails_and_an_operator_decides_how_far() -> None:
    fallen = list(traffic(300, 2.0, 50, factor=0.2))
    assert any(map(Volume().feed, fallen))
    assert not any(map(Volume(factor=10).feed, fallen))
    assert not any(map(Volume(factor=0).feed, fallen))
    assert Volume(factor=0).shown(None) is None


def test_a_restart_goes_on_and_what_a_selector_moved_whole_is_not_compared() -> None:
    watch = Watch(Watched())
    watch.feed([second(at, 4_000, 20_000) for at in range(1, 50)], {})
    again = Watch(Watched(), json.loads(json.dumps(watch.state())))
    said = again.feed([second(at, 4_000, 20_000) for at in range(50, 70)], {})
    assert [verdict.new for verdict in said if verdict.signal == "bytes"][:2] == [True, False]
    row = next(row for row in again.signals() if row["signal"] == "bytes")
    assert (row["observed"], row["control"], row["verdict"]) == (4_000, 20_000, "hold")
    assert 0.5 < row["evidence"] < 1
    niche = Watch(Watched())
    picked = Picked("path /video/")
    fallen = [second(at, 4_000, 20_000) for at in range(1, 100)]
    assert "bytes" not in {one.signal for one in niche.feed(fallen, {}, lambda _: picked)}


class Empty(FakeSource):
    """Its new path answers in a tenth of the bytes."""

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        return [
            replace(
                one,
                moved=one.moved and replace(one.moved, bytes=one.moved.requests * 2_000),
                control=one.control and replace(one.control, bytes=one.control.requests * 20_000),
            )
            for one in super().read(since, until)
        ]


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_the_ramp_is_held_no_traffic_is_taken_back_and_a_mute_is_heeded(
    app: Flask, cast: Cast, time: Time
) -> None:
    lab = Lab(book(cast["ann"], [(25, 600, False), (100, 5, False)]), time)
    lab.source = Empty(lab.switch)
    engine = lab.conductor()
    lab.press("start")
    lab.press("mute", seen="", signal="bytes", minutes=2, reason="the edge sends smaller pictures")
    lab.beat(engine, 100)
    assert lab.standing().mark == "1/holding/1"
    assert [(one["signal"], one["action"]) for one in lab.entries("guard.alarm")] == [
        ("bytes", "muted")
    ]
    assert lab.ramp().figures["moved"]["bytes"] == lab.ramp().figures["moved"]["requests"] * 2_000
    lab.beat(engine, 90)
    assert lab.standing().mark == "1/held/1"
    assert lab.switch.share == 25
    assert "bytes 20 kB → 2 kB" in lab.entries("ramp.held")[0]["reason"]
    lab.press("resume")
    lab.beat(engine, 30)
    assert lab.standing().mark == "1/holding/1", "a person has the last word"
