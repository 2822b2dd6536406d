"""The flip through its web door: who may press what, what they are told, and nobody else driving."""

import threading
from functools import partial
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.ramps import actions, views
from onboarding.ramps.models import Command, Ramp
from onboarding.simulation.actions import set_share
from onboarding.simulation.queries import find, running_faults
from onboarding.trail.log import Actor, read
from tests.cast import Cast
from tests.doors import sign_in, submit
from tests.ramps.conducting import Nursery
from tests.ramps.lab import Lab, Time, book
from tests.rosters.standing import at_once
from tests.services.programs import wait_until
from tests.stories import browser

PLAN = [(5, 0, True), (100, 0, True)]


@pytest.fixture
def lab(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setattr("onboarding.ramps.stand_in.PATIENCE_S", 0.0)
    return Lab(book(cast["ann"], PLAN), Time(), person=Actor(f"user:{cast['omar']}", "web"))


def press(client: FlaskClient, lab: Lab, verb: str, **fields: object) -> tuple[int, str]:
    answer = submit(client, f"/cutovers/{lab.cutover_id}/ramp/{verb}", fields)
    return answer.status_code, answer.text


def test_where_no_conductor_is_alive_the_web_acts_itself(client: FlaskClient, lab: Lab) -> None:
    sign_in(client, "omar")
    assert press(client, lab, "start")[0] == 303
    assert lab.standing().state == "holding"
    assert lab.ramp().lease_until is None
    status, text = press(client, lab, "rollback")
    assert status == 303, text
    assert lab.standing().state == "rolled_back"
    assert lab.ramp().lease_until is None


def test_the_second_of_two_is_told_who_was_first(client: FlaskClient, lab: Lab) -> None:
    sign_in(client, "omar")
    press(client, lab, "start", seen="0/idle/0")
    status, text = press(client, lab, "start", seen="0/idle/0")
    assert status == 409
    assert "You were first: start" in text
    client.post("/logout", data={})
    other = client.application.test_client()
    sign_in(other, "nina")
    status, text = press(other, lab, "start", seen="0/idle/0")
    assert (status, "Omar Okafor was first" in text) == (409, True)


def test_a_double_click_is_one_command(client: FlaskClient, lab: Lab) -> None:
    sign_in(client, "omar")
    for _ in range(2):
        assert press(client, lab, "start", key="same", seen="0/idle/0")[0] == 303
    assert lab.kinds().count("ramp.started") == 1


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)
def test_a_double_click_is_one_command_also_where_both_are_taken_in_at_once(
    app: Flask, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both look for the key before either has written it down."""
    looked, known = threading.Barrier(2), actions._by_key

    def both_look(session: Session, key: str) -> Command | None:
        found = known(session, key)
        if found is None:
            looked.wait(10)
        return found

    monkeypatch.setattr(actions, "_by_key", both_look)
    two = [browser(app, "omar") for _ in range(2)]
    pressed = [partial(press, one, lab, "start", key="same", seen="0/idle/0") for one in two]
    assert [status for status, _ in at_once(app, *pressed)] == [303, 303]
    assert lab.kinds().count("ramp.started") == 1
    assert db.session.query(Command).count() == 1


def test_a_program_gets_json(client: FlaskClient, lab: Lab) -> None:
    sign_in(client, "omar")
    answer = submit(
        client,
        f"/cutovers/{lab.cutover_id}/ramp/start",
        {},
        headers={"Accept": "application/json"},
    )
    assert answer.json is not None
    assert answer.json["state"] == "done"
    assert answer.json["status"]["possible"]


@pytest.mark.parametrize(
    ("who", "verb", "allowed"),
    [
        ("eve", "start", False),
        ("eve", "hold", True),
        ("eve", "rollback", True),
        ("ann", "start", True),
    ],
)
def test_who_may_press_what(
    client: FlaskClient, lab: Lab, who: str, verb: str, allowed: bool
) -> None:
    sign_in(client, who)
    status, _ = press(client, lab, verb)
    assert (status != 403) == allowed


@pytest.mark.parametrize(
    ("verb", "fields", "status"),
    [("back", {}, 422), ("back", {"step": "x"}, 422), ("dance", {}, 404), ("go", {}, 409)],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    client: FlaskClient, lab: Lab, verb: str, fields: dict[str, str], status: int
) -> None:
    sign_in(client, "omar")
    assert press(client, lab, verb, **fields)[0] == status


def test_a_missing_cutover_is_not_found(client: FlaskClient, lab: Lab) -> None:
    sign_in(client, "omar")
    assert submit(client, "/cutovers/99999/ramp/rollback", {}).status_code == 404


def test_the_cockpit_shows_the_next_action_and_the_figures(client: FlaskClient, lab: Lab) -> None:
    sign_in(client, "omar")
    page = client.get(f"/cutovers/{lab.cutover_id}").text
    assert f'action="/cutovers/{lab.cutover_id}/ramp/start"' in page
    press(client, lab, "start")
    page = client.get(f"/cutovers/{lab.cutover_id}").text
    assert 'value="1/holding/0"' in page
    assert "Roll back now" in page
    assert "No conductor drives this cutover" in page
    assert "Omar Okafor: start" in page


def test_faults_are_for_rehearsals(client: FlaskClient, lab: Lab, cast: Cast) -> None:
    sign_in(client, "eve")
    fields = {"kind": "errors_5xx", "seconds": "30", "strength": "0.5"}
    assert submit(client, f"/cutovers/{lab.cutover_id}/faults", fields).status_code == 303
    world = find(db.session(), f"cutover:{lab.cutover_id}")
    assert [fault["kind"] for fault in running_faults(world)] == ["errors_5xx"]
    assert lab.kinds() == ["world.fault"]
    assert submit(client, f"/cutovers/{lab.cutover_id}/faults/clear", {}).status_code == 303
    db.session().rollback()
    assert running_faults(find(db.session(), f"cutover:{lab.cutover_id}")) == []
    wrong = submit(client, f"/cutovers/{lab.cutover_id}/faults", {**fields, "kind": "meteor"})
    assert wrong.status_code == 422
    real = book(cast["ann"], PLAN, practice=False)
    assert submit(client, f"/cutovers/{real}/faults", fields).status_code == 409


def test_a_conductor_answers_within_the_time_of_a_page(
    client: FlaskClient, lab: Lab, nursery: Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.ramps.stand_in.PATIENCE_S", 3600.0)
    monkeypatch.setattr(views, "WAIT_S", 30.0)
    monkeypatch.setattr(views, "SAFETY_S", 30.0)
    nursery.start()
    sign_in(client, "omar")
    assert press(client, lab, "start")[0] == 303
    wait_until(lambda: lab.standing().state == "waiting_go", "it waits for the go", seconds=40)
    assert press(client, lab, "go")[0] == 303
    assert lab.ramp().share == 5
    assert press(client, lab, "rollback")[0] == 303
    assert lab.ramp().share == 0
    entries = read(db.session(), f"cutover:{lab.cutover_id}")
    assert [e.actor for e in entries if e.kind == "ramp.rollback"] == [lab.person.name]


def test_a_go_is_refused_while_nothing_can_be_judged_unless_it_says_so(
    client: FlaskClient, lab: Lab
) -> None:
    """Whether or not the plan has the counts checked."""
    sign_in(client, "omar")
    assert press(client, lab, "start")[0] == 303
    with transaction() as session:
        run = session.get_one(Ramp, lab.ramp().id)
        set_share(session, f"cutover:{lab.cutover_id}", 5.0, "first-step")
        run.state, run.share, run.target_share, run.step = "waiting_go", 5.0, 5.0, 1
        doubt = "too few requests"
        run.figures = {"at": clock.iso(clock.now()), "doubt": doubt, "unsure": doubt}
    status, text = press(client, lab, "go")
    assert status == 409
    assert f"Nothing can be judged before 100 %: {doubt}." in text
    assert lab.standing().mark == "1/waiting_go/1"
    page = client.get(f"/cutovers/{lab.cutover_id}/ramp").text
    assert 'name="without_figures"' in page
    assert "too few requests" in page
    assert press(client, lab, "go", without_figures="yes")[0] == 303
    assert lab.ramp().target_share == 100
    assert lab.entries("ramp.go")[-1]["without_figures"] == doubt
    said = unescape(client.get(f"/cutovers/{lab.cutover_id}").text)
    assert f"says go, without figures ({doubt})" in said
