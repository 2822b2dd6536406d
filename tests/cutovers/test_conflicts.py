"""Real flips at the same time: what they have in common is named, with what to do."""

import html

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onboarding.db import transaction
from onboarding.forecasts.models import Site
from onboarding.people.models import User
from tests.cast import Cast
from tests.cutovers.test_booking import count, local, send
from tests.doors import submit
from tests.stories import REAL, Known, browser, customer, cutover_of, kinds
from tests.stories import book as booked

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
MANUAL = {"switch": "manual", "switch_config": '{"instructions": "Turn"}', "metrics": "push"}


def real(client: FlaskClient, known: Known, **changes: str) -> TestResponse:
    return send(client, known, **MANUAL | changes)


def test_the_same_customer_region_and_people_are_named_and_let_through_by_name(
    app: Flask, cast: Cast
) -> None:
    adam, ann = browser(app, "adam"), browser(app, "ann")
    acme = customer("Acme", manager=cast["ann"])
    globex = customer("Globex", manager=cast["ann"])
    with transaction() as session:
        session.add(Site(name="Tokyo", limit=9e9, region="Asia"))
    first = booked(cast, acme, wiring=REAL)
    assert send(ann, globex).status_code == 303, "practice meets nobody"
    before = count()
    page = html.unescape(real(adam, globex).text)
    assert count() == before
    assert "“Acme moves”" in page
    assert "brings traffic to Asia at the same time" in page
    assert "Network engineering has 2 people (Nina Novak, Noah Nilsson) for the 4 places" in page
    assert "begin at" in page
    again = html.unescape(real(adam, acme, title="Again").text)
    assert "Acme is switched by “Acme moves”" in again
    assert 'name="despite"' in again
    assert real(adam, globex, despite="the contract ends").status_code == 303
    number = first + count() - 1
    assert kinds(f"cutover:{number}")[:2] == ["cutover.booked", "cutover.conflict_accepted"]
    later = {"starts_at": local(3), "ends_at": local(3, 3)}
    assert real(adam, acme, **later).status_code == 303


def test_who_rewires_practice_or_moves_a_window_meets_the_same_conflicts(
    app: Flask, cast: Cast
) -> None:
    adam = browser(app, "adam")
    booked(cast, customer("Acme"), wiring=REAL)
    with transaction() as session:  # enough people for everybody but support
        for name in ("ann", "sue"):
            session.get_one(User, cast[name]).trainee = True
    globex = customer("Globex")
    practice = booked(cast, globex)
    answer = submit(adam, f"/cutovers/{practice}/wiring", {**MANUAL, "version": "1"})
    assert answer.status_code == 422
    assert "Support has 1 people (Sid Sommer)" in html.unescape(answer.text)
    assert cutover_of(practice).practice
    away = {"starts_at": local(4), "ends_at": local(4, 4), "version": "1"}
    assert submit(adam, f"/cutovers/{practice}/window", away).status_code == 303
    wired = submit(adam, f"/cutovers/{practice}/wiring", {**MANUAL, "version": "2"})
    assert wired.status_code == 303
    back = {"starts_at": local(1), "ends_at": local(1, 4), "version": "3"}
    assert submit(adam, f"/cutovers/{practice}/window", back).status_code == 422
    said = back | {"despite": "both agree"}
    assert submit(adam, f"/cutovers/{practice}/window", said).status_code == 303
    assert "cutover.conflict_accepted" in kinds(f"cutover:{practice}")
