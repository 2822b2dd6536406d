"""Go / no-go over HTTP: whose word counts, for how long, and what it opens."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.forecasts.models import TrafficForecast
from onboarding.forecasts.signoffs import sign
from onboarding.people.models import User
from onboarding.readiness import evidence
from onboarding.readiness.gates import Gate
from onboarding.readiness.models import Vote
from onboarding.rosters.models import Roster, Seat
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.stories import (
    REAL,
    Known,
    book,
    browser,
    customer,
    cutover_of,
    forecast,
    kinds,
    proved,
    site,
)

VOTERS = {"ops": "omar", "neteng": "nina", "support": "sue", "engineering": "eve"}


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


def vote(app: Flask, name: str, number: int, word: str = "go", reason: str = "") -> TestResponse:
    fields = {"vote": word, "reason": reason}
    return submit(browser(app, name), f"/cutovers/{number}/vote", fields)


def gate(number: int, key: str = "votes") -> Gate:
    found = evidence.gates(db.session(), cutover_of(number))
    return next(gate for gate in found if gate.key == key)


def votes() -> int:
    db.session().rollback()
    return db.session.query(Vote).count()


def staff(cast: Cast, number: int) -> None:
    """A roster on which everybody is on station."""
    with transaction() as session:
        seats = [
            Seat(team=team, role="primary", user_id=cast[name], state="accepted",
                 on_station_at=clock.now())
            for team, name in VOTERS.items()
        ]  # fmt: skip
        session.add(Roster(cutover_id=number, state="solved", seats=seats))


def all_say_go(app: Flask, number: int) -> None:
    for name in VOTERS.values():
        assert vote(app, name, number).status_code == 303


def test_every_standby_team_says_go_and_the_gate_opens(app: Flask, cast: Cast, acme: Known) -> None:
    number = book(cast, acme)
    waiting = {"ops", "neteng", "support", "engineering"}
    for team, name in VOTERS.items():
        assert all(one in gate(number).why for one in waiting)
        assert vote(app, name, number).status_code == 303
        waiting -= {team}
    assert gate(number).met
    assert kinds(f"cutover:{number}").count("vote.given") == 4
    assert "Omar Okafor" in browser(app, "ann").get(f"/cutovers/{number}").text


def test_who_has_no_vote_is_told_why(app: Flask, cast: Cast, acme: Known) -> None:
    number = book(cast, acme, by="adam")
    refused = {
        "ann": "Your team has no vote",
        "adam": "Who booked a cutover has no vote on it",
        acme.email: "Your role does not allow this",
    }
    for name, words in refused.items():
        answer = vote(app, name, number)
        assert answer.status_code == 403
        assert words in answer.text
    assert vote(app, "omar", number).status_code == 303
    assert votes() == 1


@pytest.mark.parametrize(
    ("word", "reason", "status"),
    [("no_go", "", 422), ("no_go", " ", 422), ("maybe", "x", 422), ("no_go", "x" * 501, 422)],
)
def test_a_no_go_needs_a_reason(
    app: Flask, cast: Cast, acme: Known, word: str, reason: str, status: int
) -> None:
    number = book(cast, acme)
    assert vote(app, "omar", number, word, reason).status_code == status
    assert votes() == 0


def test_a_teams_last_word_counts_and_the_same_word_twice_is_one(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme)
    all_say_go(app, number)
    for _ in range(2):
        assert vote(app, "olga", number, "no_go", "disk is full").status_code == 303
    assert "no-go from ops" in gate(number).why
    assert vote(app, "omar", number).status_code == 303
    assert gate(number).met
    assert kinds(f"cutover:{number}").count("vote.given") == 6
    page = browser(app, "ann").get(f"/cutovers/{number}").text
    assert "disk is full" not in page.partition('id="gates"')[2].partition("</section>")[0]


def test_a_vote_is_void_after_the_plan_the_window_the_forecast_or_the_roster_changed(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme)
    adam = browser(app, "adam")

    def change_plan() -> None:
        plan = {"share": ["100"], "hold": ["5"], "unit": ["min"], "limit": [""]}
        version = str(cutover_of(number).version)
        submit(adam, f"/cutovers/{number}/plan", {**plan, "version": version})

    def change_window() -> None:
        start = clock.now() + timedelta(days=2)
        times = {"starts_at": f"{start:%Y-%m-%dT%H:%M}"}
        times["ends_at"] = f"{start + timedelta(hours=4):%Y-%m-%dT%H:%M}"
        times["version"] = str(cutover_of(number).version)
        assert submit(adam, f"/cutovers/{number}/window", times).status_code == 303

    def change_people() -> None:
        with transaction() as session:
            seats = [Seat(team="ops", role="primary", user_id=cast["olga"], state="invited")]
            session.add(Roster(cutover_id=number, state="solved", seats=seats))

    changes = {
        change_plan: "plan",
        change_window: "plan",
        lambda: forecast(acme): "forecast",
        change_people: "roster",
    }
    for change, part in changes.items():
        all_say_go(app, number)
        assert gate(number).met
        change()
        assert "changed since the vote of" in gate(number).why
        said = f"changed since the vote of ops: {part}"
        assert said in gate(number).evidence, "and what it was that changed"
        assert said in adam.get(f"/cutovers/{number}").text


def test_after_it_is_over_nobody_votes(app: Flask, cast: Cast, acme: Known) -> None:
    number = book(cast, acme)
    with transaction() as session:
        session.get_one(Cutover, number).state = "done"
    answer = vote(app, "omar", number)
    assert answer.status_code == 409
    assert "votes are for what is to come" in answer.text


def test_the_real_thing_opens_with_its_window_and_not_a_minute_before(
    app: Flask, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    site(limit=10_000)
    made = forecast(acme, 500)
    with transaction() as session:
        session.get_one(TrafficForecast, made).fit = {"verdict": "fits"}
        for name in ("omar", "nina"):
            user = session.get_one(User, cast[name])
            sign(session, Actor(f"user:{user.id}", "web"), user, made)
    number = book(cast, acme, wiring=REAL)
    staff(cast, number)
    proved(cast, number)
    all_say_go(app, number)
    start, end = cutover_of(number).starts_at, cutover_of(number).ends_at

    def ready_at(at: object) -> bool:
        monkeypatch.setattr(clock, "now", lambda: at)
        db.session().rollback()
        found = evidence.gates(db.session(), cutover_of(number))
        assert [g.key for g in found if g.needed and not g.met] in ([], ["window"])
        return evidence.ready(db.session(), number)

    minute = timedelta(minutes=1)
    assert not ready_at(start - timedelta(hours=2))
    assert not ready_at(start - 6 * minute)
    assert ready_at(start)
    assert ready_at(end - minute)
    assert not ready_at(end + minute)


def test_practice_is_shown_what_is_missing_and_may_start(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme)
    assert not gate(number).met
    assert evidence.ready(db.session(), number)
