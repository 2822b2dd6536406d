"""The origin while caches are cold: misses fall as caches warm, and each step brings new ones."""

from datetime import UTC, datetime, timedelta

import pytest

from onboarding.forecasts.origin import LADDER, Origin, along, bearable, each_alone

START = datetime(2026, 11, 25, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
FLAT = [(START + i * HOUR, 1000.0) for i in range(48)]


def test_a_step_is_worst_as_it_begins_and_half_as_cold_after_its_half_life() -> None:
    origin = Origin(cacheable=0.8, old_offload=0.9, half_minutes=60)
    steps = [(START, 10.0), (START + HOUR, 30.0)]
    first, second = along(origin, steps, FLAT)
    assert (first.cold, first.steady, first.old) == pytest.approx((80, 20, 90))
    # 20 % are new and cold, 10 % have been warming for an hour
    assert second.cold == pytest.approx(0.8 * (200 + 50))
    assert (second.steady, second.old) == pytest.approx((60, 70))
    assert second.at == second.start == START + HOUR


def test_a_busier_hour_later_can_be_worse_than_the_first_moment() -> None:
    rates = [*FLAT[:6], (START + 6 * HOUR, 100_000.0), *FLAT[7:]]
    (step,) = along(Origin(cacheable=0.9), [(START, 100.0)], rates)
    assert step.at == START + 6 * HOUR
    assert step.steady == pytest.approx(10_000)


def test_both_limits_count_and_the_tighter_is_said() -> None:
    origin = Origin(limit=2000, gbit_limit=0.5, gbit=8e-4)  # 100 kB a response
    (step,) = along(origin, [(START, 100.0)], FLAT)
    assert step.gbits == pytest.approx(0.8)
    assert (step.word, step.free) == ("over", pytest.approx(-0.6))
    assert along(Origin(limit=2000), [(START, 100.0)], FLAT)[0].word == "fits"
    assert along(Origin(), [(START, 100.0)], FLAT)[0].word == "unknown"


def test_without_a_plan_each_share_stands_alone() -> None:
    steps = each_alone(Origin(cacheable=1, old_offload=1), START, 500)
    assert [step.load for step in steps] == [500 * share / 100 for share in LADDER]


def test_the_share_that_is_borne_at_once_is_just_borne() -> None:
    origin = Origin(cacheable=0.5, old_offload=0.8, limit=600)
    share = bearable(origin, 1000)
    assert share == pytest.approx(50)
    (step,) = along(origin, [(START, share)], FLAT[:1])
    assert step.load == pytest.approx(600)
    assert bearable(Origin(limit=600), 1000) == 0  # it bears too much already
    assert bearable(Origin(), 1000) is None


def test_silence_and_steps_beyond_the_forecast() -> None:
    assert along(Origin(), [(START, 1.0)], []) == []
    assert along(Origin(limit=1), [(START + 99 * HOUR, 5.0)], FLAT) == []
    assert along(Origin(limit=1), [(START, 5.0)], [(START, 0.0)])[0].word == "fits"
