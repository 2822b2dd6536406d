"""Standby needed against the people there are: what is short, and whom to train for what."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from onboarding.rosters.staffing import Advice, Demand, Hand, advice, lines, most_at_once

MONDAY = datetime(2027, 1, 4, tzinfo=UTC)
WEEK = timedelta(weeks=1)
BOUNDS = [MONDAY, MONDAY + WEEK, MONDAY + 2 * WEEK]
TLS = frozenset({"tls"})


def demand(week: int = 0, hour: int = 10, lasts: int = 4, **more: object) -> Demand:
    start = MONDAY + WEEK * week + timedelta(hours=hour)
    first = Demand("ops", 1, TLS, start, start + timedelta(hours=lasts), booked=True)
    return replace(first, **more)  # type: ignore[arg-type]


def hand(person: int, **more: object) -> Hand:
    first = Hand(person, "ops", (40.0, 40.0), frozenset(), {}, {})
    return replace(first, **more)  # type: ignore[arg-type]


def test_hours_and_seats_at_one_time_are_held_against_those_who_are_able() -> None:
    asked = [demand(), demand(hour=12), demand(week=1, booked=False, count=2)]
    people = [hand(1, skills=TLS), hand(2, skills=TLS, there=(0.0, 30.0)), hand(3)]
    anybody, tls = lines(asked, people, BOUNDS)
    assert (anybody.skill, tls.skill) == ("", "tls")
    first, second = tls.weeks
    assert (first.booked, first.expected, first.there) == (8, 0, 40)
    assert (first.at_once, first.people, first.state) == (2, 1, "short")
    assert (second.expected, second.at_once, second.people, second.state) == (8, 2, 2, "tight")
    assert [week.state for week in anybody.weeks] == ["tight", "enough"]
    assert (tls.worst, anybody.worst) == ("short", "tight")


def test_seats_that_only_touch_are_not_at_one_time() -> None:
    assert most_at_once([demand(), demand(hour=14), demand(hour=13, count=2)]) == 3
    assert most_at_once([demand(), demand(hour=14)]) == 1
    assert most_at_once([]) == 0


def test_a_certificate_counts_until_it_runs_out_and_a_trainee_not_yet() -> None:
    until = {"tls": MONDAY + timedelta(days=3)}
    people = [hand(1, until=until), hand(2, skills=TLS, trainee=True)]
    tls = lines([demand(), demand(week=1)], people, BOUNDS)[1]
    assert [week.people for week in tls.weeks] == [1, 0]


def test_it_says_whom_to_train_the_nearest_to_it_first_and_no_more_than_are_needed() -> None:
    asked = [demand(), demand(hour=12), demand(hour=13), demand(hour=13)]  # four at one time
    people = [
        hand(1, skills=TLS),
        hand(2, there=(30.0, 40.0)),
        hand(3, until={"tls": MONDAY - WEEK}),
        hand(4, learning={"tls": "trainee"}),
        hand(5, learning={"tls": "shadow"}),
        hand(6, there=(0.0, 0.0), learning={"tls": "shadow"}),  # away: no help
        hand(7, team="support", until={"tls": MONDAY - WEEK}),
    ]
    found = lines(asked, people, BOUNDS)
    said = [one for one in advice(found, people, BOUNDS) if one.skill == "tls"]
    assert said == [
        Advice("ops", "tls", "renew", 3, 1, 40.0),
        Advice("ops", "tls", "finish", 5, 1, 40.0),
        Advice("ops", "tls", "finish", 4, 1, 40.0),
    ]


def test_where_nobody_is_left_to_train_it_says_so() -> None:
    asked = [demand(skills=frozenset(), count=3)]
    people = [hand(1)]
    [line] = lines(asked, people, BOUNDS)
    assert advice([line], people, BOUNDS) == [Advice("ops", "", "hire", None, 1, 0.0)]
    trainee = [*people, hand(2, trainee=True, learning={"": "shadow"})]
    [line] = lines(asked, trainee, BOUNDS)
    assert advice([line], trainee, BOUNDS)[0].how == "finish"
    [calm] = lines([demand(skills=frozenset())], [hand(1), hand(2), hand(3)], BOUNDS)
    assert advice([calm], [hand(1), hand(2), hand(3)], BOUNDS) == []
