"""By what the gates are known: names, times and figures, on the cutover's page."""

from html import unescape

import pytest
from flask import Flask

from onboarding import clock
from onboarding.checklists.actions import start
from onboarding.customers.models import Turnup
from onboarding.db import db, transaction
from onboarding.forecasts import signoffs
from onboarding.forecasts.models import TrafficForecast
from onboarding.people.models import User
from onboarding.readiness import evidence
from onboarding.rosters.models import Roster, Seat
from onboarding.trail.log import SYSTEM, Actor
from tests.cast import Cast
from tests.stories import REAL, book, browser, customer, cutover_of, forecast

FIT = {"site": "Amsterdam", "at": "2027-03-01T20:00:00Z", "load": 800, "limit": 1000, "free": 0.2}


@pytest.fixture
def number(app: Flask, cast: Cast) -> int:
    """A cutover with a forecast signed by one, a primary on station and one who declined."""
    acme = customer("Acme", manager=cast["ann"])
    made = forecast(acme)
    with transaction() as session:
        start(session, SYSTEM, session.get_one(Turnup, acme.turnup), "static-assets")
        session.get_one(TrafficForecast, made).fit = {**FIT, "verdict": "fits", "steps": []}
        omar = session.get_one(User, cast["omar"])
        signoffs.sign(session, Actor(f"user:{omar.id}", "web"), omar, made)
    found = book(cast, acme, wiring=REAL)
    with transaction() as session:
        roster = Roster(cutover_id=found, state="solved")
        now = clock.now()
        roster.seats += [
            Seat(team="ops", role="primary", user_id=omar.id, state="accepted", on_station_at=now),
            Seat(team="neteng", role="primary", why="nobody has the skill dns"),
        ]
        session.add(roster)
    return found


def test_every_gate_says_by_what_it_is_known_on_the_cutovers_page(
    app: Flask, cast: Cast, number: int
) -> None:
    db.session().rollback()
    rows = evidence.survey(db.session(), cutover_of(number)).gates
    lines = {row.key: row.evidence for row in rows}
    for key in ("checklist", "forecast", "capacity", "roster", "on_station", "window"):
        assert lines[key], key
    page = unescape(browser(app, "ann").get(f"/cutovers/{number}").text)
    for told in (
        "required items are settled",
        "ops: Omar Okafor, ",
        "tightest: Amsterdam, 01 Mar 20:00 UTC: 800 of 1,000 req/s, 20 % free",
        "ops, primary: Omar Okafor, on station since ",
        "neteng, primary: nobody, empty (nobody has the skill dns)",
    ):
        assert told in page, told
    assert all(line in page for of in lines.values() for line in of)
