"""What each stage asks for, and the follower that moves a turn-up on, exactly once."""

import pytest
from flask import Flask

from onboarding.customers.actions import Wish, add_goal
from onboarding.customers.models import StageEntry, Turnup
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.forecasts.models import TrafficForecast
from onboarding.forecasts.signoffs import sign
from onboarding.people.models import User
from onboarding.readiness import demanding, jobs
from onboarding.trail.log import SYSTEM, Actor, record
from tests.cast import Cast
from tests.doors import submit
from tests.stories import Known, book, browser, customer, forecast, fresh, kinds


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


def stage(known: Known) -> str:
    found: Turnup = fresh(Turnup, known.turnup)
    return found.stage


def asks(known: Known) -> list[tuple[str, str]]:
    rows = demanding.demands(db.session(), fresh(Turnup, known.turnup))
    return [(row.what, row.owner) for row in rows]


def moves(known: Known) -> int:
    return kinds(known.stream).count("turnup.stage")


def say_a_goal(known: Known) -> None:
    with transaction() as session:
        turnup = session.get_one(Turnup, known.turnup)
        add_goal(session, Actor("user:1", "web"), turnup, Wish("feature", "logs"))


def signed(cast: Cast, known: Known) -> None:
    made = forecast(known)
    with transaction() as session:
        for name in ("omar", "nina"):
            user = session.get_one(User, cast[name])
            sign(session, Actor(f"user:{user.id}", "web"), user, made)


def advanced(known: Known) -> None:
    """Something is told of the customer, and the follower looks at it."""
    with transaction() as session:
        record(session, known.stream, "forecast.made", SYSTEM, {"version": 1})
    jobs.follow()


def test_a_turn_up_walks_on_by_itself_as_what_its_stage_asks_for_is_done(
    app: Flask, cast: Cast, acme: Known
) -> None:
    jobs.follow()
    assert stage(acme) == "signup"
    assert asks(acme) == [("Say what you want to reach", "customer")]
    say_a_goal(acme)
    jobs.follow()
    assert stage(acme) == "forecast"  # without a checklist, config asks for nothing
    assert asks(acme) == [("Upload the traffic history", "customer")]
    made = forecast(acme)
    assert asks(acme) == []
    with transaction() as session:
        session.get_one(TrafficForecast, made).state = "queued"
    assert asks(acme) == [("Wait for the forecast, or run it again", "support")]
    with transaction() as session:
        session.get_one(TrafficForecast, made).state = "done"
    advanced(acme)
    assert stage(acme) == "test"  # nobody of the vendor's had to do anything
    assert [owner for _, owner in asks(acme)] == ["ops", "neteng", "account_manager"]
    signed(cast, acme)
    assert asks(acme) == [("Book the cutover", "account_manager")]
    book(cast, acme)
    jobs.follow()
    assert stage(acme) == "scheduled"
    assert asks(acme) == [("Flip: start the ramp", "ops")]  # practice asks for nothing else
    for _ in range(3):
        jobs.follow()
    assert stage(acme) == "scheduled"  # people start ramps, nobody else
    assert moves(acme) == 4


def test_run_twice_it_moves_once(app: Flask, cast: Cast, acme: Known) -> None:
    say_a_goal(acme)
    for _ in range(3):
        jobs.follow()
    assert moves(acme) == 2
    db.session().rollback()
    rows = db.session.query(StageEntry).filter_by(turnup_id=acme.turnup).order_by(StageEntry.id)
    assert [(row.stage, row.left_at is None) for row in rows] == [
        ("signup", False),
        ("config", False),
        ("forecast", True),
    ]


def test_a_crash_on_the_way_moves_nothing_and_the_next_pass_moves_once(
    app: Flask, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    say_a_goal(acme)
    real = jobs.advance_by_itself

    def dies(*given: object) -> int:
        real(*given)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "advance_by_itself", dies)
    with pytest.raises(KeyboardInterrupt):
        jobs.follow()
    assert (stage(acme), moves(acme)) == ("signup", 0)
    monkeypatch.undo()
    jobs.follow()
    assert (stage(acme), moves(acme)) == ("forecast", 2)


def test_one_turn_up_that_breaks_the_follower_does_not_stop_the_others(
    app: Flask, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = customer("Globex")
    say_a_goal(acme)
    say_a_goal(other)
    real = jobs.advance_by_itself

    def dies(session: object, actor: object, turnup: Turnup) -> int:
        if turnup.id == acme.turnup:
            raise ZeroDivisionError
        return real(session, actor, turnup)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "advance_by_itself", dies)
    with pytest.raises(ZeroDivisionError):
        jobs.follow()
    assert (stage(acme), stage(other)) == ("signup", "forecast")


def test_a_person_may_move_it_on_only_when_the_stage_is_done(
    app: Flask, cast: Cast, acme: Known
) -> None:
    ann = browser(app, "ann")
    refused = submit(ann, f"/turnups/{acme.turnup}/advance", {})
    assert refused.status_code == 409
    assert "Say what you want to reach (customer)" in refused.text
    say_a_goal(acme)
    assert submit(ann, f"/turnups/{acme.turnup}/advance", {}).status_code == 303
    assert stage(acme) == "config"
    assert submit(browser(app, "eve"), f"/turnups/{acme.turnup}/advance", {}).status_code == 403
    assert submit(ann, f"/turnups/{acme.turnup + 9}/advance", {}).status_code == 404


def test_nobody_takes_a_ramp_live_by_hand_before_it_is_finished(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme)
    with transaction() as session:
        session.get_one(Turnup, acme.turnup).stage = "ramping"
        session.get_one(Cutover, number).state = "running"
    ann = browser(app, "ann")
    refused = submit(ann, f"/turnups/{acme.turnup}/advance", {})
    assert refused.status_code == 409
    assert "Finish the ramp" in refused.text
    with transaction() as session:
        session.get_one(Cutover, number).state = "done"
    assert submit(ann, f"/turnups/{acme.turnup}/advance", {}).status_code == 303
    assert stage(acme) == "live"
