"""What is odd in a history, events over a forecast, and how forecasts turned out: the pure parts."""

from array import array
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.clock import iso
from onboarding.errors import BadInput
from onboarding.forecasts.backtest import backtest
from onboarding.forecasts.events import Event, check, overlay
from onboarding.forecasts.hindsight import has_left, turned_out
from onboarding.forecasts.history import History
from onboarding.forecasts.marks import marks
from tests.forecasts.traffic import START, rate

HOUR = timedelta(hours=1)
PEAK = {"p50": 290.0, "p90": 310.0, "p95": 320.0, "p99": None, "ds": iso(START)}


def points(hours: int = 48) -> list[dict[str, Any]]:
    return [
        {
            "ds": iso(START + i * HOUR),
            "mean": rate(i),
            "p10": rate(i) * 0.9,
            "p50": rate(i),
            "p90": rate(i) * 1.1,
        }
        for i in range(hours)
    ]


def test_gaps_outliers_and_clock_changes_are_marked() -> None:
    start = datetime(2026, 10, 1, tzinfo=UTC)
    values = [rate(i) for i in range(28 * 24)]
    values[300] *= 8
    values[301] *= 8
    values[500] *= 0.01
    found = marks(values, start, [100, 101, 102], "Europe/Berlin")
    assert [(m.kind, m.first, m.hours) for m in found] == [
        ("gap", 100, 3),
        ("outlier", 300, 2),
        ("outlier", 500, 1),
        ("clock", 24 * 24 + 1, 1),
    ]
    assert "times above" in found[1].what
    assert "back" in found[3].what


@given(st.integers(96, 1000), st.floats(0, 1e6))
def test_what_repeats_itself_has_no_outliers(hours: int, scale: float) -> None:
    assert marks([rate(i) * scale for i in range(hours)], START, []) == []


def test_an_event_is_in_the_curve_and_the_peak_and_the_rest_is_as_it_was() -> None:
    sale = Event("sale day", "Black Friday", START + 24 * HOUR, START + 48 * HOUR, factor=2.0)
    laid, peak = overlay(points(), PEAK, [sale])
    assert laid[:24] == points()[:24]
    assert [p["mean"] for p in laid[24:]] == [2 * rate(i) for i in range(24, 48)]
    assert laid[30]["base"] == rate(30)
    assert peak["p95"] == pytest.approx(640)
    assert peak["p99"] is None
    assert peak["without"]["p95"] == 320
    assert peak["ds"] == iso(START + 30 * HOUR)


def test_a_rate_is_added_after_factors() -> None:
    laid, _ = overlay(
        points(),
        PEAK,
        [Event("launch", "b", START, rate=50.0), Event("growth", "a", START, factor=3.0)],
    )
    assert laid[0]["mean"] == rate(0) * 3 + 50


@given(st.lists(st.floats(0.1, 5), max_size=4))
def test_no_event_or_events_elsewhere_change_nothing(factors: list[float]) -> None:
    far = [Event("launch", "later", START + 99 * HOUR, factor=f) for f in factors]
    assert overlay(points(), PEAK, far) == (points(), PEAK)


@pytest.mark.parametrize(
    ("event", "place"),
    [
        (Event("party", "x", START, factor=2), "kind"),
        (Event("match", "x", START, factor=2), "ends_at"),
        (Event("launch", "x", START, START + HOUR, factor=2), "ends_at"),
        (Event("match", "x", START, START, factor=2), "ends_at"),
        (Event("launch", "x", START), "factor"),
        (Event("launch", "x", START, factor=2, rate=2), "factor"),
        (Event("launch", "x", START, factor=1000), "factor"),
    ],
)
def test_an_event_that_says_nothing_usable_is_refused_at_its_field(
    event: Event, place: str
) -> None:
    with pytest.raises(BadInput) as wrong:
        check(event)
    assert wrong.value.place == place


def test_a_forecast_is_held_against_what_came() -> None:
    came = {START + i * HOUR: rate(i) * 1.05 for i in range(24)}
    out = turned_out(points(), 310.0, came)
    assert out
    assert (out.hours, out.within) == (24, 1.0)
    assert out.part == pytest.approx(0.05 / 1.05)
    assert not out.held
    assert turned_out(points(), 310.0, dict(list(came.items())[:5])) is None


def test_traffic_has_left_after_six_hours_outside_and_not_before() -> None:
    def came(off: int, hours: int = 20) -> dict[datetime, float]:
        return {
            START + i * HOUR: rate(i) * (1.4 if i >= hours - off else 1.1) for i in range(hours)
        }

    assert has_left(points(), came(5)) is None
    assert has_left(points(), came(6)) == START + 14 * HOUR
    assert has_left(points(), came(0)) is None
    gone = came(20)
    del gone[START + 16 * HOUR]
    assert has_left(points(), gone) is None  # not six in a row


def test_the_past_is_forecast_from_what_was_known_then() -> None:
    values = array("d", [rate(i) * (3 if i >= 600 else 1) for i in range(28 * 24)])
    found = backtest(History("x", START, values), 48)
    assert [one["hours"] for one in found] == [48] * 6
    assert found[-1]["at"] == iso(START + (28 * 24 - 48) * HOUR)
    quiet = [one for one in found if one["came"] < 400]
    assert all(one["error"] < 20 for one in quiet)
    jump = next(one for one in found if one["came"] > 400)
    assert jump["came"] > jump["p95"]  # nothing of the jump was known
    assert backtest(History("x", START, values[:200]), 48) == []
