"""Times relative to T: what is written, read back, and laid on a real clock."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.checklists.offsets import LONGEST, due_at, parse_duration, parse_offset, show_offset
from onboarding.clock import parse


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("T", 0), ("T-7d", -10080), ("T-24h", -1440), ("T+3d", 4320), ("T+30m", 30), ("T-2w", -20160)],
)
def test_offsets_as_people_write_them(text, minutes):
    assert parse_offset(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "t-7d",
        "T-",
        "T7d",
        "T -7d",
        "-7d",
        "T-7",
        "T-7y",
        "T-1.5d",
        "T--7d",
        "T-\u0667d",
        "T-99999d",
    ],
)
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match="expected"):
        parse_offset(text)


@given(st.integers(-99_999, 99_999).map(lambda minutes: timedelta(minutes=minutes)))
def test_what_is_shown_is_read_back(offset):
    assert parse_offset(show_offset(offset)) == offset


@given(st.text(max_size=8))
def test_a_duration_is_read_or_refused_and_never_negative(text):
    try:
        span = parse_duration(text)
    except ValueError:
        return
    assert timedelta() <= span <= LONGEST


def test_a_day_before_t_is_24_hours_across_a_change_to_summer_time():
    t = parse("2026-03-29T10:00:00+02:00")
    assert due_at(parse_offset("T-1d"), t) == parse("2026-03-28T09:00:00+01:00")
    assert due_at(None, t) is None
    assert due_at(timedelta(), None) is None
