"""Changing and cancelling a cutover: who was first wins, and what was reserved follows."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding import clock
from onboarding.config import settings
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.forecasts.models import Reservation
from onboarding.people.models import User
from onboarding.ramps.queries import course_of
from tests.cast import Cast
from tests.doors import submit
from tests.stories import PLAN, REAL, Known, book, browser, customer, cutover_of, forecast, kinds

MORE = {"share": ["10", "100"], "hold": ["3", "1"], "unit": ["h", "h"], "limit": ["", ""]}


@pytest.fixture
def acme(cast: Cast) -> Known:
    known = customer("Acme", manager=cast["ann"])
    forecast(known, 1000.0)
    return known


@pytest.fixture
def adam(app: Flask, cast: Cast) -> FlaskClient:
    return browser(app, "adam")


def reserved(number: int) -> list[tuple[Any, float]]:
    """(hours after the window opens, req/s) of what the cutover holds."""
    start = cutover_of(number).starts_at.replace(minute=0, second=0, microsecond=0)
    rows = db.session.scalars(select(Reservation).order_by(Reservation.hour))
    mine = [row for row in rows if row.holder == f"cutover:{number}"]
    return [((row.hour - start) / timedelta(hours=1), row.rate) for row in mine]


def window(days: float, hours: float) -> dict[str, str]:
    start = clock.now() + timedelta(days=days)
    end = start + timedelta(hours=hours)
    return {"starts_at": f"{start:%Y-%m-%dT%H:%M}", "ends_at": f"{end:%Y-%m-%dT%H:%M}"}


def test_practice_reserves_nothing_and_the_real_thing_what_its_plan_brings(
    adam: FlaskClient, cast: Cast, acme: Known
) -> None:
    assert reserved(book(cast, acme)) == []
    held = reserved(book(cast, acme, wiring=REAL))
    assert len(held) == 28 * 24
    assert [rate for _, rate in held[2:]] == [1000.0] * (28 * 24 - 2)


def test_reservations_follow_the_plan_the_window_and_the_wiring(
    adam: FlaskClient, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme, wiring=REAL)
    changed = submit(adam, f"/cutovers/{number}/plan", {**MORE, "version": "1"})
    assert changed.status_code == 303, changed.text
    assert [hour for hour, rate in reserved(number) if rate == 100.0] == [0, 1, 2]
    moved = submit(adam, f"/cutovers/{number}/window", {**window(5, 6), "version": "2"})
    assert moved.status_code == 303, moved.text
    assert reserved(number)[0][0] == 0
    practice = {"switch": "rehearsal", "metrics": "rehearsal", "version": "3"}
    assert submit(adam, f"/cutovers/{number}/wiring", practice).status_code == 303
    assert reserved(number) == []
    assert kinds(f"cutover:{number}") == ["cutover.booked", *["cutover.changed"] * 3]


def test_what_a_planner_far_east_reserves_lies_on_full_hours(
    app: Flask, cast: Cast, acme: Known
) -> None:
    with transaction() as session:
        session.get_one(User, cast["adam"]).timezone = "Asia/Kathmandu"
    number = book(cast, acme, wiring=REAL)
    browser_there = browser(app, "adam")
    fields = {"starts_at": "2031-01-01T09:00", "ends_at": "2031-01-01T15:00", "version": "1"}
    assert submit(browser_there, f"/cutovers/{number}/window", fields).status_code == 303
    assert cutover_of(number).starts_at == clock.parse("2031-01-01T03:15:00Z")
    assert {row.hour.minute for row in db.session.scalars(select(Reservation))} == {0}


def test_the_vendors_limit_of_errors_binds_every_plan(
    adam: FlaskClient, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = book(cast, acme)
    vendors = settings().model_copy(update={"error_limit": 0.02})
    monkeypatch.setattr("onboarding.cutovers.checking.settings", lambda: vendors)
    monkeypatch.setattr("onboarding.ramps.queries.settings", lambda: vendors)
    loose = {**MORE, "limit": ["1", "3"], "version": "1"}
    refused = submit(adam, f"/cutovers/{number}/plan", loose)
    assert refused.status_code == 422
    assert "3 % of errors is looser than the vendor" in refused.text
    tight = {**MORE, "limit": ["1", ""], "version": "1"}
    assert submit(adam, f"/cutovers/{number}/plan", tight).status_code == 303
    course = course_of(cutover_of(number))
    assert [course.limits(step)["errors"] for step in (1, 2)] == [0.01, 0.02]


def test_cancelling_frees_what_was_reserved_and_is_said_once(
    adam: FlaskClient, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme, wiring=REAL)
    assert reserved(number)
    assert submit(adam, f"/cutovers/{number}/cancel", {"reason": ""}).status_code == 422
    assert submit(adam, f"/cutovers/{number}/cancel", {"reason": "rain"}).status_code == 303
    assert reserved(number) == []
    assert cutover_of(number).state == "cancelled"
    again = submit(adam, f"/cutovers/{number}/cancel", {"reason": "rain"})
    assert again.status_code == 409
    assert kinds(f"cutover:{number}").count("cutover.cancelled") == 1
    assert kinds(acme.stream)[-1] == "cutover.cancelled"


CHANGES = [
    ("plan", MORE),
    ("window", window(3, 6)),
    ("wiring", {"switch": "rehearsal", "metrics": "rehearsal"}),
]


@pytest.mark.parametrize(("what", "fields"), CHANGES)
def test_who_looked_before_somebody_else_changed_it_is_refused(
    adam: FlaskClient, cast: Cast, acme: Known, what: str, fields: dict[str, Any]
) -> None:
    number = book(cast, acme)
    path = f"/cutovers/{number}/{what}"
    assert submit(adam, path, {**fields, "version": "1"}).status_code == 303
    stale = submit(adam, path, {**fields, "version": "1"})
    assert stale.status_code == 409
    assert "Somebody changed this cutover meanwhile" in stale.text
    assert cutover_of(number).version == 2


@pytest.mark.parametrize(
    ("what", "fields", "place"),
    [
        ("plan", {**MORE, "share": ["10", "5"]}, "step 2 share"),
        ("plan", {**MORE, "hold": ["3", "9"]}, "ends_at"),
        ("window", window(-1, 6), "starts_at"),
        ("window", window(3, 0.2), "ends_at"),
        ("wiring", {"switch": "haproxy", "metrics": "push"}, "switch.address"),
        ("plan", {**MORE, "version": "one"}, "version"),
    ],
)
def test_a_change_that_cannot_be_is_refused_in_the_form_and_changes_nothing(
    adam: FlaskClient, cast: Cast, acme: Known, what: str, fields: dict[str, Any], place: str
) -> None:
    number = book(cast, acme)
    answer = submit(adam, f"/cutovers/{number}/{what}", {"version": "1", **fields})
    assert answer.status_code == 422
    assert f"<strong>{place}</strong>" in answer.text
    cutover = cutover_of(number)
    assert cutover.version == 1
    assert [step.share for step in cutover.steps] == [step.share for step in PLAN]
    if what == "plan":  # what was typed is there to be corrected
        assert f'name="hold" inputmode="decimal" value="{fields["hold"][1]}"' in answer.text


@pytest.mark.parametrize("state", ["running", "done", "cancelled"])
def test_what_is_not_booked_any_more_is_not_changed(
    adam: FlaskClient, cast: Cast, acme: Known, state: str
) -> None:
    number = book(cast, acme)
    with transaction() as session:
        session.get_one(Cutover, number).state = state
    for what, fields in CHANGES:
        answer = submit(adam, f"/cutovers/{number}/{what}", {**fields, "version": "1"})
        assert answer.status_code == 409
        assert state in answer.text


def test_a_freeze_is_added_by_planners_and_stands_in_the_calendar(
    app: Flask, adam: FlaskClient, cast: Cast
) -> None:
    fields = {"name": "Year's end", "reason": "nobody is here", **window(2, 48)}
    assert submit(adam, "/freezes", fields).status_code == 303
    assert "Year&#39;s end" in adam.get("/cutovers").text
    backwards = {**fields, "starts_at": fields["ends_at"], "ends_at": fields["starts_at"]}
    assert submit(adam, "/freezes", backwards).status_code == 422
    assert submit(browser(app, "eve"), "/freezes", fields).status_code == 403
