"""Working hours on the wall clock: nights, weekends and the nights when the clock changes."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.rosters.windows import WorkingHours, inside_spans, out_of_hours

WEEKDAYS = frozenset({1, 2, 3, 4, 5})
EVERY_DAY = frozenset(range(1, 8))
ZONES = [
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",  # half an hour of summer time
    "Asia/Kathmandu",
    "America/St_Johns",
    "Pacific/Apia",
]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_weekday_morning_is_inside():
    london = WorkingHours("Europe/London", 540, 1050, WEEKDAYS)
    assert out_of_hours(london, at("2027-01-04T09:00"), at("2027-01-04T17:30")) == 0
    assert out_of_hours(london, at("2027-01-04T16:30"), at("2027-01-04T18:30")) == 1
    assert out_of_hours(london, at("2027-01-09T10:00"), at("2027-01-09T12:00")) == 2


def test_a_night_shift_belongs_to_the_day_it_starts_on():
    friday_night = WorkingHours("UTC", 22 * 60, 6 * 60, frozenset({5}))
    assert out_of_hours(friday_night, at("2027-01-08T22:00"), at("2027-01-09T06:00")) == 0
    assert out_of_hours(friday_night, at("2027-01-07T22:00"), at("2027-01-08T06:00")) == 8


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        # the clock in London goes from 01:00 to 02:00 on 28 March: 23:00 to 04:00 is four hours
        ("2027-03-27T23:00", "2027-03-28T05:00", 2.0),
        # and from 02:00 back to 01:00 on 31 October: the same night is six hours
        ("2027-10-30T22:00", "2027-10-31T04:00", 0.0),
        ("2027-10-30T22:00", "2027-10-31T05:00", 1.0),
    ],
)
def test_nights_on_which_the_clock_changes(start, end, hours):
    night = WorkingHours("Europe/London", 23 * 60, 4 * 60, EVERY_DAY)
    assert out_of_hours(night, at(start), at(end)) == hours


@given(
    tz=st.sampled_from(ZONES),
    hours=st.tuples(st.integers(0, 95), st.integers(0, 96)),
    days=st.frozensets(st.integers(1, 7)),
    quarter=st.integers(0, 365 * 96),
    quarters=st.integers(1, 130),
)
def test_hours_agree_with_a_count_on_the_wall_clock(tz, hours, days, quarter, quarters):
    """Against the plain way: look at the clock every quarter of an hour."""
    start = at("2027-01-01") + timedelta(minutes=15) * quarter
    working = WorkingHours(tz, hours[0] * 15, hours[1] * 15, days)
    end = start + timedelta(minutes=15) * quarters
    outside = sum(not _at_work(working, start + timedelta(minutes=15) * i) for i in range(quarters))
    assert out_of_hours(working, start, end) == outside / 4
    spans = list(inside_spans(working, start, end))
    assert all(a < b for a, b in spans)
    assert all(one[1] <= two[0] for one, two in pairwise(spans))


def _at_work(working: WorkingHours, moment: datetime) -> bool:
    wall = moment.astimezone(ZoneInfo(working.tz))
    minute = wall.hour * 60 + wall.minute
    if working.end > working.start:
        return wall.isoweekday() in working.days and working.start <= minute < working.end
    if minute >= working.start:
        return wall.isoweekday() in working.days
    return minute < working.end and (wall - timedelta(days=1)).isoweekday() in working.days
