"""The clock of DNS: when a lowered TTL counts, and who still follows old answers (pure)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.readiness.ttl_clock import (
    UNKNOWN_S,
    Look,
    Turn,
    gone_at,
    on_old_answers,
    ttl_clock,
)

AT = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def look(start: int, end: int, ttl: int) -> Look:
    return Look(AT + start * MINUTE, AT + end * MINUTE, ttl)


def test_a_lowered_ttl_counts_one_old_ttl_after_it_was_first_seen_low() -> None:
    clock = ttl_clock("www", 300, [look(0, 50, 3600), look(60, 70, 300)])
    assert (clock.old, clock.now) == (3600, 300)
    assert clock.lowered_at == AT + 60 * MINUTE
    assert clock.safe_at == AT + 120 * MINUTE
    assert not clock.elapsed(AT + 119 * MINUTE)
    assert clock.elapsed(AT + 120 * MINUTE)


def test_one_that_was_raised_again_begins_anew() -> None:
    looks = [look(0, 5, 3600), look(10, 20, 300), look(30, 31, 7200), look(40, 50, 60)]
    clock = ttl_clock("www", 300, looks)
    assert clock.old == 7200
    assert clock.lowered_at == AT + 40 * MINUTE
    assert ttl_clock("www", 300, looks[:3]).safe_at is None


def test_what_nobody_saw_before_is_taken_for_a_day_and_what_nobody_saw_at_all_never_elapses() -> (
    None
):
    clock = ttl_clock("www", 300, [look(0, 50, 300)])
    assert clock.old is None
    assert clock.safe_at == AT + timedelta(seconds=UNKNOWN_S)
    assert not ttl_clock("www", 300, []).elapsed(AT + timedelta(days=9))


@pytest.mark.parametrize(("passed", "left"), [(0, 50), (30, 25), (60, 0), (90, 0)])
def test_the_rest_on_old_answers_falls_in_a_line_over_the_ttl(passed: int, left: float) -> None:
    turns = [Turn(AT, 0, 50)]
    assert on_old_answers(turns, 3600, AT + passed * MINUTE) == pytest.approx(left)
    assert gone_at(turns, 3600) == AT + 60 * MINUTE


@given(
    st.lists(st.tuples(st.integers(0, 500), st.floats(0, 100), st.floats(0, 100)), max_size=8),
    st.integers(1, 86400),
    st.integers(0, 2000),
)
def test_it_is_a_share_whatever_was_turned_and_nothing_after_the_last_ttl(
    turned: list[tuple[int, float, float]], ttl: int, later: int
) -> None:
    turns = [Turn(AT + at * MINUTE, before, after) for at, before, after in turned]
    assert 0 <= on_old_answers(turns, ttl, AT + later * MINUTE) <= 100
    end = gone_at(turns, ttl)
    assert (end is None) == (not turns)
    if end is not None:
        assert on_old_answers(turns, ttl, end) == 0
