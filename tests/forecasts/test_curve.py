"""What a forecast promises, whatever the history."""

import math
from array import array
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.errors import BadInput
from onboarding.forecasts.curve import forecast
from onboarding.forecasts.history import HOUR, History
from onboarding.forecasts.peak import learn

START = datetime(2026, 3, 2, tzinfo=UTC)


def history(values, name: str = "shop") -> History:
    return History(name, START, array("d", values))


def daily(weeks: int, noise: float = 0.0, growth: float = 0.0) -> list[float]:
    """A day's wave over a quieter weekend."""
    return [
        (1 + growth * i)
        * (100 + 50 * math.sin(i * math.pi / 12) - 20 * (i % 168 >= 120))
        * (1 + noise * math.sin(i * i))
        for i in range(weeks * 168)
    ]


@given(
    st.one_of(st.just(0.0), st.floats(1e-300, 1e15)),
    st.sampled_from([2, 23, 24, 100, 167, 168, 336, 500, 672, 800]),
    st.sampled_from([1, 48, 168, 672]),
)
@settings(max_examples=60, deadline=None)
def test_a_constant_forecasts_to_itself(level: float, hours: int, horizon: int):
    found = forecast(history([level] * hours), horizon)
    assert all((p.mean, p.p10, p.p50, p.p90) == (level,) * 4 for p in found.points)
    assert found.peak.p50 == found.peak.p90 == level
    assert found.peak.p95 == (level if hours >= 168 else None)
    assert found.peak.p99 == (level if hours >= 168 else None)


@given(
    st.lists(st.one_of(st.just(0.0), st.floats(0, 1e15)), min_size=2, max_size=40),
    st.sampled_from([2, 23, 25, 170, 340, 700, 750]),
    st.sampled_from([1, 48, 200, 672]),
)
@settings(max_examples=60, deadline=None)
def test_every_forecast_is_finite_ordered_and_not_negative(block, hours: int, horizon: int):
    values = (block * (hours // len(block) + 1))[:hours]
    found = forecast(history(values), horizon)
    assert [p.ds for p in found.points] == [START + (hours + i) * HOUR for i in range(horizon)]
    for p in found.points:
        assert 0 <= p.p10 <= p.p50 <= p.p90 < math.inf
        assert 0 <= p.mean < math.inf
    tops = [found.peak.p50, found.peak.p90, found.peak.p95, found.peak.p99]
    known = [top for top in tops if top is not None]
    assert len(known) == (4 if hours >= 168 else 2)
    assert known == sorted(known)
    assert 0 <= known[0] <= known[-1] < math.inf


def test_a_regular_week_is_found_again():
    values = daily(5)
    found = forecast(history(values[:672]), 168)
    error = [abs(p.mean - y) for p, y in zip(found.points, values[672:], strict=True)]
    assert max(error) < 1.0


@given(st.floats(1e-6, 1e6))
@settings(max_examples=20, deadline=None)
def test_the_unit_does_not_matter(unit: float):
    values = daily(4, noise=0.2)
    one = forecast(history(values), 48)
    two = forecast(history([y * unit for y in values]), 48)
    assert [p.mean for p in two.points] == pytest.approx([p.mean * unit for p in one.points])
    assert two.peak.p90 == pytest.approx(one.peak.p90 * unit)


def test_under_a_week_no_p95_is_given_and_a_warning_says_so():
    found = forecast(history(daily(1)[:167]), 48)
    assert (found.peak.p95, found.peak.p99) == (None, None)
    assert any("under 7 days" in text for text in found.warnings)
    assert forecast(history(daily(1)), 48).peak.p95 is not None


def test_last_week_times_1_2_stands_beside_the_peak():
    values = [1000.0, *daily(3)]
    assert forecast(history(values), 48).last_week_max_x1_2 == pytest.approx(
        1.2 * max(values[-168:])
    )


def test_a_pool_of_wilder_customers_raises_the_peak():
    calm, wild = daily(8, noise=0.01), daily(8, noise=0.6)
    cautious = forecast(history(calm[:672]), 48, learn([history(wild, "wild")], 48))
    sure = forecast(history(calm[:672]), 48, learn([history(calm, "calm")], 48))
    assert cautious.peak.p95 is not None
    assert sure.peak.p95 is not None
    assert cautious.peak.p95 > sure.peak.p95


@pytest.mark.parametrize("horizon", [0, -1, 673])
def test_a_horizon_beyond_28_days_is_refused(horizon: int):
    with pytest.raises(BadInput, match="horizon of"):
        forecast(history(daily(1)), horizon)


def test_filled_hours_are_counted():
    one = History("shop", START, array("d", daily(2)), filled=(5, 6), warnings=("two were filled",))
    found = forecast(one, 24)
    assert (found.filled, found.history_hours, found.warnings) == (2, 336, ("two were filled",))


def test_two_hours_of_history_do_not_promise_the_sky():
    found = forecast(history([1.0, 3.0]), 3)
    assert max(p.p90 for p in found.points) < 30
