"""Weights: whole numbers close to the share, however many servers there are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.switches.weights import MOST, share_of, split, weights

configured = st.lists(st.integers(0, MOST), min_size=1, max_size=8)
shares = st.floats(0, 100)


@given(shares, configured, configured)
def test_the_share_is_met_as_nearly_as_whole_numbers_allow(
    share: float, moved: list[int], control: list[int]
) -> None:
    new, old = weights(share, moved, control)
    assert (len(new), len(old)) == (len(moved), len(control))
    assert all(0 <= weight <= MOST for weight in new + old)
    assert sum(new + old) > 0
    if 1 <= share <= 99:
        assert share_of(new, old) == pytest.approx(share, abs=0.25)


@given(shares, st.integers(1, 5), st.integers(1, 5))
def test_servers_of_equal_weight_stay_equal_to_one(share: float, moved: int, control: int) -> None:
    for arm in weights(share, [100] * moved, [7] * control):
        assert max(arm) - min(arm) <= 1


@given(configured, configured)
def test_the_ends_give_one_arm_everything(moved: list[int], control: list[int]) -> None:
    assert share_of(*weights(0, moved, control)) == 0
    assert share_of(*weights(100, moved, control)) == 100


@given(st.floats(0.5, 99.5), st.floats(0.5, 99.5), configured, configured)
def test_a_higher_share_never_comes_out_lower(
    one: float, other: float, moved: list[int], control: list[int]
) -> None:
    low, high = sorted((one, other))
    below, above = (share_of(*weights(share, moved, control)) for share in (low, high))
    assert below <= above + 0.6


@given(st.integers(0, 4000), st.lists(st.integers(1, MOST), min_size=1, max_size=9))
def test_a_split_keeps_the_sum_and_the_proportions(total: int, proportions: list[int]) -> None:
    parts = split(total, proportions)
    assert sum(parts) == total
    for part, proportion in zip(parts, proportions, strict=True):
        assert part == pytest.approx(total * proportion / sum(proportions), abs=1)


@pytest.mark.parametrize(
    ("share", "moved", "control", "expected"),
    [
        (25, [1], [100], ([85], [255])),
        (50, [1, 1], [1], ([128, 128], [256])),
        (25, [2, 1], [1], ([57, 28], [255])),
    ],
)
def test_weights_that_can_be_checked_by_hand(
    share: float, moved: list[int], control: list[int], expected: tuple[list[int], list[int]]
) -> None:
    assert weights(share, moved, control) == expected
