"""What standing by weighs: nights across changes of the clocks, backups, availability, and how even a team is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.rosters.burden import availability, burden, hours_there, working_hours
from onboarding.rosters.matrix import Duty, Member, matrix, weeks

OFFICE = working_hours("Europe/London", "09:00-17:30", [1, 2, 3, 4, 5])
MONDAY = datetime(2027, 1, 4, tzinfo=UTC)
DAY = timedelta(days=1)


def test_nights_and_weekends_weigh_twice_and_a_backup_half() -> None:
    noon, hour = MONDAY + timedelta(hours=12), timedelta(hours=1)
    assert burden("primary", OFFICE, noon, noon + 4 * hour).weighted == 4
    assert burden("primary", OFFICE, noon + 12 * hour, noon + 16 * hour).weighted == 8
    assert burden("backup", OFFICE, noon + 5 * DAY, noon + 5 * DAY + 4 * hour).weighted == 4
    assert burden("shadow", OFFICE, noon, noon + 4 * hour).weighted == 1


@settings(max_examples=60, deadline=None)
@given(
    zone=st.sampled_from(["Europe/London", "America/New_York", "Australia/Sydney", "Asia/Kolkata"]),
    day=st.dates(date(2027, 3, 10), date(2027, 4, 8))
    | st.dates(date(2027, 9, 28), date(2027, 11, 9)),
)
def test_a_night_shift_weighs_what_the_clock_on_the_wall_says_of_it(zone: str, day: date) -> None:
    """On duty for all of one's own night shift is never outside hours, on the night of a change of
    the clocks too; and all of the day around it, once the shift is taken out, is."""
    night = working_hours(zone, "22:00-06:00", range(1, 8))
    here = ZoneInfo(zone)
    start = datetime.combine(day, time(22), here).astimezone(UTC)
    end = datetime.combine(day + DAY, time(6), here).astimezone(UTC)
    whole = burden("primary", night, start, end)
    assert whole.outside == 0
    assert whole.hours == (end - start) / timedelta(hours=1) in (7, 8, 9)
    noon, next_noon = (
        datetime.combine(day + n * DAY, time(12), here).astimezone(UTC) for n in (0, 1)
    )
    around = burden("primary", night, noon, next_noon)
    assert around.hours - around.outside == pytest.approx(whole.hours)
    assert around.outside == 16
    assert hours_there(night, [], noon, next_noon) == pytest.approx(whole.hours)
    assert hours_there(night, [(start, end)], noon, next_noon) == 0


def test_availability_is_the_share_of_a_full_week_less_the_times_away() -> None:
    half = working_hours("Europe/London", "09:00-13:00", [1, 2, 3, 4, 5])
    quarter = (MONDAY, MONDAY + 91 * DAY)
    assert availability(half, [], *quarter) == 0.5
    assert availability(OFFICE, [], *quarter) == 1.0
    away = [
        (MONDAY, MONDAY + 42 * DAY),
        (MONDAY + 7 * DAY, MONDAY + 45.5 * DAY),
    ]  # 33.75 of 65 days
    assert availability(half, away, *quarter) == pytest.approx(0.24, abs=0.002)
    assert availability(half, [quarter], *quarter) == 0.05


def test_a_team_is_even_where_each_carries_what_their_share_is() -> None:
    half = working_hours("Europe/London", "09:00-13:00", [1, 2, 3, 4, 5])
    members = [
        Member(1, "ops", OFFICE),
        Member(2, "ops", half),
        Member(3, "ops", OFFICE, trainee=True),
        Member(4, "support", OFFICE, off=((MONDAY, MONDAY + 7 * DAY),)),
    ]
    at = MONDAY + timedelta(hours=9)
    duties = [
        Duty(1, "primary", at, at + timedelta(hours=4)),
        Duty(1, "backup", at + 7 * DAY, at + 7 * DAY + timedelta(hours=4), firm=False),
        Duty(2, "primary", at, at + timedelta(hours=3)),
    ]
    bounds = [MONDAY, MONDAY + 7 * DAY, MONDAY + 14 * DAY]
    gap = (MONDAY + 6 * DAY, MONDAY + 8 * DAY)
    ops, support = matrix(members, duties, {"ops": [gap]}, bounds)
    one, two, trainee = ops.rows
    assert ([cell.load for cell in one.cells], [cell.asked for cell in one.cells]) == (
        [4, 2],
        [0, 2],
    )
    assert (one.even, two.even) == (6, 6)
    assert (ops.mean, ops.spread, one.beside, two.beside) == (6, 0, 0, 0)
    assert trainee.total == 0
    assert ops.empty == (24, 24)
    [idle] = support.rows
    assert (idle.cells[0].gone, idle.cells[0].lost, idle.cells[1].lost) == (True, 42.5, 0)


def test_weeks_begin_on_mondays_of_the_viewer_on_both_sides_of_a_change_of_clocks() -> None:
    bounds = weeks(date(2027, 3, 24), 1, 2, "Europe/London")
    assert [f"{at:%a %d %H %z}" for at in bounds] == [
        "Mon 15 00 +0000",
        "Mon 22 00 +0000",
        "Mon 29 00 +0100",
        "Mon 05 00 +0100",
        "Mon 12 00 +0100",
    ]
