"""What binds while a plan is carried out: the daily peak, whose go, checks, and changes of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.ramps.course import Course, CourseStep
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.ramps.lab import Lab, Time, book
from tests.stories import browser, cutover_of

ON_ONE = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

WAITING = [(5.0, 1, True), (25.0, 1, True), (100.0, 1, True)]


def by(cast: Cast, name: str) -> Actor:
    return Actor(f"user:{cast[name]}", "web")


def led(lab: Lab, goes: int) -> Any:
    """A conductor, with so many goes said; nobody need be on station."""
    with transaction() as session:
        session.get_one(Cutover, lab.cutover_id).demand_on_station = False
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 2)
    for _ in range(goes):
        lab.press("go")
        lab.beat(engine, 4)
    return engine


# the daily peak


def test_a_hold_ends_with_its_time_and_its_peak_and_a_changed_plan_asks_for_a_go() -> None:
    course = Course((CourseStep(5, 10, over_peak=True), CourseStep(100, 10)))
    assert course.due(1, 9) is None
    assert course.due(1, 10) == "hold_over"
    assert course.due(1, 10, at_peak=True) is None
    assert course.due(1, 10, replanned=True) == "go_needed"
    assert course.due(2, 10, replanned=True) == "plan_over"
    assert (course.over_peak(0), course.over_peak(1), course.over_peak(2)) == (False, True, False)


@ON_ONE
def test_a_step_is_held_until_after_the_daily_peak_and_a_person_may_go_on_early(
    app: Flask, cast: Cast, time: Time
) -> None:
    steps = [(5.0, 0, False), (25.0, 0, False), (100.0, 0, True)]
    number = book(cast["ann"], steps, more={1: {"over_peak": True}, 2: {"over_peak": True}})
    lab = Lab(number, time, person=by(cast, "ann"))
    with transaction() as session:
        session.get_one(Cutover, number).peak_hour = 13  # it is 12:00 UTC, and no forecast
    engine = led(lab, 0)
    lab.beat(engine, 10)
    assert lab.standing().step == 1
    assert lab.ramp().peak_until == datetime(2027, 3, 1, 14, tzinfo=UTC)
    sentence = lab.ramp().figures["sentence"]
    assert sentence == "Holding at 5 % until after the daily peak at 13:00 UTC"
    assert lab.entries("ramp.share")[0]["peak_until"] == "2027-03-01T14:00:00Z"
    page = browser(app, "ann").get(f"/cutovers/{number}").text
    assert "holds until after the daily peak at" in page
    assert "assumed: there is no forecast" in page
    time.advance(2 * 3600)
    lab.beat(engine, 12)
    assert lab.standing().step == 2  # 14:00: today's peak is over, the next is tomorrow's
    assert lab.ramp().peak_until == datetime(2027, 3, 2, 14, tzinfo=UTC)
    lab.press("skip")
    lab.beat(engine, 3)
    assert lab.standing().state == "waiting_go"


# whose go


@ON_ONE
def test_a_go_counts_from_the_team_that_the_plan_names(cast: Cast, time: Time) -> None:
    lab = Lab(book(cast["ann"], WAITING, more={1: {"go_by": "neteng"}}), time)
    lab.person = by(cast, "omar")  # of ops
    engine = led(lab, 0)
    refused = lab.press("go")
    shell = lab.press("go", who=Actor("shell", "cli"))
    lab.beat(engine, 2)
    for pressed in (refused, shell):
        assert lab.command(pressed).state == "refused"
        assert lab.command(pressed).answer == "The plan wants a go of neteng before 5 %"
    lab.press("go", who=by(cast, "nina"))
    lab.beat(engine, 4)
    assert lab.standing().step == 1


# what is checked


@ON_ONE
def test_what_is_checked_after_a_step_keeps_it_and_is_said(cast: Cast, time: Time) -> None:
    steps = [(5.0, 0, False), (100.0, 0, False)]
    lab = Lab(book(cast["ann"], steps, more={1: {"after": ["counts", "expected"]}}), time)
    lab.person = by(cast, "ann")
    engine = led(lab, 0)
    lab.beat(engine, 12)
    assert lab.standing().mark == "1/holding/1"
    assert "not so yet: nothing was forecast for this hour" in lab.ramp().figures["sentence"]
    with transaction() as session:
        step = session.get_one(Cutover, lab.cutover_id).steps[0]
        step.after = ["counts"]
        session.get_one(Cutover, lab.cutover_id).version += 1
    lab.beat(engine, 12)
    assert lab.standing().state == "finished"


@ON_ONE
def test_what_is_checked_before_a_step_refuses_the_go_with_its_reason(
    cast: Cast, time: Time
) -> None:
    number = book(cast["ann"], WAITING, practice=False, more={2: {"before": ["capacity"]}})
    lab = Lab(number, time, person=by(cast, "ann"))
    engine = led(lab, 1)
    lab.beat(engine, 8)
    assert "Capacity: not held against capacity yet" in lab.ramp().figures["sentence"]
    pressed = lab.press("go")
    lab.beat(engine, 2)
    assert lab.command(pressed).state == "refused"
    assert lab.command(pressed).answer.startswith("The plan has this checked before 25 %: Capacity")
    assert lab.standing().step == 1
    back = lab.press("rollback")
    lab.beat(engine, 2)
    assert lab.command(back).state == "done", "nothing that is checked keeps anybody from safety"


@ON_ONE
def test_a_finish_is_bound_by_what_is_checked_after_the_last_step(cast: Cast, time: Time) -> None:
    number = book(cast["ann"], [(100.0, 600, True)], more={1: {"after": ["expected"]}})
    lab = Lab(number, time, person=by(cast, "ann"))
    engine = led(lab, 1)
    pressed = lab.press("finish")
    lab.beat(engine, 2)
    assert lab.command(pressed).state == "refused"
    assert lab.command(pressed).answer == (
        "The plan has this checked before it is finished: nothing was forecast for this hour"
    )
    assert lab.standing().mark == "1/holding/1"
    away = lab.press("abandon")
    lab.beat(engine, 2)
    assert lab.command(away).state == "done", "there is a way out of a check that never holds"


# changes of the plan


def change(client: FlaskClient, lab: Lab, **fields: Any) -> Any:
    form = {"taken": "1", "version": "1", "reason": "slower, please", **fields}
    return submit(client, f"/cutovers/{lab.cutover_id}/ramp/plan", form)


SLOWER = {"share": ["10", "50", "100"], "hold": ["1", "1", "1"], "unit": ["s", "s", "s"]}


@ON_ONE
def test_steps_to_come_are_changed_during_a_hold_and_the_run_goes_on_from_there(
    app: Flask, cast: Cast, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.ramps.plan_views.WAIT_S", 0.0)
    lab = Lab(book(cast["ann"], WAITING, practice=False), time, person=by(cast, "ann"))
    engine = led(lab, 1)
    ann = browser(app, "ann")
    page = ann.get(f"/cutovers/{lab.cutover_id}/ramp/plan").text
    assert "Taken already" in page
    assert 'value="25"' in page
    assert 'name="share" inputmode="decimal" value="5"' not in page
    assert "Change the steps to come" in ann.get(f"/cutovers/{lab.cutover_id}").text
    answer = change(ann, lab, **SLOWER)
    assert answer.status_code == 303, answer.text
    lab.beat(engine, 3)
    assert [step.share for step in cutover_of(lab.cutover_id).steps] == [5, 10, 50, 100]
    changed = next(one for one in lab.entries("cutover.changed"))
    assert (changed["from_step"], changed["was"]) == (2, ["5 %", "25 %", "100 %"])
    assert lab.kinds().count("ramp.replanned") == 1
    own = lab.press("go")
    lab.beat(engine, 2)
    assert lab.command(own).answer == "You changed the plan: a colleague says go"
    lab.press("go", who=by(cast, "omar"))
    lab.beat(engine, 5)
    assert lab.switch.moves[:3] == [5, 10, 50], (
        "from 10 % on it goes by itself, as the changed plan says"
    )


@ON_ONE
def test_who_drives_the_flip_may_change_its_steps_to_come(
    app: Flask, cast: Cast, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.ramps.plan_views.WAIT_S", 0.0)
    lab = Lab(book(cast["ann"], WAITING), time, person=by(cast, "ann"))
    led(lab, 1)
    for name in ("omar", "nina"):
        client = browser(app, name)
        assert "Change the steps to come" in client.get(f"/cutovers/{lab.cutover_id}").text
        assert client.get(f"/cutovers/{lab.cutover_id}/ramp/plan").status_code == 200
    asked = {**SLOWER, "taken": "1", "moved": "5", "starts_at": clock.iso(clock.now())}
    address = f"/turnups/{cutover_of(lab.cutover_id).turnup_id}/cutovers/estimate"
    estimate = submit(client, address, asked, headers={"HX-Request": "true"}).text
    assert "<strong>2</strong> 10 %" in estimate, "the steps to come keep their numbers"
    assert change(client, lab, **SLOWER).status_code == 303
    refused = change(browser(app, "eve"), lab, **SLOWER)
    assert refused.status_code == 403


@ON_ONE
def test_a_change_survives_the_conductor_that_was_to_make_it(
    app: Flask, cast: Cast, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.ramps.plan_views.WAIT_S", 0.0)
    lab = Lab(book(cast["ann"], WAITING), time, person=by(cast, "ann"))
    led(lab, 1)  # and it dies
    answer = change(browser(app, "ann"), lab, **SLOWER)
    assert answer.status_code == 303, answer.text
    time.advance(60)
    another = lab.conductor("two")
    lab.beat(another, 3)
    assert [step.share for step in cutover_of(lab.cutover_id).steps] == [5, 10, 50, 100]
    assert lab.standing().mark == "1/waiting_go/1"
    lab.press("go")
    lab.beat(another, 4)
    assert lab.standing().step >= 2


@ON_ONE
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"share": ["4", "100"], "hold": ["1", "1"]}, "<strong>step 2 share</strong>"),
        ({"share": ["25"], "hold": ["9"], "unit": ["h"]}, "<strong>step 2 hold</strong>"),
        (
            {"taken": "0", **SLOWER, "share": ["4", "50", "100"]},
            "step 1 share: this step was taken already",
        ),
        ({"version": "7", **SLOWER}, "Somebody changed the plan meanwhile"),
    ],
)
def test_a_change_that_cannot_be_is_refused_at_its_field_and_changes_nothing(
    app: Flask, cast: Cast, time: Time, monkeypatch: pytest.MonkeyPatch,
    fields: dict[str, Any], words: str,
) -> None:  # fmt: skip
    monkeypatch.setattr("onboarding.ramps.stand_in.PATIENCE_S", 0.0)
    lab = Lab(book(cast["ann"], WAITING), time, person=by(cast, "ann"))
    engine = led(lab, 1)
    engine.close()  # the page carries it out by itself
    answer = change(browser(app, "ann"), lab, **fields)
    assert answer.status_code in (409, 422)
    assert words in answer.text
    assert f'value="{fields["share"][0]}"' in answer.text
    assert [step.share for step in cutover_of(lab.cutover_id).steps] == [5, 25, 100]


@ON_ONE
def test_a_plan_is_not_changed_while_traffic_moves_or_nothing_runs(
    app: Flask, cast: Cast, time: Time
) -> None:
    lab = Lab(book(cast["ann"], WAITING), time, person=by(cast, "ann"))
    answer = browser(app, "ann").get(f"/cutovers/{lab.cutover_id}/ramp/plan")
    assert answer.status_code == 409
    assert "cannot be changed now" in answer.text


@ON_ONE
def test_the_cockpit_shows_what_was_intended_beside_what_was_measured_and_how(
    app: Flask, cast: Cast, time: Time
) -> None:
    lab = Lab(book(cast["ann"], WAITING), time, person=by(cast, "ann"))
    engine = led(lab, 1)
    lab.beat(engine, 20)
    page = browser(app, "ann").get(f"/cutovers/{lab.cutover_id}").text
    held = lab.ramp().figures["by_step"]["1"]
    assert held["moved"] > 0
    assert "intended 5 %" in page
    assert f"{100 * held['moved'] / held['all']:.1f} %" in page
    assert f"{held['moved']:,.0f} / {held['all'] - held['moved']:,.0f}" in page
    assert "counted by rehearsal" in page
    assert timedelta(seconds=held["seconds"]) >= timedelta(seconds=10)
