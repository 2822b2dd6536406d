"""The pure part of the reports: intervals that hold what they promise, waits that add up, addresses
read with care."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.errors import BadInput
from onboarding.reports.asked import Asked, asked, month_before
from onboarding.reports.fairness import gini, night_hours
from onboarding.reports.intervals import bootstrap, ranks, wilson
from onboarding.reports.shape import Figure
from onboarding.reports.spread import of_values
from onboarding.reports.waits import waits
from onboarding.reports.written import figure_said, written

T = datetime(2027, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)


@given(st.integers(0, 3000), st.integers(1, 3000))
def test_the_interval_of_a_share_holds_it_and_narrows_with_more_cases(hits: int, of: int) -> None:
    hits = min(hits, of)
    low, high = wilson(hits, of) or (9.0, 9.0)
    assert 0 <= low <= hits / of <= high <= 1
    more = wilson(4 * hits, 4 * of)
    assert more is not None
    assert more[1] - more[0] < high - low


def test_wilsons_interval_is_the_published_one() -> None:
    assert wilson(0, 0) is None
    assert wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)


@pytest.mark.parametrize("count", [6, 25, 400, 1100])
def test_the_interval_of_a_median_holds_the_true_one_19_times_in_20(count: int) -> None:
    drawn = random.Random(7)
    edges = ranks(count, 0.5)
    assert edges is not None
    held = 0
    for _ in range(150):
        values = sorted(drawn.expovariate(1.0) for _ in range(count))
        held += values[edges[0] - 1] <= 0.6931 <= values[edges[1] - 1]
    assert held / 150 > 0.9


def test_too_few_values_say_nothing() -> None:
    assert ranks(5, 0.5) is None
    assert of_values([1.0] * 5).median is None
    assert bootstrap([1.0] * 5, gini) is None
    few = Figure("x", "Median", None, "days", 5)
    assert figure_said(few) == "Median: not enough data"
    spread = of_values([float(n) for n in range(1, 21)])
    assert (spread.median, spread.low, spread.high) == (10.0, 2.0, 18.0)


def test_a_bootstrap_says_the_same_of_the_same_values() -> None:
    values = [0.0, 1.0, 2.0, 9.0, 4.0, 3.0]
    first = bootstrap(values, gini)
    assert first == bootstrap(values, gini)
    assert first is not None
    assert first[0] < gini(values) < first[1]


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=30))
def test_unevenness_is_nought_where_all_carry_the_same(values: list[float]) -> None:
    assert 0 <= gini(values) < 1
    assert gini([values[0]] * len(values)) == pytest.approx(0, abs=1e-9)


def test_nights_are_those_of_the_persons_own_clock() -> None:
    start = datetime(2027, 1, 4, 20, tzinfo=UTC)  # 21:00 in Berlin
    assert night_hours("Europe/Berlin", start, start + timedelta(hours=12)) == 8
    assert night_hours("America/New_York", start, start + timedelta(hours=6)) == 0
    spring = datetime(2027, 3, 28, 0, tzinfo=UTC)  # clocks go forward at 01:00 UTC
    assert night_hours("Europe/Berlin", spring, spring + timedelta(hours=6)) == 4


SETTLED = st.lists(
    st.tuples(st.integers(-5, 25), st.sampled_from(["customer", "ops", "support"])), max_size=8
)


@given(st.sampled_from(["signup", "config", "scheduled"]), st.integers(1, 20), SETTLED)
def test_waits_add_up_to_the_stay(stage: str, days: int, things: list[tuple[int, str]]) -> None:
    settled = [(T + day * DAY, owner) for day, owner in things]
    found = waits(stage, T, T + days * DAY, settled)
    assert sum(found.values()) == pytest.approx(days)
    assert all(value > 0 for value in found.values())
    assert waits("live", T, T + DAY, settled) == {}


def test_days_count_for_whoever_had_to_settle_what_came_next() -> None:
    settled = [(T + 10 * DAY, "customer"), (T + DAY, "ops"), (T - DAY, "support")]
    assert waits("config", T, T + 12 * DAY, settled) == {"ops": 1, "customer": 9, "nobody": 2}
    assert waits("scheduled", T, T + 2 * DAY, [(T + DAY, "ops")]) == {"ops": 1, "window": 1}
    assert waits("signup", T, T + DAY, []) == {"customer": 1}


def test_an_address_says_which_days_and_whom() -> None:
    today = date(2027, 3, 10)
    usual = asked({}, today, ["eu"], [7])
    assert (usual.until, usual.days) == (today, 90)
    said = {"since": "2027-01-01", "until": "2027-01-31", "level": "guided", "manager": "7"}
    found = asked({**said, "region": "eu"}, today, ["eu"], [7])
    assert found == Asked(date(2027, 1, 1), date(2027, 1, 31), "guided", "eu", 7)
    assert asked(found.query(), today, ["eu"], [7]) == found
    assert found.end - found.start == timedelta(days=31)
    last = month_before(date(2027, 3, 31))
    assert (last.since, last.until) == (date(2027, 2, 1), date(2027, 2, 28))


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"since": "soon"}, "since"),
        ({"until": "2027-02-30"}, "until"),
        ({"since": "2027-02-02", "until": "2027-02-01"}, "since"),
        ({"since": "1980-01-01", "until": "2027-02-01"}, "since"),
        ({"level": "free"}, "level"),
        ({"region": "mars"}, "region"),
        ({"manager": "x"}, "manager"),
    ],
)
def test_what_an_address_cannot_mean_is_refused_at_the_field(
    given: dict[str, str], place: str
) -> None:
    with pytest.raises(BadInput) as refused:
        asked(given, date(2027, 3, 10), ["eu"], [7])
    assert refused.value.place == place


def test_cells_are_written_for_people() -> None:
    assert [written(x, "days") for x in (None, 3.14159, 31.4159, 3141.59, 2.0)] == [
        "\N{EN DASH}",
        "3.14 days",
        "31.4 days",
        "3,142 days",
        "2 days",
    ]
    interval = Figure("a", "Share", 80.0, "percent", 10, 49.02, 94.33)
    assert figure_said(interval) == "Share: 80 % (95 %: 49.0 to 94.3 %)"
