"""A forecast against the network: what fits, where it is tightest, how far a plan may go."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.errors import BadInput
from onboarding.forecasts.fit import Site, Step, fit, worst

DAY = [100.0] * 24


def test_a_small_customer_fits():
    found = fit(DAY, [Step(0, 0.1), Step(12, 1.0)], [Site("ams", 1000, 1.0, base=[400] * 24)])
    assert found.verdict == "fits"
    assert (found.tightest.site, found.tightest.hour, found.tightest.headroom) == ("ams", 12, 500)
    assert (found.latest_share, found.largest_share, found.lost) == (1.0, 1.0, None)
    assert found.headroom["ams"][:13] == (590.0,) * 12 + (500.0,)


def test_the_step_that_does_not_fit_is_named_with_its_hour_and_the_share_before_it():
    demand = [100.0] * 24
    demand[20] = 700.0
    steps = [Step(0, 0.1), Step(8, 0.5), Step(16, 1.0)]
    found = fit(demand, steps, [Site("ams", 1000, 1.0, base=[400] * 24)])
    assert [s.verdict for s in found.steps] == ["fits", "fits", "does_not_fit"]
    assert found.verdict == "does_not_fit"
    assert (found.tightest.hour, found.tightest.headroom) == (20, -100)
    assert found.latest_share == 0.5
    assert found.largest_share == pytest.approx(600 / 700)


def test_what_others_have_booked_is_seen():
    site = Site("ams", 1000, 1.0, base=[400] * 24)
    booked = Site("ams", 1000, 1.0, base=[400] * 24, reserved=[550] * 24)
    assert fit(DAY, [Step(0, 1.0)], [site]).verdict == "fits"
    assert fit(DAY, [Step(0, 1.0)], [booked]).verdict == "does_not_fit"


def test_a_step_with_little_left_is_tight():
    assert fit(DAY, [Step(0, 1.0)], [Site("ams", 124, 1.0)]).verdict == "tight"
    assert fit(DAY, [Step(0, 1.0)], [Site("ams", 126, 1.0)]).verdict == "fits"


def test_a_plan_that_does_not_survive_the_largest_site_is_tight():
    sites = [Site("ams", 1000, 0.5, base=[600] * 24), Site("fra", 900, 0.5, base=[500] * 24)]
    found = fit(DAY, [Step(0, 1.0)], sites)
    assert (found.verdict, found.lost) == ("tight", "ams")
    left = found.steps[0].without_largest
    assert left is not None
    assert (left.site, left.load) == ("fra", 1200)


def test_a_lost_site_spreads_by_limit_of_what_remains():
    sites = [Site("ams", 1000, 1.0), Site("fra", 300, 0.0), Site("lhr", 100, 0.0)]
    left = fit(DAY, [Step(0, 1.0)], sites).steps[0].without_largest
    assert left is not None
    assert left.load / left.limit == pytest.approx(0.25)


def test_hourly_means_are_scaled_to_the_highest_five_minutes():
    site = [Site("ams", 150, 1.0)]
    assert fit(DAY, [Step(0, 1.0)], site).verdict == "fits"
    assert fit(DAY, [Step(0, 1.0)], site, factor=1.6).verdict == "does_not_fit"


def test_every_step_of_one_hour_is_judged_by_itself():
    ramp = [Step(0, 0.1), Step(0, 0.5), Step(0, 1.0)]
    found = fit(DAY, ramp, [Site("ams", 0.9 * DAY[0], 1.0)])
    assert [step.verdict for step in found.steps] == ["fits", "fits", "does_not_fit"]
    assert found.latest_share == 0.5
    assert found.headroom["ams"][0] < 0  # the hour holds what the last step brings


def test_the_worst_of_two_units_counts():
    assert worst(["fits", "does_not_fit", "tight"]) == "does_not_fit"
    assert worst([]) == "fits"


@pytest.mark.parametrize(
    ("demand", "steps", "sites", "factor", "place"),
    [
        ([], [Step(0, 1)], [Site("a", 1, 1)], 1, "demand, steps, sites"),
        (DAY, [], [Site("a", 1, 1)], 1, "demand, steps, sites"),
        (DAY, [Step(0, 1)], [], 1, "demand, steps, sites"),
        (DAY, [Step(6, 1), Step(5, 1)], [Site("a", 1, 1)], 1, "steps"),
        (DAY, [Step(24, 1)], [Site("a", 1, 1)], 1, "steps"),
        (DAY, [Step(0, 1.5)], [Site("a", 1, 1)], 1, "steps"),
        ([-1.0], [Step(0, 1)], [Site("a", 1, 1)], 1, "demand"),
        (DAY, [Step(0, 1)], [Site("a", 0, 1)], 1, "sites.a"),
        (DAY, [Step(0, 1)], [Site("a", 1, 1, base=[1])], 1, "sites.a"),
        (DAY, [Step(0, 1)], [Site("a", 1, 1), Site("a", 1, 1)], 1, "sites"),
        (DAY, [Step(0, 1)], [Site("a", 1, 1)], 0.9, "factor"),
    ],
)
def test_unusable_questions_are_refused(demand, steps, sites, factor, place):
    with pytest.raises(BadInput) as refused:
        fit(demand, steps, sites, factor=factor)
    assert refused.value.place == place


rates = st.lists(st.floats(0, 1e6), min_size=6, max_size=6)


@given(rates, rates, rates, st.floats(1, 2e6))
def test_the_largest_share_fits_and_a_little_more_does_not(demand, base, reserved, limit):
    site = Site("a", limit, 1.0, base, reserved)
    room = fit(demand, [Step(0, 0.0)], [site]).largest_share
    if room > 0:
        load = [b + r + d * room for b, r, d in zip(base, reserved, demand, strict=True)]
        assert max(load) <= limit * (1 + 1e-9)
    if room < 1:
        more = min(1.0, room * 1.01 + 1e-3)
        found = fit(demand, [Step(0, more)], [site])
        assert found.tightest.headroom <= limit * 1e-9


@given(rates, st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_never_fits_better(demand, one, two):
    sites = [Site("a", 1e6, 0.7), Site("b", 5e5, 0.3)]
    small, large = sorted((one, two))
    at_small = fit(demand, [Step(0, small)], sites)
    at_large = fit(demand, [Step(0, large)], sites)
    assert worst([at_small.verdict, at_large.verdict]) == at_large.verdict
    assert at_small.tightest.free >= at_large.tightest.free
