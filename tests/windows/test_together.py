"""Several cutovers at once: against every plan there is, and what no two of them may do."""

import itertools

import numpy as np
import pytest

from onboarding.windows.asked import Asked
from onboarding.windows.pricing import RATES, Priced, priced
from onboarding.windows.together import LEFT_OUT, plan
from tests.windows.building import MONDAY, PEOPLE, asked, staff, traffic

SHORT = {"days": 1, "minutes": 60}


def many(count: int, **changes: object) -> list[Asked]:
    return [asked(customer=number, number=number, **SHORT | changes) for number in range(count)]


def cheapest_of_all(found: list[Priced]) -> float:
    """By trying every pair of starts."""
    least = np.inf
    prices = [one.price for one in found]
    for pair in itertools.product(range(len(prices[0])), repeat=len(found)):
        total = sum(price[start] for price, start in zip(prices, pair, strict=True))
        if total >= least:
            continue
        apart = abs(pair[0] - pair[1])
        least = min(least, total + RATES["near"] * max(0, 48 - apart) / 48)
    return float(least)


def test_two_are_planned_as_well_as_can_be_and_the_bound_is_below() -> None:
    both = many(2, days=2)
    found = [priced(one, staff(), ()) for one in both]
    made = plan(both, found)
    best = cheapest_of_all(found)
    assert made.bound <= best + 1e-6
    assert made.price == pytest.approx(best, abs=1e-6)
    assert plan(both, found).starts == made.starts, "the same again"


def test_a_week_of_flips_is_spread_over_its_days_within_five_percent() -> None:
    week = many(5, days=7)
    made = plan(week, [priced(one, staff(), ()) for one in week])
    days = sorted((start or 0) // 48 for start in made.starts)
    assert days == [0, 1, 2, 3, 4]
    assert made.gap <= 0.05


def test_a_team_of_one_is_in_the_bound_as_in_the_plan() -> None:
    alone = staff((PEOPLE[0], PEOPLE[2]))
    three = many(3, near=True, minutes=180)
    found = [priced(one, alone, ()) for one in three]
    made = plan(three, found)
    length, price = found[0].grid.length, found[0].price
    apart = (
        sum(price[start] for start in starts)
        for starts in itertools.combinations(range(len(price)), 3)
        if all(later - start >= length for start, later in itertools.pairwise(starts))
    )
    best = min(apart)
    assert best > 3 * price.min() + 1, "their day is too short for three, one after another"
    assert made.price == pytest.approx(best, abs=1e-6)
    assert 0.95 * best <= made.bound <= best + 1e-6


def test_one_customer_few_people_and_a_full_site_keep_flips_apart() -> None:
    same = [asked(customer=1, number=n, near=True, **SHORT) for n in (1, 2)]
    a, b = plan(same, [priced(one, staff(), ()) for one in same]).starts
    assert a is not None
    assert b is not None
    assert abs(a - b) >= 2
    alone = staff((PEOPLE[0], PEOPLE[2]))
    few = [asked(customer=n, number=n, near=True, **SHORT) for n in (1, 2)]
    a, b = plan(few, [priced(one, alone, ()) for one in few]).starts
    assert abs((a or 0) - (b or 0)) >= 2, "one person a team"
    full = many(3, traffic=traffic(40, limit=100))
    made = plan(full, [priced(one, staff(), ()) for one in full])
    assert sum(start is None for start in made.starts) == 1, "two fit, the third never does"
    assert made.price > LEFT_OUT
    assert full[0].not_before == MONDAY
