"""Freezes and ships: they block booking and start until a named person lets a turn-up through."""

import pytest
from flask import Flask
from sqlalchemy import select

from onboarding.cutovers.models import Cutover, Freeze, Ship
from onboarding.db import db
from onboarding.outbox.models import Message
from onboarding.readiness.evidence import gates
from tests.cast import Cast
from tests.cutovers.test_booking import count, local, send
from tests.doors import submit
from tests.stories import Known, browser, customer, cutover_of, kinds


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


def newest(table: type[Freeze] | type[Ship] | type[Cutover]) -> int:
    db.session().rollback()
    return db.session.scalars(select(table.id).order_by(table.id.desc())).first() or 0


def ship(risk: str, **changes: str) -> dict[str, str]:
    fields = {"name": "New edge TLS", "owner": "Edge team", "risk": risk, "note": "Old ciphers go"}
    return {**fields, "starts_at": local(0.5), "ends_at": local(2), **changes}


@pytest.mark.parametrize("kind", ["freeze", "ship"])
def test_only_a_named_exception_leads_through(
    app: Flask, cast: Cast, acme: Known, kind: str
) -> None:
    ann, adam = browser(app, "ann"), browser(app, "adam")
    fields = {"name": "Year's end", "reason": "", "starts_at": local(0.5), "ends_at": local(2)}
    path = {"freeze": "/freezes", "ship": "/ships"}[kind]
    assert submit(adam, path, fields if kind == "freeze" else ship("high")).status_code == 303
    assert f"the window meets the {kind}" in send(ann, acme).text
    number = newest({"freeze": Freeze, "ship": Ship}[kind])
    said = {
        "obstacle": f"{kind}:{number}",
        "turnup": str(acme.turnup),
        "reason": "the contract ends",
    }
    assert submit(ann, "/exceptions", said).status_code == 403
    assert submit(adam, "/exceptions", {**said, "reason": " "}).status_code == 422
    assert (
        submit(adam, "/exceptions", {**said, "obstacle": f"{kind}:{number + 9}"}).status_code == 404
    )
    assert count() == 0
    for _ in range(2):
        assert submit(adam, "/exceptions", said).status_code == 303
    assert kinds(acme.stream).count("window.let_through") == 1
    assert send(ann, acme).status_code == 303
    assert count() == 1
    page = ann.get("/cutovers").text
    assert "Adam Admin: the contract ends" in page
    other = customer("Globex", manager=cast["ann"])
    assert send(ann, other).status_code == 422  # the exception is one turn-up's


def test_a_freeze_added_later_closes_the_gate_and_an_exception_opens_it(
    app: Flask, cast: Cast, acme: Known
) -> None:
    adam = browser(app, "adam")
    assert send(adam, acme).status_code == 303

    def gate() -> bool:
        db.session().rollback()
        found = {gate.key: gate.met for gate in gates(db.session(), cutover_of(newest(Cutover)))}
        return found["freeze"]

    assert gate()
    submit(adam, "/freezes", {"name": "Now", "starts_at": local(0.5), "ends_at": local(2)})
    assert not gate()
    said = {"obstacle": f"freeze:{newest(Freeze)}", "turnup": str(acme.turnup), "reason": "agreed"}
    submit(adam, "/exceptions", said)
    assert gate()


def test_support_hears_of_a_ship_says_it_is_ready_and_a_small_one_only_warns(
    app: Flask, cast: Cast, acme: Known
) -> None:
    eve, sue = browser(app, "eve"), browser(app, "sue")
    assert submit(eve, "/ships", ship("low")).status_code == 303
    letters = db.session.scalars(select(Message).where(Message.subject.contains("Ships soon")))
    told = {letter.recipient: letter.text for letter in letters}
    assert set(told) == {"sue@vendor.example", "sid@vendor.example"}
    assert all("Old ciphers go" in text for text in told.values())
    assert submit(eve, f"/ships/{newest(Ship)}/ready", {}).status_code == 403
    assert "not ready" in eve.get("/cutovers").text
    assert submit(sue, f"/ships/{newest(Ship)}/ready", {}).status_code == 303
    assert "Sue Santos" in eve.get("/cutovers").text
    assert send(browser(app, "ann"), acme).status_code == 303
    assert "meets the ship" in eve.get("/cutovers").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"risk": "huge"}, "no choice"),
        ({"starts_at": local(1), "ends_at": local(0.5)}, "ends before it starts"),
        ({"starts_at": "2020-01-01T00:00"}, "shipped already"),
        ({"name": " "}, "this is needed"),
    ],
)
def test_an_unusable_ship_is_refused_and_nobody_is_told(
    app: Flask, cast: Cast, changes: dict[str, str], words: str
) -> None:
    answer = submit(browser(app, "eve"), "/ships", ship("low") | changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert not db.session.scalars(select(Message)).all()
