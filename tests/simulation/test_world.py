"""The practice world: the same counts whoever asks, traffic like real traffic, faults that show."""

from dataclasses import replace
from statistics import mean, pvariance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.ramps.guards import Counts, Guard, GuardOptions
from onboarding.simulation.library import FAULTS
from onboarding.simulation.world import ArmSecond, Second, Trouble, World

T0 = 1_800_000_000
SPOILING = [kind for kind, fault in FAULTS.items() if fault.errors or fault.slow or fault.misses]

moments = st.floats(T0, T0 + 60)
shares = st.floats(0, 100)
histories = st.lists(st.tuples(moments, shares), max_size=5).map(lambda m: tuple(sorted(m)))


def rate(seconds: list[Second], arm: str, signal: str) -> float:
    seen = [getattr(second, arm) for second in seconds]
    return sum(getattr(one, signal) for one in seen) / sum(one.requests for one in seen)


def run(world: World, seconds: int = 60, since: int = T0) -> list[Second]:
    return list(world.seconds(since, since + seconds))


@given(histories, st.integers(0, 2**32))
def test_counts_are_the_same_whenever_asked_and_add_up(
    moves: tuple[tuple[float, float], ...], seed: int
) -> None:
    world = World(seed, 300.0, moves)
    whole = run(world)
    assert whole[20:40] == run(world, 20, T0 + 20)
    for second in whole:
        for arm in (second.moved, second.control):
            assert arm is not None
            assert 0 <= max(arm.errors, arm.slow, arm.misses) <= arm.requests


@given(histories, st.tuples(moments, shares))
def test_a_move_changes_nothing_that_was_before_it(
    moves: tuple[tuple[float, float], ...], late: tuple[float, float]
) -> None:
    before = [move for move in moves if move[0] <= late[0]]
    plain, moved = World(3, 300.0, tuple(before)), World(3, 300.0, (*before, late))
    until = int(late[0]) - T0
    assert run(plain, until) == run(moved, until)


@given(histories)
def test_the_share_of_a_second_is_the_average_over_it(
    moves: tuple[tuple[float, float], ...],
) -> None:
    world = World(1, 300.0, moves)
    held = [0.0, *(share for _, share in moves)]
    for second in range(T0, T0 + 62):
        assert min(held) - 1e-6 <= world.share(second) <= max(held) + 1e-6


def test_half_a_second_at_the_new_share_counts_half() -> None:
    assert World(1, 300.0, ((T0 + 0.5, 40.0),)).share(T0 + 1) == pytest.approx(20.0)


def test_the_arms_get_what_the_switch_says() -> None:
    seconds = run(World(5, 1000.0, ((T0, 25.0),)), 600)
    moved = sum(s.moved.requests for s in seconds if s.moved)
    total = moved + sum(s.control.requests for s in seconds if s.control)
    assert moved / total == pytest.approx(0.25, abs=0.01)


def test_traffic_has_a_day_and_is_rougher_than_chance() -> None:
    world = World(5, 1000.0)
    hours = [mean(world.demand(hour * 3600 + s) for s in range(0, 3600, 60)) for hour in range(24)]
    assert max(hours) > 1.8 * min(hours)
    assert mean(hours) == pytest.approx(1000, rel=0.1)
    requests = [s.control.requests for s in run(world, 600) if s.control]
    assert pvariance(requests) > 2 * mean(requests)


@pytest.mark.parametrize("kind", SPOILING)
def test_a_fault_spoils_the_moved_arm_only_while_it_lasts(kind: str) -> None:
    fault = FAULTS[kind]
    signal = max(("errors", "slow", "misses"), key=lambda name: getattr(fault, name))
    trouble = Trouble(kind, T0 + 60, T0 + 120, fault.strength)
    seconds = run(World(5, 1000.0, ((T0, 50.0),), (trouble,)), 180)
    during, beside = seconds[60:120], seconds[:60] + seconds[120:]
    assert rate(during, "moved", signal) > rate(beside, "moved", signal) + 0.1
    assert rate(during, "control", signal) < 2 * rate(beside, "control", signal) + 0.001


def test_truncated_answers_bring_hardly_a_byte_and_spoil_no_count() -> None:
    trouble = Trouble("truncated_answers", T0 + 60, T0 + 120, 1.0)
    moves = ((T0, 50.0),)
    whole, cut = run(World(5, 1000.0, moves), 180), run(World(5, 1000.0, moves, (trouble,)), 180)
    for at, (one, other) in enumerate(zip(whole, cut, strict=True)):
        assert one.moved is not None
        assert other.moved is not None
        less = 0.005 if 60 <= at < 120 else 1.0
        assert other.moved.sent == pytest.approx(one.moved.sent * less, abs=1)
        assert replace(other.moved, sent=one.moved.sent) == one.moved
        assert other.control == one.control


def test_metrics_gone_gives_no_counts_rather_than_zero() -> None:
    seconds = run(World(5, 100.0, (), (Trouble("metrics_gone", T0 + 1, T0 + 3, 1.0),)), 5)
    assert [s.moved is None for s in seconds] == [False, True, True, False, False]


def counts(arm: ArmSecond | None) -> Counts:
    assert arm is not None
    return Counts(arm.requests, arm.errors, arm.slow, arm.misses)


@pytest.mark.parametrize("seed", range(3))
def test_the_guard_leaves_healthy_practice_alone(seed: int) -> None:
    guard = Guard(GuardOptions(signals=("errors", "slow", "misses"), warmup=60))
    world = World(seed, 1200.0, ((T0, 25.0), (T0 + 900, 50.0)))
    verdicts = [guard.update(s.at, counts(s.moved), counts(s.control)) for s in run(world, 1800)]
    assert not any(verdicts)


@pytest.mark.parametrize("kind", SPOILING)
def test_the_guard_sees_every_fault_within_ten_seconds(kind: str) -> None:
    guard = Guard(GuardOptions(signals=("errors", "slow", "misses"), warmup=60))
    trouble = Trouble(kind, T0 + 300, T0 + 360, FAULTS[kind].strength)
    for second in run(World(3, 1200.0, ((T0, 25.0),), (trouble,)), 310):
        verdicts = guard.update(second.at, counts(second.moved), counts(second.control))
        if any(verdict.action == "rollback" for verdict in verdicts):
            assert second.at > T0 + 300
            return
    pytest.fail("no rollback")
