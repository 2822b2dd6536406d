"""Turns of a rotation in local time, on both sides of a change of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.errors import BadInput
from onboarding.people.rotation import Gap, Layer, Turn, check, gaps, now_and_next, turns

EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)
ZONES = ("Europe/London", "America/New_York", "Australia/Sydney", "Asia/Kolkata")


def layer(zone: str = "UTC", starts: str = "09:00", ends: str = "17:00", **more: object) -> Layer:
    given_: dict[str, object] = {"days": EVERY_DAY, "people": (1, 2, 3), "turn_days": 1}
    given_ |= {"since": date(2027, 1, 4), **more}
    return Layer(zone, zone, time.fromisoformat(starts), time.fromisoformat(ends), **given_)  # type: ignore[arg-type]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_of_daily_hand_overs_is_at_the_same_local_time_and_whole(zone: str) -> None:
    whole = layer(zone, "09:00", "09:00")
    since, until = at("2027-01-10T00:00"), at("2028-01-10T00:00")
    found = turns([whole], [], since, until)
    there = ZoneInfo(zone)
    assert {turn.start.astimezone(there).time() for turn in found} == {time(9)}
    assert gaps(found, [], since, until) == []
    assert all(a.end == b.start for a, b in pairwise(found))
    hours = {(turn.end - turn.start) / timedelta(hours=1) for turn in found}
    assert hours == ({24.0} if zone == "Asia/Kolkata" else {23.0, 24.0, 25.0})
    order = [turn.person for turn in found]
    assert all(b == a % 3 + 1 for a, b in pairwise(order))


def test_a_night_in_which_clocks_change_is_as_long_as_it_is() -> None:
    night = layer("America/New_York", "22:00", "06:00", people=(1,))
    spring = turns([night], [], at("2027-03-14T04:00"), at("2027-03-14T05:00"))
    autumn = turns([night], [], at("2027-11-07T04:00"), at("2027-11-07T05:00"))
    assert [(t.end - t.start) / timedelta(hours=1) for t in (*spring, *autumn)] == [7, 9]


def test_layers_follow_the_sun_and_the_hour_that_changes_of_clocks_open_is_a_gap() -> None:
    sun = [
        layer("Europe/London", "08:00", "16:00", people=(1,)),
        layer("America/New_York", "11:00", "19:00", people=(2,)),
        layer("Australia/Sydney", "11:00", "19:00", people=(3,)),
    ]
    winter = (at("2027-01-12T00:00"), at("2027-01-13T00:00"))
    assert gaps(turns(sun, [], *winter), [], *winter) == []
    # clocks in New York have gone forward, those in London have not: one hour at the end is open
    march = (at("2027-03-16T00:00"), at("2027-03-17T00:00"))
    assert gaps(turns(sun, [], *march), [], *march) == [
        Gap(at("2027-03-16T23:00"), at("2027-03-17T00:00"))
    ]


def test_weekly_turns_change_on_their_day() -> None:
    weekly = layer(turn_days=7, people=(1, 2), days=(1, 2, 3, 4, 5))
    found = turns([weekly], [], at("2027-01-04T00:00"), at("2027-01-18T00:00"))
    assert [turn.person for turn in found] == [1] * 5 + [2] * 5


def test_whoever_stands_in_has_all_of_the_time_and_the_rest_stays() -> None:
    stand_in = Turn(9, at("2027-01-05T10:00"), at("2027-01-05T11:00"), "swap")
    day = (at("2027-01-05T00:00"), at("2027-01-06T00:00"))
    found = turns([layer()], [stand_in], *day)
    assert [(t.person, t.start.hour, t.end.hour) for t in found] == [
        (2, 9, 10),
        (9, 10, 11),
        (2, 11, 17),
    ]
    on, coming = now_and_next(found, at("2027-01-05T10:30"))
    assert ([t.person for t in on], [t.person for t in coming]) == ([9], [2])


def test_somebody_who_is_away_leaves_a_gap_before_it_happens() -> None:
    day = (at("2027-01-05T09:00"), at("2027-01-05T17:00"))
    away = [Turn(2, at("2027-01-05T12:00"), at("2027-01-07T00:00"))]
    assert gaps(turns([layer()], [], *day), away, *day) == [Gap(at("2027-01-05T12:00"), day[1])]


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("zone", {"zone": "Mars/Olympus"}),
        ("days", {"days": ()}),
        ("people", {"people": (1, 1)}),
        ("turn_days", {"turn_days": 0}),
    ],
)
def test_what_makes_no_layer_is_said_at_its_field(place: str, wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput) as refused:
        check(layer(**wrong))  # type: ignore[arg-type]
    assert refused.value.place == place


@given(
    st.sampled_from(ZONES),
    st.times(),
    st.times(),
    st.integers(0, 500 * 24 * 60),
    st.integers(1, 21),
)
def test_no_two_turns_of_a_layer_overlap_and_gaps_fill_the_rest(
    zone: str, starts: time, ends: time, minutes: int, days: int
) -> None:
    begin = at("2027-01-05T00:00") + timedelta(minutes=minutes)
    until = begin + timedelta(days=days)
    one = layer(zone, starts.isoformat(), ends.isoformat())
    found = [t for t in turns([one], [], begin, until) if t.start < t.end]
    assert all(a.end <= b.start for a, b in pairwise(found))
    covered = sum(((min(t.end, until) - max(t.start, begin)) for t in found), start=timedelta())
    empty = sum((gap.end - gap.start for gap in gaps(found, [], begin, until)), start=timedelta())
    assert covered + empty == until - begin
