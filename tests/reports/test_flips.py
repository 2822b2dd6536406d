"""Runs as the reports tell them, from a real engine and guard to the page."""

from datetime import timedelta

import pytest
from flask import Flask

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.forecasts.traffic_models import TrafficActual
from onboarding.outbox.models import Message
from onboarding.ramps.engine import Engine
from onboarding.reports.findings import Facts, findings
from onboarding.reports.forecast_counting import last_week
from onboarding.reports.jobs import sweep, weigh
from onboarding.reports.runs import on_time
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.ramps.conftest import time
from tests.ramps.lab import Lab, OwnHands, Time, always, book
from tests.reports.test_pages import document, rows
from tests.stories import browser, customer, cutover_of, forecast, kinds

__all__ = ["time"]
PLAN = [(20.0, 20, False), (40.0, 20, False), (100.0, 200, False)]


def real(number: int) -> None:
    """From now on this is no practice, and its window is open."""
    with transaction() as session:
        cutover = session.get_one(Cutover, number)
        cutover.practice, cutover.starts_at = False, clock.now() - timedelta(minutes=5)
        cutover.ends_at = clock.now() + timedelta(hours=1)
        session.get_one(Turnup, cutover.turnup_id).practice = False


def flip(lab: Lab, *, bad: bool) -> Engine:
    """Flip for real; `bad`: the origin breaks after a while, and the guard answers."""
    real(lab.cutover_id)
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 45)
    if not bad:
        lab.press("hold", reason="Look at the logs")
        lab.beat(engine, 2)
        lab.press("finish")
        lab.beat(engine, 3)
        return engine
    lab.source.errors = 0.4
    for _ in range(60):
        lab.beat(engine)
        if lab.standing().state == "rolled_back":
            break
    return engine


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_roll_back_is_counted_with_its_alarm_and_judged(
    app: Flask, cast: Cast, time: Time
) -> None:
    lab = Lab(book(cast["ann"], PLAN), time, person=Actor(f"user:{cast['ann']}", "web"))
    flip(lab, bad=True)
    assert lab.standing().state == "rolled_back"
    sweep()
    ann = browser(app, "ann")
    [run] = rows(ann, "flips", "runs")
    assert (run["outcome"], run["back_by"]) == ("rolled back", "the guard")
    figures = {one["key"]: one for one in document(ann, "flips")["figures"]}
    assert (figures["on_time"]["value"], figures["rolled_back"]["value"]) == (0, 100)
    assert figures["rolled_back"]["interval"][0] < 50, "one flip says little"
    alarms = rows(ann, "guard", "alarms")
    assert sum(one["alarms"] for one in alarms) == sum(one["open"] for one in alarms) > 0
    where = f"/cutovers/{lab.cutover_id}/report"
    page = ann.get(where).text
    assert "The flip was rolled back by the guard." in page
    assert "not judged yet" in page
    for number in range(1, len(rows(ann, "guard", "unjudged")) + 1):
        verdict = "false" if number == 1 else "real"
        answer = submit(ann, f"{where}/alarms/{number}", {"verdict": verdict})
        assert answer.status_code == 303
    assert rows(ann, "guard", "unjudged") == []
    assert sum(one["false"] for one in rows(ann, "guard", "alarms")) == 1
    assert "guard.judged" in kinds(f"cutover:{lab.cutover_id}")
    assert "judged a false alarm" in ann.get(where).text
    assert submit(ann, "/cutovers/999/report/alarms/1", {"verdict": "real"}).status_code == 404
    assert submit(ann, f"{where}/alarms/1", {"verdict": "maybe"}).status_code == 422


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_flip_that_went_well_is_on_time_and_asks_for_its_lessons_once(
    app: Flask, cast: Cast, time: Time
) -> None:
    lab = Lab(book(cast["ann"], PLAN), time, person=Actor(f"user:{cast['ann']}", "web"))
    flip(lab, bad=False)
    sweep()
    sweep()
    ann = browser(app, "ann")
    assert [one["runs_held"] for one in rows(ann, "flips", "reasons")] == [1]
    assert rows(ann, "flips", "reasons")[0]["why"] == "a person"
    assert cutover_of(lab.cutover_id).state == "done"
    assert rows(ann, "flips", "months")[0]["on_time"] == 1
    letters = list(db.session.query(Message).filter(Message.key.like("report:%")))
    assert len(letters) == 1
    assert f"/cutovers/{lab.cutover_id}/report" in letters[0].text


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_rehearsed_faults_say_how_soon_the_guard_is(app: Flask, cast: Cast, time: Time) -> None:
    lab = Lab(book(cast["ann"], PLAN), time, person=Actor(f"user:{cast['ann']}", "web"))
    engine = Engine("one", ready=always, hands=OwnHands())
    lab.press("start", script="errors_5xx")
    for _ in range(60):
        lab.beat(engine)
        if lab.standing().state == "rolled_back":
            break
    sweep()
    ann = browser(app, "ann")
    [fault] = rows(ann, "guard", "faults")
    assert (fault["met"], fault["right"]) == (1, 1)
    assert 0 <= fault["slowest"] <= 20
    figures = {one["key"]: one for one in document(ann, "guard")["figures"]}
    assert (figures["detection"]["value"], figures["detection"]["of"]) == (None, 1)
    assert rows(ann, "flips", "runs") == [], "practice is no flip"


def test_forecasts_are_held_against_what_came_week_by_week(app: Flask, cast: Cast) -> None:
    known = customer("Acme", manager=cast["ann"])
    week = last_week(clock.now())
    forecast(known, 1000.0, start=week - timedelta(days=1))
    with transaction() as session:
        session.execute(
            db.text("update traffic_forecasts set created_at = :at"),
            {"at": week - timedelta(hours=1)},
        )
        for hour in range(7 * 24):
            rate = 1100.0 if hour % 2 else 1000.0
            at = week + timedelta(hours=hour)
            session.add(TrafficActual(turnup_id=known.turnup, hour=at, rate=rate))
    weigh()
    weigh()
    ann = browser(app, "ann")
    [found] = rows(ann, "forecast", "worst")
    assert found["error"] == pytest.approx(100 * 50 / 1050, abs=0.01)
    assert (found["came"], found["planned"]) == (1100, 1000)
    [line] = rows(ann, "forecast", "weeks")
    assert (line["turnups"], line["within"], line["over"]) == (1, 50, 1)
    assert line["error"] is None, "of one turn-up no median is said"


@pytest.mark.parametrize(
    ("outcome", "late", "over", "was"),
    [
        ("finished", 900, 0, True),
        ("finished", 901, -10, False),
        ("finished", -60, 1, False),
        ("rolled_back", 0, -10, False),
    ],
)
def test_on_time_is_begun_and_over_within_the_window(
    outcome: str, late: float, over: float, was: bool
) -> None:
    assert on_time(outcome, late, over) is was


def test_the_figures_say_in_sentences_what_did_not_go_as_planned() -> None:
    fine = Facts("finished", 60, -60, {}, "", 0, False, 0.1)
    assert findings([fine]) == []
    bad = Facts("rolled_back", 1800, 0, {"guard": 2, "person": 1}, "guard", 1, True, 0.4, 1)
    assert findings([bad, fine]) == [
        "It took 2 runs.",
        "Run 1 began 30 min after its window opened.",
        "Run 1 was rolled back by the guard.",
        "Run 1 was held 2 times by the guard.",
        "Run 1 was held once by a person.",
        "Run 1 went past gates that two people overruled.",
        "Run 1 paged people 1 time.",
        "Run 1 saw traffic 40 % off the forecast.",
        "Run 1 had 1 alarm that nobody has judged yet.",
    ]
