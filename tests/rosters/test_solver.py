"""Rosters through `solve`: rules, order of goals, pins, re-solves, explanations."""

from datetime import UTC, datetime, time

import pytest

from onboarding.people.profile import avoided, wishes
from onboarding.rosters.solution import Solution
from onboarding.rosters.solver import solve
from onboarding.rosters.statement import Problem
from onboarding.rosters.substitutes import substitutes
from onboarding.rosters.terms import Assignment
from tests.rosters.builders import cutover, need, person, problem

MONDAY = ("2027-01-04T10:00:00Z", "2027-01-04T12:00:00Z")
MONDAY_LATE = ("2027-01-04T20:00:00Z", "2027-01-04T22:00:00Z")
TUESDAY = ("2027-01-05T08:00:00Z", "2027-01-05T10:00:00Z")


def solved(people, cutovers, keep=None, pins=(), bars=(), **changes) -> Solution:
    stated = Problem.from_json(problem(people, cutovers, **changes))
    return solve(stated, time_limit=5, keep=keep, pins=pins, bars=bars)


def who(solution: Solution) -> dict[tuple[str, str], str]:
    return {(a.cutover, a.role): a.person for a in solution.assignments}


def test_the_one_at_work_is_chosen():
    people = [person("ann"), person("bob", tz="Asia/Tokyo")]
    solution = solved(people, [cutover("c", *MONDAY)])
    assert who(solution) == {("c", "primary"): "ann"}
    assert solution.status == "optimal"
    assert solution.score.out_of_hours == 0
    assert solution.bound == solution.objective


def test_a_late_duty_and_an_early_one_are_not_for_one_person():
    late_then_early = [cutover("late", *MONDAY_LATE), cutover("early", *TUESDAY)]
    solution = solved([person("ann")], late_then_early)
    assert solution.score.unfilled == 1
    solution = solved([person("ann"), person("bob")], late_then_early)
    assert set(who(solution).values()) == {"ann", "bob"}


def test_a_primary_seat_comes_before_a_backup_seat():
    skilled = [person("ann", skills=["bgp"]), person("bob")]
    needs = [need(role="backup"), need(skills=["bgp"])]
    solution = solved(skilled[:1], [cutover("c", *MONDAY, *needs)])
    assert who(solution) == {("c", "primary"): "ann"}


def test_a_trainee_shadows_and_nothing_else():
    needs = [need(), need(role="backup"), need(role="shadow", skills=["bgp"])]
    people = [person("ann"), person("eve", trainee=True)]
    solution = solved(people, [cutover("c", *MONDAY, *needs)])
    assert who(solution) == {("c", "primary"): "ann", ("c", "shadow"): "eve"}
    assert [seat.role for seat in solution.unfilled] == ["backup"]


def test_load_carried_before_counts():
    people = [person("ann", load=30), person("bob", load=2), person("cat", load=28)]
    assert who(solved(people, [cutover("c", *MONDAY)])) == {("c", "primary"): "bob"}


def test_rotation_decides_between_equals():
    shift = {"team": "ops", "person": "bob", "start": MONDAY[0], "end": MONDAY[1]}
    people = [person("ann"), person("bob"), person("cat")]
    solution = solved(people, [cutover("c", *MONDAY)], shifts=[shift])
    assert who(solution) == {("c", "primary"): "bob"}
    assert solution.score.off_shift_hours == 0


def test_a_pin_holds_and_shows_what_it_costs():
    people = [person("ann"), person("bob", tz="Asia/Tokyo")]
    free = solved(people, [cutover("c", *MONDAY)])
    pinned = solved(
        people, [cutover("c", *MONDAY)], pins=[Assignment("c", "ops", "primary", "bob")]
    )
    assert who(pinned) == {("c", "primary"): "bob"}
    assert pinned.objective > free.objective
    barred = solved(people, [cutover("c", *MONDAY)], bars=[("c", "ann")])
    assert who(barred) == {("c", "primary"): "bob"}


def test_pins_that_contradict_the_rules_are_infeasible_and_say_why():
    cutovers = [cutover("late", *MONDAY_LATE), cutover("early", *TUESDAY)]
    pins = [Assignment(c, "ops", "primary", "ann") for c in ("late", "early")]
    solution = solved([person("ann")], cutovers, pins=pins)
    assert solution.status == "infeasible"
    assert solution.conflicts == (
        "ann is pinned to early and late, which overlap or leave too little rest",
    )
    away = person("ann", away=[[MONDAY[0], MONDAY[1]]])
    solution = solved(
        [away], [cutover("c", *MONDAY)], pins=[Assignment("c", "ops", "primary", "ann")]
    )
    assert solution.conflicts == ("ann is pinned to c but is away then",)


def test_a_decline_moves_nobody_else():
    people = [person(name) for name in ("ann", "bob", "cat", "dan", "eve")]
    cutovers = [
        cutover("c", *MONDAY, need(), need(role="backup")),
        cutover("d", *MONDAY_LATE, need(), need(role="backup")),
    ]
    before = solved(people, cutovers)
    quitter = who(before)["c", "primary"]
    declined = [{"cutover": "c", "person": quitter}]
    after = solved(people, cutovers, keep=before.assignments, declined=declined)
    assert after.score.changed == 1
    assert len(set(before.assignments) & set(after.assignments)) == 3
    assert after.score.unfilled == 0
    stated = Problem.from_json(problem(people, cutovers, declined=declined))
    offered = substitutes(stated, before, "c", "ops", "primary", leaving=quitter)
    assert offered[0].person == who(after)["c", "primary"]
    assert quitter not in {s.person for s in offered}


def test_an_empty_seat_is_explained_and_the_nearest_window_named():
    people = [
        person("ann", skills=["bgp"], away=[["2027-01-04T00:00Z", "2027-01-04T11:00Z"]]),
        person("bob"),
        person("eve", trainee=True),
    ]
    solution = solved(people, [cutover("c", *MONDAY, need(skills=["bgp"]))])
    (seat,) = solution.unfilled
    assert seat.why == "3 in ops → 2 past training → 1 with bgp → 0 there (1 away), needs 1"
    assert seat.nearest == (
        datetime(2027, 1, 4, 11, tzinfo=UTC),
        datetime(2027, 1, 4, 13, tzinfo=UTC),
    )


def test_a_clash_is_named():
    cutovers = [cutover("c", *MONDAY), cutover("d", *MONDAY)]
    (seat,) = solved([person("ann")], cutovers).unfilled
    other = "d" if seat.cutover == "c" else "c"
    assert seat.why == f"1 in ops → 0 free (ann on {other}), needs 1"
    assert seat.nearest is not None


def test_nobody_to_ask_is_an_answer():
    solution = solved([person("ann")], [cutover("c", *MONDAY, need(team="legal"))])
    (seat,) = solution.unfilled
    assert (seat.why, seat.nearest) == ("0 in legal, needs 1", None)
    assert solved([], []).status == "optimal"


#: So much is between most and least loaded of these, whoever of the others has a duty or two.
CROWD = [person("fay", load=40), person("gus", hours=["20:00", "21:00"])]
WEDNESDAY = ("2027-01-06T10:00:00Z", "2027-01-06T12:00:00Z")


def shift(name, start, end):
    return {"team": "ops", "person": name, "start": start, "end": end}


def test_the_same_faces_for_one_customer():
    people = [person("ann"), person("bob"), *CROWD]
    shifts = [shift("ann", *MONDAY), shift("bob", *WEDNESDAY)]
    found = {}
    for customers in ("xx", "xy"):
        windows = zip("cd", (MONDAY, WEDNESDAY), customers, strict=True)
        cutovers = [cutover(name, *when, customer=of) for name, when, of in windows]
        solution = solved(people, cutovers, shifts=shifts)
        assert (solution.status, solution.score.discontinuity) == ("optimal", 0)
        found[customers] = set(who(solution).values())
    assert len(found["xx"]) == 1, "whoever is on shift once only, but knows the customer"
    assert found["xy"] == {"ann", "bob"}


def test_a_face_of_a_flip_that_is_done_is_one_the_customer_knows():
    people, shifts = [person("ann"), person("bob"), *CROWD], [shift("ann", *MONDAY)]
    cutovers = [cutover("c", *MONDAY, customer="x")]
    for faces, chosen in (([], "ann"), ([{"customer": "x", "person": "bob"}], "bob")):
        solution = solved(people, cutovers, shifts=shifts, faces=faces)
        assert who(solution) == {("c", "primary"): chosen}
        assert solution.bound == solution.objective
    forced = solved(people, cutovers, pins=[Assignment("c", "ops", "primary", "ann")], faces=faces)
    assert forced.score.discontinuity == 1


@pytest.mark.parametrize(
    ("wish", "window"),
    [
        (wishes(time(8), None, []), ("2027-01-05T06:00:00Z", "2027-01-05T08:00:00Z")),
        (wishes(None, None, [5]), ("2027-01-08T10:00:00Z", "2027-01-08T12:00:00Z")),
    ],
    ids=["never before 8", "not Fridays"],
)
def test_a_wish_changes_who_is_chosen_among_equals(wish, window):
    start, end = map(datetime.fromisoformat, window)
    shifts = [shift("ann", *window), shift("bob", window[0], (end - (end - start) / 4).isoformat())]
    for avoid, chosen in (([], "ann"), (avoided(wish), "bob")):
        people = [person("ann", avoid=avoid), person("bob"), *CROWD]
        found = who(solved(people, [cutover("c", *window)], shifts=shifts))
        assert found == {("c", "primary"): chosen}


def test_the_same_seed_gives_the_same_roster():
    people = [person(f"p{i}", tz=tz) for i in range(3) for tz in ("Europe/London", "Asia/Tokyo")]
    people = [{**p, "id": f"{p['id']}-{p['tz'][:4]}"} for p in people]
    cutovers = [
        cutover(
            f"c{d}",
            f"2027-01-{d:02d}T10:00Z",
            f"2027-01-{d:02d}T13:00Z",
            need(),
            need(role="backup"),
        )
        for d in range(4, 12)
    ]
    one, two = (solved(people, cutovers) for _ in range(2))
    assert one.status == "optimal"
    assert one.assignments == two.assignments


def test_an_empty_seat_says_what_would_fill_it() -> None:
    people = [
        {**person("ann", skills=["tls"]), "name": "Ann"},
        {**person("bob", skills=["vcl"]), "name": "Bob"},
    ]
    needs = need(skills=["tls"])
    first = cutover("c1", *MONDAY, needs, title="Acme moves")
    stated = problem(people, [first, cutover("c2", *MONDAY, needs)])
    (seat,) = solve(Problem.from_json(stated), 2.0).unfilled
    other = "Acme moves" if seat.cutover == "c2" else "c2"
    assert f"0 free (Ann on {other})" in seat.why
    assert seat.fixes == ("move the window 2 h later", f"free Ann from {other}", "train Bob in tls")


def test_a_combination_names_the_fewest_seats_that_cannot_all_be_filled():
    """Three windows in a row with too little rest, for two people; what else these two do is not part of it."""
    people = [person("ann", skills=["tls"]), person("bob", skills=["tls"]), person("cat")]
    tls = need(skills=["tls"])
    cutovers = [
        cutover("a", "2027-01-04T19:00Z", "2027-01-04T21:00Z", tls),
        cutover("b", "2027-01-04T22:00Z", "2027-01-05T00:00Z", tls),
        cutover("c", "2027-01-05T01:00Z", "2027-01-05T03:00Z", tls, need(role="backup")),
        cutover("d", "2027-01-06T10:00Z", "2027-01-06T12:00Z", tls, need(role="backup")),
    ]
    (seat,) = solved(people, cutovers).unfilled
    assert seat.why.endswith(
        "; a primary, b primary and c primary cannot all be filled, whoever stands by elsewhere: only "
        "ann and bob may take them, and the windows overlap or leave too little rest"
    )
    bound_to_a = [Assignment("a", "ops", "primary", "bob")]
    (seat,) = solved(people[1:], cutovers[:2], pins=bound_to_a).unfilled
    assert seat.why == "2 in ops → 1 with tls → 0 free (bob on a), needs 1"
