"""Plans and windows: what can be booked and what cannot (pure)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.cutovers.calendar import GRACE, LONGEST, Span, check_window
from onboarding.cutovers.plan import (
    DAY,
    MAX_STEPS,
    StepPlan,
    check_plan,
    length,
    peak_over,
    timetable,
)
from onboarding.cutovers.shapes import TEMPLATES
from onboarding.errors import BadInput
from onboarding.switches.base import Ability
from onboarding.switches.selectors import Selector

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
holds = st.integers(1, 30 * DAY)
rising = st.lists(st.floats(0.01, 100), min_size=1, max_size=MAX_STEPS, unique=True).map(sorted)
anything = st.builds(
    StepPlan,
    st.floats(),
    st.integers(-DAY, 60 * DAY),
    st.booleans(),
    st.dictionaries(st.sampled_from(["errors", "slow", "luck"]), st.floats(), max_size=2),
)
spans = st.timedeltas(timedelta(days=-5), timedelta(days=70))


def refusal(check: Callable[[], None]) -> BadInput | None:
    """What `check` refuses, if it does."""
    try:
        check()
    except BadInput as wrong:
        return wrong
    return None


@given(rising, st.data())
def test_shares_that_rise_up_to_100_with_holds_can_be_carried_out(
    shares: list[float], data: st.DataObject
) -> None:
    steps = [StepPlan(share, data.draw(holds)) for share in shares]
    check_plan(steps)
    assert length(steps).total_seconds() == sum(step.hold_s for step in steps)


@given(st.lists(anything, max_size=6))
def test_whatever_passes_rises_and_is_held_and_whatever_does_not_names_its_step(
    steps: list[StepPlan],
) -> None:
    wrong = refusal(lambda: check_plan(steps))
    if wrong is not None:
        assert wrong.place.split()[0] in ("step", "steps")
        assert wrong.hint
        return
    shares = [0.0, *(step.share for step in steps)]
    assert all(a < b <= 100 for a, b in pairwise(shares))
    assert all(1 <= step.hold_s <= 30 * DAY for step in steps)
    limits = [limit for step in steps for limit in step.limits.items()]
    assert all(signal != "luck" and 0 < limit <= 1 for signal, limit in limits)


@given(rising, st.floats(0.1, 50))
def test_no_step_is_smaller_than_the_switch_can_make(shares: list[float], least: float) -> None:
    steps = [StepPlan(share, 60) for share in shares]
    gaps = [b - a for a, b in pairwise([0.0, *shares])]
    if min(gaps) < least:
        with pytest.raises(BadInput, match="too close") as caught:
            check_plan(steps, ability=Ability(smallest_step=least))
        assert (
            caught.value.place
            == f"step {next(i for i, g in enumerate(gaps) if g < least) + 1} share"
        )
    else:
        check_plan(steps, ability=Ability(smallest_step=least))


def test_no_step_may_allow_more_errors_than_the_vendor_does() -> None:
    tight = [StepPlan(5, 60, limits={"errors": 0.02}), StepPlan(100, 60)]
    check_plan(tight, error_limit=0.02)
    with pytest.raises(BadInput, match="looser than the vendor's limit") as caught:
        check_plan(tight, error_limit=0.01)
    assert caught.value.place == "step 1 limits"


STATIC, IMAGES = Selector("path", ("/static/",)), Selector("path", ("/img/", "/static/"))
DEEPER = Selector("path", ("/static/js/",))


@pytest.mark.parametrize(
    ("steps", "place"),
    [
        ([(0, STATIC), (0, IMAGES), (5, IMAGES), (100, None)], ""),
        ([(5, None), (5, STATIC), (100, None)], ""),
        ([(0, DEEPER), (0, STATIC), (100, None)], ""),
        ([(0, None)], "step 1 share"),
        ([(0, STATIC), (0, STATIC)], "step 2 share"),
        ([(5, STATIC), (4, IMAGES)], "step 2 share"),
        ([(0, STATIC), (5, None)], "step 2 selector"),
        ([(0, IMAGES), (5, STATIC)], "step 2 selector"),
        ([(0, STATIC), (5, Selector("country", ("IS",)))], "step 2 selector"),
        ([(100, STATIC)], "step 1 selector"),
    ],
)
def test_each_step_moves_more_and_what_was_picked_stays_moved(
    steps: list[tuple[float, Selector | None]], place: str
) -> None:
    plan = [StepPlan(share, 60, selector=picked) for share, picked in steps]
    wrong = refusal(lambda: check_plan(plan))
    assert (wrong.place if wrong else "") == place


@given(
    st.timedeltas(timedelta(), timedelta(days=400)).map(lambda after: NOW + after),
    st.integers(0, 23),
)
def test_a_peak_that_a_step_is_held_across_lies_after_it_whole(at: datetime, hour: int) -> None:
    over = peak_over(at, hour)
    begins = over - timedelta(hours=1)
    assert begins.hour == hour
    assert at <= begins < at + timedelta(days=1)


def test_a_plan_takes_as_long_as_its_holds_and_the_peaks_it_is_held_across() -> None:
    steps = [StepPlan(5, 3600), StepPlan(50, 3600, over_peak=True), StepPlan(100, 7200)]
    times = timetable(NOW, steps, peak_hour=20)  # from 12:00 UTC
    assert [f"{at:%d %H:%M}" for at in times] == ["01 12:00", "01 13:00", "01 21:00", "01 23:00"]
    assert length(steps, NOW, 20) == timedelta(hours=11)
    assert length(steps, NOW, 12) == timedelta(hours=27)  # today's is missed by an hour
    assert length(steps) == timedelta(hours=28)  # whenever it begins


@pytest.mark.parametrize("key", TEMPLATES)
def test_every_template_can_be_carried_out_and_ends_at_all_traffic(key: str) -> None:
    check_plan(TEMPLATES[key].steps)
    assert TEMPLATES[key].steps[-1].share == 100


@given(
    spans, spans, st.timedeltas(timedelta(), timedelta(days=2)), st.lists(st.tuples(spans, spans))
)
def test_a_window_that_passes_is_ahead_long_enough_and_meets_no_freeze(
    start: timedelta,
    lasts: timedelta,
    needed: timedelta,
    freezes: list[tuple[timedelta, timedelta]],
) -> None:
    start_at, end = NOW + start, NOW + start + lasts
    frozen = [Span("f", NOW + a, NOW + a + abs(b)) for a, b in freezes]
    fine = (
        start >= -GRACE
        and timedelta() < lasts <= LONGEST
        and lasts >= needed
        and not any(span.start < end and start_at < span.end for span in frozen)
    )
    wrong = refusal(lambda: check_window(start_at, end, now=NOW, needed=needed, freezes=frozen))
    assert (wrong is None) == fine
    assert wrong is None or wrong.place in ("starts_at", "ends_at")
