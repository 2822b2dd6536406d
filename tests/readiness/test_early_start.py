"""The run is locked until its window opens; only an admin lets it start early, by name."""

import html

import pytest
from flask import Flask

from onboarding.db import db
from onboarding.readiness import evidence
from onboarding.readiness.gates import Gate
from onboarding.trail.log import read
from tests.cast import Cast
from tests.cutovers.test_booking import local
from tests.doors import submit
from tests.stories import REAL, book, browser, customer, cutover_of, kinds

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def gates(number: int) -> dict[str, Gate]:
    db.session().rollback()
    return {gate.key: gate for gate in evidence.gates(db.session(), cutover_of(number))}


def test_an_early_start_needs_an_admin_a_reason_and_the_plan_as_it_was(
    app: Flask, cast: Cast
) -> None:
    number = book(cast, customer("Acme", manager=cast["ann"]), wiring=REAL)
    path, said = f"/cutovers/{number}/early", {"version": "1", "reason": "the old vendor fails"}
    before = gates(number)
    assert not before["window"].met
    assert "have an admin allow an early start" in before["window"].hint
    ann, adam = browser(app, "ann"), browser(app, "adam")
    assert submit(ann, path, said).status_code == 403
    assert submit(adam, path, said | {"reason": " "}).status_code == 422
    assert submit(adam, path, said | {"version": "7"}).status_code == 409
    assert not gates(number)["window"].met
    for _ in range(2):
        assert submit(adam, path, said).status_code == 303
    after = gates(number)
    assert after["window"].met
    assert "Adam Admin allows an early start: the old vendor fails" in after["window"].why
    assert {key for key in after if after[key].met != before[key].met} == {"window"}
    assert kinds(f"cutover:{number}").count("cutover.early_allowed") == 1
    entry = read(db.session(), f"cutover:{number}")[-1]
    assert (entry.actor, entry.payload) == (
        f"user:{cast['adam']}",
        {"version": 1, "user": cast["adam"]},
    )
    page = html.unescape(ann.get(f"/cutovers/{number}").text)
    assert "let it start before its window opens" in page
    assert "Allow an early start" not in page
    moved = {"starts_at": local(2), "ends_at": local(2, 4), "version": "1"}
    assert submit(adam, f"/cutovers/{number}/window", moved).status_code == 303
    assert not gates(number)["window"].met, "what was allowed was another plan"
