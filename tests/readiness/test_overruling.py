"""Breaking the glass over HTTP: two people, every rule by name, to be seen for ever."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.readiness import evidence
from onboarding.readiness.models import Overrule
from onboarding.trail.log import read
from tests.cast import Cast
from tests.doors import submit
from tests.stories import REAL, Known, book, browser, customer, cutover_of, fresh, kinds

WHY = "The launch cannot wait, neteng watches by hand"


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


@pytest.fixture
def number(cast: Cast, acme: Known) -> int:
    return book(cast, acme, wiring=REAL)


def unmet(number: int) -> list[str]:
    db.session().rollback()
    found = evidence.gates(db.session(), cutover_of(number))
    return [gate.key for gate in found if gate.blocks]


def propose(app: Flask, name: str, number: int, *keys: str, reason: str = WHY) -> TestResponse:
    fields = {"gate": list(keys), "reason": reason}
    return submit(browser(app, name), f"/cutovers/{number}/overrules", fields)


def act(app: Flask, name: str, number: int, row: int, verb: str) -> TestResponse:
    return submit(browser(app, name), f"/cutovers/{number}/overrules/{row}/{verb}", {})


def newest() -> int:
    db.session().rollback()
    found = db.session.query(Overrule.id).order_by(Overrule.id.desc()).limit(1).scalar()
    assert found is not None
    return int(found)


def test_two_people_let_every_gate_pass_and_it_is_seen_for_ever(
    app: Flask, cast: Cast, acme: Known, number: int
) -> None:
    keys = unmet(number)
    assert {"rollback", "capacity", "votes", "window"} <= set(keys)
    assert propose(app, "omar", number, *keys).status_code == 303
    row = newest()
    assert unmet(number) == keys, "one alone lets nothing pass"
    alone = act(app, "omar", number, row, "confirm")
    assert (alone.status_code, "Nobody overrules alone" in alone.text) == (403, True)
    assert act(app, "sue", number, row, "confirm").status_code == 403, "has no right to it"
    assert act(app, "ann", number, row, "confirm").status_code == 303
    assert unmet(number) == []
    assert evidence.ready(db.session(), number)
    entry = next(e for e in read(db.session(), f"cutover:{number}") if e.kind == "gate.overruled")
    assert [rule["key"] for rule in entry.payload["rules"]] == keys
    for page in (f"/cutovers/{number}", f"/cutovers/{number}/report", f"/turnups/{acme.turnup}"):
        text = browser(app, "sue").get(page).text
        assert "OVERRULED" in text, page
    for view in ("/?who=all", "/?who=all&view=table"):
        assert "gates overruled" in browser(app, "sue").get(view).text


def test_what_changes_later_takes_it_back_and_it_stays_to_be_read(
    app: Flask, cast: Cast, number: int
) -> None:
    propose(app, "omar", number, *unmet(number))
    act(app, "nina", number, newest(), "confirm")
    assert unmet(number) == []
    plan = {"share": ["100"], "hold": ["5"], "unit": ["min"], "limit": [""], "version": "1"}
    assert submit(browser(app, "adam"), f"/cutovers/{number}/plan", plan).status_code == 303
    assert "capacity" in unmet(number)
    assert "void: something changed since" in browser(app, "sue").get(f"/cutovers/{number}").text
    stale = propose(app, "omar", number, "capacity")
    assert stale.status_code == 303


def test_one_that_was_asked_for_before_a_change_is_not_confirmed_after_it(
    app: Flask, cast: Cast, number: int
) -> None:
    propose(app, "omar", number, "capacity")
    with transaction() as session:
        session.merge(cutover_of(number)).version += 1
    assert act(app, "nina", number, newest(), "confirm").status_code == 409


def test_either_takes_it_back_alone(app: Flask, cast: Cast, number: int) -> None:
    keys = unmet(number)
    propose(app, "omar", number, *keys)
    act(app, "nina", number, newest(), "confirm")
    assert act(app, "omar", number, newest(), "withdraw").status_code == 303
    assert unmet(number) == keys
    assert act(app, "nina", number, newest(), "confirm").status_code == 409
    assert fresh(Overrule, newest()).withdrawn_at <= clock.now()
    assert kinds(f"cutover:{number}").count("gate.overrule_withdrawn") == 1


@pytest.mark.parametrize(
    ("keys", "reason"),
    [((), WHY), (("freeze",), WHY), (("nonsense",), WHY), (("capacity",), "because")],
)
@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_what_cannot_be_overruled_is_refused(
    app: Flask, cast: Cast, number: int, keys: tuple[str, ...], reason: str
) -> None:
    assert propose(app, "omar", number, *keys, reason=reason).status_code == 422
    assert "gate.overrule_asked" not in kinds(f"cutover:{number}")
