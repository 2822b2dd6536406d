"""Plans and windows: what can be booked and what cannot (pure)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.cutovers.calendar import GRACE, LONGEST, Span, check_window
from onboarding.cutovers.plan import DAY, MAX_STEPS, TEMPLATES, StepPlan, check_plan, length
from onboarding.errors import BadInput

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
            check_plan(steps, smallest_step=least)
        assert (
            caught.value.place
            == f"step {next(i for i, g in enumerate(gaps) if g < least) + 1} share"
        )
    else:
        check_plan(steps, smallest_step=least)


def test_no_step_may_allow_more_errors_than_the_vendor_does() -> None:
    tight = [StepPlan(5, 60, limits={"errors": 0.02}), StepPlan(100, 60)]
    check_plan(tight, error_limit=0.02)
    with pytest.raises(BadInput, match="looser than the vendor's limit") as caught:
        check_plan(tight, error_limit=0.01)
    assert caught.value.place == "step 1 limits"


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
