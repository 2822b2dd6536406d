"""What a problem may not be, and where it says so."""

import pytest

from onboarding.errors import BadInput
from onboarding.rosters.solution import kept_places
from onboarding.rosters.statement import Problem
from onboarding.rosters.terms import Assignment
from tests.rosters.builders import cutover, need, person, problem

ANN = person("ann")
DAY = ("2027-01-04T10:00:00Z", "2027-01-04T12:00:00Z")


@pytest.mark.parametrize(
    ("document", "place", "expected"),
    [
        (problem([person("ann", tz="Europe/Londn")], []), "$.people[0].tz", "Europe/London"),
        (problem([person("ann", tz="../etc")], []), "$.people[0].tz", "IANA"),
        (problem([ANN, ANN], []), "$.people[1]", "once"),
        (problem([person("ann", hours=["9", "17:30"])], []), "$.people[0].hours[0]", "24:00"),
        (problem([person("ann", hours=["09:00"])], []), "$.people[0].hours", "09:00"),
        (problem([person("ann", days=[0])], []), "$.people[0].days[0]", "1 to 7"),
        (problem([person("ann", load=float("nan"))], []), "$.people[0].load", "number"),
        (problem([person("ann", trainee="no")], []), "$.people[0].trainee", "true or false"),
        (problem([person("ann", away=[[DAY[1], DAY[0]]])], []), "$.people[0].away[0][1]", "later"),
        (problem([person("ann", away=[[DAY[0]]])], []), "$.people[0].away[0]", "[start, end]"),
        (problem([ANN], [cutover("c", DAY[1], DAY[0])]), "$.cutovers[0].end", "later"),
        (problem([ANN], [cutover("c", "soon", DAY[1])]), "$.cutovers[0].start", "ISO 8601"),
        (problem([ANN], [cutover("c", *DAY), cutover("c", *DAY)]), "$.cutovers[1]", "once"),
        (problem([ANN], [cutover("c", *DAY, need(), need())]), "$.cutovers[0].needs[1]", "once"),
        (
            problem([ANN], [cutover("c", *DAY, need(role="boss"))]),
            "$.cutovers[0].needs[0].role",
            "b",
        ),
        (problem([ANN], [cutover("c", *DAY, need(count=0))]), "$.cutovers[0].needs[0].count", "1"),
        (
            problem([ANN], [cutover("c", *DAY, need(count=True))]),
            "$.cutovers[0].needs[0].count",
            "1",
        ),
        (
            problem([ANN], [], declined=[{"cutover": "x", "person": "ann"}]),
            "$.declined[0].cutover",
            "id of a cutover",
        ),
        (
            problem([ANN], [], shifts=[{"team": "ops", "person": "bob", "start": "", "end": ""}]),
            "$.shifts[0].person",
            "id of a person",
        ),
        (
            problem(
                [ANN], [], shifts=[{"team": "x", "person": "ann", "start": DAY[0], "end": DAY[1]}]
            ),
            "$.shifts[0].team",
            "own team",
        ),
        ({"people": []}, "$", "cutovers"),
        ({"people": {}, "cutovers": []}, "$.people", "list"),
        ([], "$", "object"),
    ],
)
def test_unusable_input_is_refused_with_its_place(document, place, expected):
    with pytest.raises(BadInput) as refusal:
        Problem.from_json(document)
    assert refusal.value.place == place
    assert expected in refusal.value.hint


def test_times_away_that_overlap_are_one():
    away = [
        ["2027-01-04T00:00:00Z", "2027-01-06T00:00:00Z"],
        ["2027-01-05T00:00:00Z", "2027-01-08T00:00:00+01:00"],
    ]
    (read,) = Problem.from_json(problem([person("ann", away=away)], [])).people
    assert [(a.day, b.day, b.hour) for a, b in read.away] == [(4, 7, 23)]


def test_a_pin_on_a_seat_that_is_not_there_is_refused():
    stated = Problem.from_json(problem([ANN], [cutover("c", *DAY)]))
    with pytest.raises(BadInput, match="no backup"):
        stated.with_pins([Assignment("c", "ops", "backup", "ann")])
    with pytest.raises(BadInput, match="unknown"):
        stated.with_pins(bars=[("c", "bob")])


def test_an_earlier_solution_may_name_what_is_gone_but_not_be_malformed():
    place = {"cutover": "gone", "team": "ops", "role": "primary", "person": "left"}
    assert kept_places({"assignments": [place]}) == (Assignment("gone", "ops", "primary", "left"),)
    with pytest.raises(BadInput) as refusal:
        kept_places({"assignments": [{**place, "role": "chief"}]})
    assert refusal.value.place == "$.assignments[0].role"
