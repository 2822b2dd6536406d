"""Skills and the path to them: who vouched, certificates that run out, and what a roster makes of it."""

from datetime import timedelta

from flask import Flask

from onboarding import clock
from onboarding.db import transaction
from onboarding.people.models import User
from onboarding.rosters.solver import solve
from onboarding.rosters.statement import Problem
from tests.cast import Cast
from tests.doors import submit
from tests.people.test_profiles import candidate, lead
from tests.rosters.builders import cutover, need, person, problem
from tests.stories import book, browser, customer, fresh


def test_a_skill_is_come_to_step_by_step_and_each_says_who_vouched(app: Flask, cast: Cast) -> None:
    page = f"/people/{cast['olga']}/training"
    omar, olga = browser(app, "omar"), browser(app, "olga")
    step = {"skill": "bgp", "step": "trainee", "note": "began"}
    assert submit(omar, page, step).status_code == 403  # he has no bgp himself
    with transaction() as session:
        session.get_one(User, cast["omar"]).skills = ["bgp"]
    skipping = submit(omar, page, {**step, "step": "able"})
    assert (skipping.status_code, "trainee comes before able" in skipping.text) == (422, True)
    assert 'value="began"' in skipping.text
    assert submit(olga, page, step).status_code == 403  # nobody vouches for themselves
    for one in ("trainee", "shadow", "able"):
        assert submit(omar, page, {**step, "step": one}).status_code == 303
    assert fresh(User, cast["olga"]).skills == ["bgp"]
    shown = olga.get(f"/people/{cast['olga']}").text
    assert shown.count("vouched for by Omar Okafor") == 3
    assert submit(omar, page, {**step, "step": "shadow", "note": "a slip"}).status_code == 303
    assert fresh(User, cast["olga"]).skills == []


def test_who_is_in_training_only_shadows_until_somebody_vouches(app: Flask, cast: Cast) -> None:
    with transaction() as session:
        session.get_one(User, cast["olga"]).trainee = True
    number = book(cast, customer())
    assert candidate(number, cast["olga"])["trainee"]
    omar, page = browser(app, "omar"), f"/people/{cast['olga']}/training"
    assert submit(omar, page, {"step": "able"}).status_code == 422
    for step in ("shadow", "able"):
        assert candidate(number, cast["olga"])["trainee"]
        assert submit(omar, page, {"step": step}).status_code == 303
    assert not candidate(number, cast["olga"])["trainee"]


def test_a_certificate_gives_a_skill_until_it_runs_out(app: Flask, cast: Cast) -> None:
    lead("ops", cast["olga"])
    olga, page = browser(app, "olga"), f"/people/{cast['omar']}"
    today = clock.now().date()
    soon = {"skill": "tls", "until": (today + timedelta(days=10)).isoformat()}
    assert submit(olga, f"{page}/certificates", soon).status_code == 303
    known = customer()
    early, late = (book(cast, known, starts_in=timedelta(days=days)) for days in (5, 15))
    assert (candidate(early, cast["omar"])["skills"], candidate(early, cast["omar"])["lapsed"]) == (
        ["tls"],
        [],
    )
    assert (candidate(late, cast["omar"])["skills"], candidate(late, cast["omar"])["lapsed"]) == (
        [],
        ["tls"],
    )
    wrong = submit(olga, f"{page}/certificates", {"skill": "tls", "until": "someday"})
    assert (wrong.status_code, "is no day" in wrong.text, 'value="tls"' in wrong.text) == (
        422,
        True,
        True,
    )
    renewed = {**soon, "until": (today + timedelta(days=400)).isoformat()}
    assert submit(olga, f"{page}/certificates", renewed).status_code == 303
    assert candidate(late, cast["omar"])["skills"] == ["tls"]


def test_an_empty_seat_says_that_a_certificate_ran_out_or_that_it_is_a_holiday() -> None:
    day = ("2027-12-27T10:00:00Z", "2027-12-27T12:00:00Z")
    boxing = [["2027-12-27T00:00:00Z", "2027-12-28T00:00:00Z"]]
    people = [
        person("ann", skills=["tls"], holidays=boxing),
        person("bob", lapsed=["tls"]),
        person("cat"),
    ]
    asked = problem(people, [cutover("c", *day, need(skills=["tls"]))])
    [seat] = solve(Problem.from_json(asked), time_limit=1).unfilled
    assert seat.why == (
        "3 in ops → 1 with tls (1 with a certificate that has run out) → "
        "0 at work (1 on a public holiday), needs 1"
    )
    assert seat.nearest is not None  # another day cures a holiday
