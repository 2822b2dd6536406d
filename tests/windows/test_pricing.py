"""What a window costs, what blocks it, and why there is none."""

import math
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onboarding.rosters.terms import PRIMARY, Need
from onboarding.rosters.windows import WorkingHours, out_of_hours
from onboarding.windows.asked import Duty, Obstacle, SiteRoom, Staff, Traffic
from onboarding.windows.best import best, document, earliest
from onboarding.windows.pricing import RATES, Priced, priced
from tests.windows.building import (
    DAYS,
    HOUR,
    LONDON,
    MONDAY,
    PEOPLE,
    asked,
    flip,
    person,
    staff,
    traffic,
)


def at(found: Priced, hours: float) -> int:
    """The start so many hours after Monday 00:00."""
    assert found.grid.at(int(hours * 2)) == MONDAY + hours * HOUR
    return int(hours * 2)


def why(found: Priced, start: int) -> str:
    return found.blocks[found.block[start]] if found.block[start] >= 0 else ""


def test_daylight_is_cheap_and_a_night_costs_its_hours() -> None:
    found = priced(asked(), staff(), ())
    assert found.parts["people"][at(found, 10)] == 0
    # 22:00 to 24:00: two hours for two primaries, and half as much for two backups
    assert found.parts["people"][at(found, 22)] == 6
    assert found.parts["people"][at(found, 5 * 24 + 10)] == 6, "Saturday"
    assert [found.grid.at(start).hour for start in best(found)] == [9, 9, 9, 9, 9]
    days = [found.grid.at(start).weekday() for start in best(found)]
    assert days == [0, 1, 2, 3, 4]


@settings(max_examples=40, deadline=None)
@given(
    tz=st.sampled_from(["Europe/London", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]),
    hours=st.tuples(st.integers(0, 95), st.integers(0, 96)),
    start=st.integers(0, 28 * 48 - 1),
)
def test_hours_outside_agree_with_the_rosters_across_changes_of_the_clocks(
    tz: str, hours: tuple[int, int], start: int
) -> None:
    working = WorkingHours(tz, hours[0] * 15, hours[1] * 15, DAYS)
    people = tuple(
        person(name, team, working=working)
        for name, team in zip("abcd", ("ops", "neteng") * 2, strict=True)
    )
    found = priced(asked(days=28), staff(people), ())
    begin = found.grid.at(start)
    each = out_of_hours(working, begin, begin + 2 * HOUR)
    assert math.isclose(found.parts["people"][start], 3 * each, abs_tol=1e-6)


def test_who_is_away_learning_or_on_duty_is_not_counted() -> None:
    tuesday = (MONDAY + timedelta(days=1), MONDAY + timedelta(days=2))
    people = (
        person("o1", "ops", away=(tuesday,)),
        person("o2", "ops", trainee=True),
        *PEOPLE[2:],
    )
    duty = Duty("neteng1", MONDAY + 58 * HOUR, MONDAY + 60 * HOUR)  # Wednesday 10:00 to 12:00
    night = Duty("neteng2", MONDAY + 95 * HOUR, MONDAY + 97 * HOUR)  # Thursday 23:00
    found = priced(asked(), staff(people, duties=(duty, night)), ())
    assert why(found, at(found, 34)) == "Operations: nobody could be primary"
    assert found.parts["people"][at(found, 10)] == RATES["empty"], "no backup of ops"
    assert found.parts["people"][at(found, 59)] == 2 * RATES["empty"], "one of neteng is busy"
    assert found.parts["people"][at(found, 106)] == 2 * RATES["empty"], "Friday 10: no 11 h of rest"
    assert found.parts["people"][at(found, 108.5)] == RATES["empty"], "12:30 is late enough"


def test_freezes_block_ships_and_wishes_cost() -> None:
    freeze = Obstacle("the freeze “Sale”", MONDAY + 9 * HOUR, MONDAY + 12 * HOUR)
    ship = Obstacle("the ship “TLS”", MONDAY + 34 * HOUR, MONDAY + 36 * HOUR, False, 6.0)
    wishes = WorkingHours("Europe/London", 720, 1440, frozenset({1, 2, 3, 4, 5, 6, 7}))
    found = priced(asked(obstacles=(freeze, ship), suits=wishes), staff(), ())
    assert why(found, at(found, 7.5)) == "meets the freeze “Sale”"
    assert why(found, at(found, 7)) == "", "touching is not meeting"
    assert found.parts["calendar"][at(found, 35)] == 6
    assert found.parts["suits"][at(found, 11)] == RATES["suits"] / 2
    assert found.parts["suits"][at(found, 12)] == 0


def test_low_traffic_is_cheap_and_what_does_not_fit_is_blocked() -> None:
    rates = tuple(100.0 if hour % 24 < 12 else 20.0 for hour in range(400))
    one = traffic(0, limit=90)
    found = priced(asked(traffic=Traffic(rates, 1.0, one.sites)), staff(), ())
    assert why(found, at(found, 13)) == "it would not fit on Tokyo", "what is moved stays"
    roomy = traffic(0, limit=110)
    found = priced(asked(traffic=Traffic(rates, 1.0, roomy.sites)), staff(), ())
    assert found.parts["traffic"][at(found, 13)] == pytest.approx(RATES["traffic"] * 2 * 0.2)
    assert found.parts["traffic"][at(found, 9)] == pytest.approx(RATES["traffic"] * 2)
    assert found.parts["capacity"][at(found, 13)] == 0
    assert found.parts["capacity"][at(found, 9)] > 0, "less than a fifth is left"
    half = asked(traffic=traffic(100, limit=60), steps=((0, 0.5),))
    assert earliest(priced(half, staff(), ())) == 0, "only half of it is moved"


def test_a_certificate_counts_until_its_last_day_is_over() -> None:
    skilled = tuple(person(one.id, one.team, skills=frozenset({"tls"})) for one in PEOPLE)
    needs = (Need("ops", PRIMARY, 1, frozenset({"tls"})),)
    friday = MONDAY + 96 * HOUR
    ending = {(one.id, "tls"): friday for one in skilled if one.team == "ops"}
    found = priced(asked(), Staff(skilled, needs, ending=ending), ())
    assert math.isfinite(found.price[at(found, 10)])
    assert math.isfinite(found.price[at(found, 94)]), "over just as it ends"
    assert math.isinf(found.price[at(found, 94.5)])


def test_a_window_whose_traffic_would_not_survive_the_loss_of_the_largest_site_costs_more() -> None:
    def sites(limit: float) -> Traffic:
        tokyo = SiteRoom("Tokyo", limit, (0.0,) * 400, 0.6)
        return Traffic(
            (50.0,) * 400, 1.0, (tokyo, SiteRoom("Osaka", limit - 10, (0.0,) * 400, 0.4))
        )

    small, large = (priced(asked(traffic=sites(limit)), staff(), ()) for limit in (50, 500))
    assert small.spare[0] == pytest.approx(1 - 50 / 40)
    assert small.parts["capacity"][0] == pytest.approx(RATES["lost"])
    assert large.parts["capacity"][0] == 0
    words = document(small, asked(traffic=sites(50)), staff(), ())["best"][0]["reasons"]
    assert any("with the largest site lost" in str(one) for one in words)
    assert document(large, asked(traffic=sites(500)), staff(), ())["best"]


def test_other_flips_cost_their_nearness_and_block_for_one_customer() -> None:
    other = flip(MONDAY + 34 * HOUR, regions=frozenset({"east"}))
    found = priced(asked(), staff(), (other,))
    near = found.parts["near"]
    assert near[at(found, 58)] == 0, "a day later"
    assert near[at(found, 46)] == pytest.approx(RATES["near"] / 2)
    assert near[at(found, 34)] == pytest.approx(RATES["near"] + RATES["region"])
    assert priced(asked(near=True), staff(), (other,)).parts["near"][at(found, 46)] == 0
    own = priced(asked(), staff(), (flip(MONDAY + 34 * HOUR, customer=1),))
    assert "the customer is switched by “Globex moves”" in why(own, at(own, 35))
    claims = priced(asked(), staff(), (flip(MONDAY + 34 * HOUR, unstaffed=True),))
    assert why(claims, at(claims, 34)) == "Operations: nobody could be primary"


def test_a_cutover_nobody_can_staff_is_answered_with_why() -> None:
    back = MONDAY + timedelta(days=20)
    people = (person("o1", "ops", away=((MONDAY, back),)), *PEOPLE[2:])
    nobody, one = staff(people), asked()
    found = priced(one, nobody, ())
    said = document(found, one, nobody, ())
    assert (said["best"], said["earliest"]) == ([], None)
    assert said["why"] == [
        "Operations: nobody could be primary (336 of 336 starts)",
        "1 in Operations → 1 may stand by alone → 0 free for 2 h at once, needs 1: the first is "
        "back on 21 Mar 2027; look from then on, or shorten the plan",
    ]
    alone = staff((person("o1", "ops", trainee=True), *PEOPLE[2:]))
    assert document(priced(one, alone, ()), one, alone, ())["why"][1].endswith(
        "vouch for a trainee"
    )
    none = staff(PEOPLE[2:])
    assert "add somebody" in document(priced(one, none, ()), one, none, ())["why"][1]


def test_the_earliest_and_the_reasons_of_each() -> None:
    freeze = Obstacle("the freeze “Sale”", MONDAY, MONDAY + 30 * HOUR)
    other = flip(MONDAY + 50 * HOUR)
    one = asked(
        not_before=MONDAY + 20 * HOUR + timedelta(minutes=10), obstacles=(freeze,), suits=LONDON
    )
    found = priced(one, staff(), (other,))
    assert why(found, 0) == "the window would begin too early"
    said = document(found, one, staff(), (other,))
    assert said["earliest"]["start"] == "2027-03-02T06:00:00Z"
    first = said["best"][0]
    assert sum(r["points"] for r in first["reasons"]) == pytest.approx(first["price"], abs=0.3)
    words = {reason["part"]: reason["words"] for reason in said["earliest"]["reasons"]}
    assert words["near"] == "within a day of “Globex moves”"
    assert words["people"] == "outside of working hours: Operations 3.0 h, Networks 3.0 h"
    assert words["traffic"].startswith("no forecast")
    assert words["suits"] == "2.0 h do not suit the customer"
