"""A practice world is turned, broken and mended through its row, by web and conductor alike."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import BadInput, PassingFault
from onboarding.metrics.base import MetricsSource
from onboarding.metrics.registry import source
from onboarding.simulation import actions, queries
from onboarding.simulation.models import PracticeWorld
from onboarding.switches.base import Switch
from onboarding.switches.registry import switch
from onboarding.trail.models import Entry

KEY = "cutover:1"
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> "Wall":
    made = Wall()
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


class Wall:
    """The clock on the wall, turned by the test."""

    now = NOON

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def turned(app: Flask) -> Switch:
    return switch("rehearsal", {"rate": 500, "seed": 7}, key=KEY)


@pytest.fixture
def counted(app: Flask) -> MetricsSource:
    return source("rehearsal", {"rate": 500, "seed": 7}, feed=KEY)


def inject(kind: str, seconds: float = 60.0, strength: float | None = None) -> None:
    with transaction() as session:
        actions.inject(session, KEY, kind, seconds, strength)


def test_what_is_set_is_read_and_counted(
    turned: Switch, counted: MetricsSource, wall: Wall
) -> None:
    assert turned.read().share == 0
    turned.set(25, "a")
    wall.forward(60)
    assert turned.read().share == 25
    samples = counted.read(NOON, wall.now)
    assert [s.at for s in samples] == [NOON + timedelta(seconds=n) for n in range(1, 61)]
    moved = sum(s.moved.requests for s in samples if s.moved)
    control = sum(s.control.requests for s in samples if s.control)
    assert moved / (moved + control) == pytest.approx(0.25, abs=0.02)


def test_counts_before_anybody_touched_the_world_are_all_on_the_old_path(
    counted: MetricsSource, wall: Wall
) -> None:
    samples = counted.read(NOON - timedelta(seconds=10), NOON)
    assert len(samples) == 10
    assert all(s.moved and s.moved.requests == 0 for s in samples)
    assert db.session().query(PracticeWorld).count() == 0  # reading makes nothing


def test_the_future_is_not_counted(counted: MetricsSource, wall: Wall) -> None:
    assert counted.read(NOON, NOON + timedelta(hours=1)) == []


def test_a_switch_that_refuses_leaves_the_share_and_recovers(turned: Switch, wall: Wall) -> None:
    turned.set(5, "a")
    inject("switch_refuses", 30)
    with pytest.raises(PassingFault, match="refuses"):
        turned.set(25, "b")
    assert turned.read().share == 5
    assert turned.read().told["faults"] == ["switch_refuses"]
    wall.forward(31)
    turned.set(25, "b")
    assert turned.read().share == 25


def test_a_switch_wired_wrongly_shows_when_read_back(turned: Switch, wall: Wall) -> None:
    inject("wrong_direction")
    turned.set(5, "a")
    assert turned.read().share == 95


def test_no_metrics_is_a_fault_and_its_seconds_stay_missing(
    counted: MetricsSource, wall: Wall
) -> None:
    inject("metrics_gone", 10)
    wall.forward(5)
    with pytest.raises(PassingFault, match="metrics"):
        counted.read(NOON, wall.now)
    wall.forward(10)
    arms = [s.moved is None for s in counted.read(NOON, wall.now)]
    assert arms == [True] * 10 + [False] * 5


def test_clearing_ends_a_fault_and_keeps_what_it_did(
    turned: Switch, counted: MetricsSource, wall: Wall
) -> None:
    turned.set(50, "a")
    inject("errors_5xx", 600, 0.5)
    wall.forward(10)
    before = counted.read(NOON, wall.now)
    with transaction() as session:
        actions.clear(session, KEY)
    assert queries.running_faults(queries.find(db.session(), KEY)) == []
    wall.forward(10)
    after = counted.read(NOON, wall.now)
    assert after[:10] == before
    assert sum(s.moved.errors for s in after[10:] if s.moved) < 20 < before[5].moved.errors * 10  # type: ignore[union-attr]


def test_clearing_one_kind_leaves_the_others(app: Flask, wall: Wall) -> None:
    inject("errors_5xx")
    inject("slow_origin")
    with transaction() as session:
        actions.clear(session, KEY, "errors_5xx")
    kinds = [fault["kind"] for fault in queries.running_faults(queries.find(db.session(), KEY))]
    assert kinds == ["slow_origin"]


@pytest.mark.parametrize(
    ("place", "kind", "seconds", "strength"),
    [
        ("kind", "flood", 60.0, None),
        ("seconds", "errors_5xx", 0.0, None),
        ("seconds", "errors_5xx", float("nan"), None),
        ("strength", "errors_5xx", 60.0, 0.0),
        ("strength", "errors_5xx", 60.0, 1.5),
    ],
)
def test_a_fault_that_cannot_be_is_refused_by_name(
    app: Flask, place: str, kind: str, seconds: float, strength: float | None
) -> None:
    with pytest.raises(BadInput) as refused:
        inject(kind, seconds, strength)
    assert refused.value.place == place
    assert queries.find(db.session(), KEY) is None


def test_neither_turning_nor_breaking_writes_to_the_trail(turned: Switch) -> None:
    turned.set(5, "a")
    inject("errors_5xx")
    assert db.session().query(Entry).count() == 0


def test_moves_and_faults_of_many_at_once_are_all_kept(app: Flask, turned: Switch) -> None:
    def work(number: int) -> None:
        with app.app_context():
            inject("errors_5xx")
        turned.set(number, f"key-{number}")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row = queries.find(db.session(), KEY)
    assert row is not None
    assert (len(row.moves), len(row.faults)) == (6, 6)


def test_a_switch_is_not_touched_inside_a_transaction(turned: Switch) -> None:
    with transaction(), pytest.raises(RuntimeError, match="inside transaction"):
        turned.set(5, "a")


@pytest.mark.parametrize(
    ("place", "config"),
    [
        ("rate", {"rate": "fast"}),
        ("rate", {"rate": 0}),
        ("rate", {"rate": True}),
        ("seed", {"seed": -1}),
        ("seed", {"seed": 1.5}),
        ("speed", {"speed": 3}),
    ],
)
def test_a_wrong_config_is_refused_by_key(
    app: Flask, place: str, config: dict[str, object]
) -> None:
    with pytest.raises(BadInput) as refused:
        switch("rehearsal", config, key=KEY)
    assert refused.value.place == f"switch.{place}"
    with pytest.raises(BadInput) as refused:
        source("rehearsal", config, feed=KEY)
    assert refused.value.place == f"metrics.{place}"


def test_an_unknown_kind_is_refused_with_what_there_is(app: Flask) -> None:
    with pytest.raises(BadInput, match=r"there is no switch 'magic'") as refused:
        switch("magic", {}, key=KEY)
    assert "rehearsal" in refused.value.hint
    with pytest.raises(BadInput, match=r"there is no metrics source 'magic'"):
        source("magic", {}, feed=KEY)
