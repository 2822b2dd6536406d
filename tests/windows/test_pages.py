"""Windows through the pages: asked for, found by a worker, looked at, booked; others are in between."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from onboarding import clock
from onboarding.clock import iso, parse
from onboarding.customers.models import Turnup
from onboarding.cutovers.freezes import FreezeSaid, add_freeze
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.forecasts.models import Site
from onboarding.people.models import Away, Team, User
from onboarding.trail.log import SYSTEM
from onboarding.windows import jobs
from onboarding.windows.models import WindowSearch
from tests.cast import Cast
from tests.cutovers.test_booking import local
from tests.doors import submit
from tests.stories import REAL, Known, book, browser, customer, cutover_of, forecast, kinds, site

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
FORM = {"days": "28", "margin": "30", "template": "canary"}


@pytest.fixture
def acme(cast: Cast) -> Known:
    known = customer("Acme", manager=cast["ann"])
    forecast(known, 1000.0)
    site(limit=10_000)
    with transaction() as session:
        session.get_one(Turnup, known.turnup).stage = "test"
    return known


@pytest.fixture
def ann(app: Flask, cast: Cast) -> FlaskClient:
    with transaction() as session:
        for user in session.scalars(select(User)).unique():
            user.days, user.hours = [1, 2, 3, 4, 5], "09:00-17:30"
    return browser(app, "ann")


def search(client: FlaskClient, known: Known, **changes: str) -> int:
    """The number of a search that a worker has made."""
    fields = {**FORM, "not_before": local(1), **changes}
    answer = submit(client, f"/turnups/{known.turnup}/windows", fields)
    assert answer.status_code == 303, answer.text
    number = int(answer.headers["Location"].rsplit("/", 1)[1])
    db.session.remove()
    jobs.look(number)
    return number


def row(number: int) -> WindowSearch:
    db.session().rollback()
    return db.session().get_one(WindowSearch, number)


def take(client: FlaskClient, number: int, start: str, **more: str) -> TestResponse:
    return submit(client, f"/windows/{number}/book", {"turnup": "0", "start": start, **more})


def test_five_windows_with_reasons_in_all_zones_and_one_is_booked_with_a_press(
    app: Flask, ann: FlaskClient, acme: Known
) -> None:
    asked = submit(ann, f"/turnups/{acme.turnup}/windows", {**FORM, "not_before": local(1)})
    waiting = ann.get(asked.headers["Location"]).text
    assert "<progress" in waiting
    assert 'hx-trigger="load delay:1s"' in waiting
    assert "had windows looked for" in ann.get(f"/turnups/{acme.turnup}").text
    number = search(ann, acme)
    page = html.unescape(ann.get(f"/windows/{number}").text)
    assert page.count("window-card") == 5
    assert "everybody within working hours" in page
    assert "traffic at 100% of its peak" in page
    assert "no other flip within a day" in page
    assert re.search(r"\d\d:00 to \d\d:30 C[E]S?T", page), "the customer's zone"
    assert "UTC" in page
    best = row(number).result[0]["best"][0]
    assert take(ann, number, best["start"]).status_code == 303
    db.session().rollback()
    cutover = db.session.scalars(select(Cutover)).unique().one()
    assert (iso(cutover.starts_at), iso(cutover.ends_at)) == (best["start"], best["end"])
    assert kinds(acme.stream)[-1] == "cutover.booked"
    again = take(ann, number, best["start"])
    assert again.status_code == 409
    assert "is booked meanwhile" in html.unescape(again.text)


def test_booking_looks_again_and_what_was_impossible_is_not_booked(
    app: Flask, ann: FlaskClient, cast: Cast, acme: Known
) -> None:
    with transaction() as session:
        start = parse(local(1) + ":00Z") + timedelta(days=3)
        said = FreezeSaid("Sale", start, start + timedelta(days=1))
        add_freeze(session, SYSTEM, said)
    number = search(ann, acme)
    found = row(number).result[0]
    blocked = iso(parse(found["origin"]) + found["price"].index(None) * timedelta(minutes=30))
    refused = take(ann, number, blocked)
    assert refused.status_code == 422
    assert "this window cannot be" in refused.text
    assert take(ann, number, "2020-01-01T00:00Z").status_code == 422
    assert "cannot be" in ann.get(f"/windows/{number}?start={blocked}").text
    best = found["best"][0]
    shown = ann.get(f"/windows/{number}?start={best['start']}").text
    assert f"{best['price']} points" in shown
    assert f'name="start" value="{best["start"]}"' in shown
    assert "was not looked at" in ann.get(f"/windows/{number}?start=2020-01-01T00:00").text
    slots = ann.get(f"/windows/{number}/slots/0").json
    assert slots["price"][best["slot"]] == best["price"]
    assert len(slots["shown"]) == len(slots["price"]) == 28 * 48
    with transaction() as session:
        start = parse(best["start"])
        add_freeze(session, SYSTEM, FreezeSaid("Sudden", start, start + timedelta(hours=1)))
    late = take(ann, number, best["start"])
    assert late.status_code == 422
    assert "the window meets the freeze" in late.text
    assert not db.session.scalars(select(Cutover)).unique().all()


def test_a_booked_cutover_is_moved_and_one_that_was_changed_meanwhile_is_not(
    app: Flask, ann: FlaskClient, cast: Cast, acme: Known
) -> None:
    cutover = book(cast, acme)
    number = search(ann, acme, near="1")
    assert "Move it here" in ann.get(f"/windows/{number}").text
    best = row(number).result[0]["best"][1]
    assert take(ann, number, best["start"]).status_code == 303
    assert iso(cutover_of(cutover).starts_at) == best["start"]
    assert take(ann, number, row(number).result[0]["best"][2]["start"]).status_code == 409
    assert kinds(f"cutover:{cutover}").count("cutover.changed") == 1


def test_one_that_nobody_can_staff_is_answered(
    app: Flask, ann: FlaskClient, cast: Cast, acme: Known
) -> None:
    with transaction() as session:
        session.get_one(User, cast["noah"]).trainee = True
        now = parse(local(0) + ":00Z")
        until = now + timedelta(days=90)
        session.add(Away(user_id=cast["nina"], starts_at=now, ends_at=until))
    page = html.unescape(ann.get(f"/windows/{search(ann, acme)}").text)
    assert "No window can be booked, and this is why" in page
    assert re.search(r"Network engineering: nobody could be primary \(134\d of 1344 starts\)", page)
    assert "2 in Network engineering → 1 may stand by alone → 0 free" in page


def test_what_is_asked_wrongly_is_refused_at_its_field_and_kept(
    app: Flask, ann: FlaskClient, acme: Known
) -> None:
    path = f"/turnups/{acme.turnup}/windows"
    for wrong, words in (
        ({"days": "0"}, "out of range"),
        ({"days": "29"}, "out of range"),
        ({"not_before": local(-2)}, "too early or too late"),
        ({"not_before": "soon"}, "not a time"),
        ({"margin": "-1"}, "out of range"),
        ({"template": "leap"}, "no choice"),
    ):
        answer = submit(ann, path, {**FORM, "not_before": local(1), **wrong})
        assert (answer.status_code, words in answer.text) == (422, True), wrong
    assert 'value="28"' in answer.text
    none = submit(ann, "/windows", {**FORM, "not_before": local(1)})
    assert (none.status_code, "no turn-up is chosen" in none.text) == (422, True)
    omar = browser(app, "omar")
    assert submit(omar, path, {**FORM, "not_before": local(1)}).status_code == 403
    assert omar.get(path).status_code == 200
    assert ann.get("/windows/999").status_code == 404


def test_several_are_planned_together_and_a_conflict_asks_for_a_reason(
    app: Flask, ann: FlaskClient, cast: Cast, acme: Known
) -> None:
    globex = customer("Globex", manager=cast["ann"])
    fields = {**FORM, "not_before": local(1), "turnup": [str(acme.turnup), str(globex.turnup)]}
    number = int(submit(ann, "/windows", fields).headers["Location"].rsplit("/", 1)[1])
    db.session.remove()
    jobs.look(number)
    page = html.unescape(ann.get(f"/windows/{number}").text)
    assert "no plan can be cheaper than" in page
    assert "There is no forecast yet" in html.unescape(ann.get(f"/windows/{number}?turnup=1").text)
    one, other = (parse(said["chosen"]["start"]) for said in row(number).result)
    assert abs(one - other) >= timedelta(days=1)
    assert row(number).result[0]["plan"]["gap"] <= 0.05
    assert take(ann, number, iso(one)).status_code == 303
    assert "booked</a>" in ann.get(f"/windows/{number}").text
    # meanwhile the real flip of a third customer is booked where Acme's practice was found a place
    third = customer("Initech", manager=cast["ann"])
    book(cast, third, wiring=REAL, starts_in=other - clock.now())
    with transaction() as session:
        session.get_one(Cutover, 1).practice = False
        for team in session.scalars(select(Team)):
            team.on_standby = False
        session.scalars(select(Site)).one().region = "Europe"
    mine = search(ann, acme, near="1")
    start = iso(other + timedelta(hours=1))
    page = html.unescape(take(ann, mine, start).text)
    assert "“Initech moves” (" in page
    assert "brings traffic to Europe at the same time" in page
    assert 'name="despite"' in page
    assert take(ann, mine, start, despite="both agree").status_code == 303
    assert "cutover.conflict_accepted" in kinds("cutover:1")
