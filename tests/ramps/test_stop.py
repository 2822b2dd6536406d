"""One press holds every ramp, by page, program and shell; nothing starts or moves on meanwhile."""

from contextlib import nullcontext
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient

from onboarding.cli import cutover as command_line
from onboarding.cli.cutover import cutover
from onboarding.db import transaction
from onboarding.errors import Refused
from onboarding.people.actions import make_token
from onboarding.people.models import User
from onboarding.ramps.models import Ramp
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.ramps.lab import Lab, Time, book
from tests.stories import browser

PLAN = [(5.0, 600, True), (100.0, 600, True)]
WHY = "A provider is down"


def call(*words: Any) -> Result:
    return CliRunner().invoke(cutover, [str(word) for word in words])


def refused(*words: Any) -> str:
    error = call(*words).exception
    assert isinstance(error, Refused), words
    return error.message


@pytest.fixture
def labs(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[Lab]:
    """Two ramps that run and a cutover that has not begun; no conductor lives."""
    monkeypatch.setattr("onboarding.ramps.stand_in.PATIENCE_S", 0.0)
    monkeypatch.setattr(command_line, "core", lambda: nullcontext(app))
    found = [Lab(book(cast["ann"], PLAN), Time()) for _ in range(3)]
    for lab in found[:2]:
        assert call("start", lab.cutover_id).exit_code == 0
    return found


@pytest.fixture
def robot(app: Flask, cast: Cast) -> FlaskClient:
    with transaction() as session:
        token = make_token(session, SYSTEM, session.get_one(User, cast["omar"]), "robot")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def test_one_press_holds_every_ramp_and_lifting_it_resumes_none(
    app: Flask, labs: list[Lab], robot: FlaskClient
) -> None:
    one, two, idle = labs
    omar, eve = browser(app, "omar"), browser(app, "eve")
    sure = {"reason": WHY, "sure": "yes"}
    assert submit(eve, "/stop", sure).status_code == 403
    for wrong in ({"reason": "", "sure": "yes"}, {"reason": WHY}):
        answer = submit(omar, "/stop", wrong)
        assert answer.status_code == 422
        assert wrong["reason"] in answer.text
    assert "Everything is held" not in eve.get("/cutovers").text
    assert submit(omar, "/stop", sure).status_code == 303
    for lab in (one, two):
        assert lab.standing().state == "held"
        assert len(lab.entries("stop.pressed")) == 1
    for page in ("/", "/cutovers", f"/cutovers/{one.cutover_id}"):
        text = eve.get(page).text
        assert "Everything is held" in text
        assert WHY in text
    assert submit(omar, "/stop", sure).status_code == 409

    for words in (("start", idle.cutover_id), ("resume", one.cutover_id)):
        assert WHY in refused(*words)
    assert call("rollback", two.cutover_id).exit_code == 0, "nothing stops a roll-back"
    assert robot.get("/api/v1/stop").json["reason"] == WHY
    assert robot.delete("/api/v1/stop").status_code == 204
    assert robot.delete("/api/v1/stop").status_code == 409
    assert "Everything is held" not in eve.get("/cutovers").text
    assert one.standing().state == "held", "lifting it resumes none"
    assert len(one.entries("stop.lifted")) == 1
    assert call("resume", one.cutover_id).exit_code == 0

    assert robot.post("/api/v1/stop", json={"reason": " "}).status_code == 422
    assert robot.post("/api/v1/stop", json={"reason": WHY}).status_code == 201
    refused("go", one.cutover_id)
    assert one.standing().state == "held"
    with transaction() as session:  # as if it had come to wait for a go in the moment of the press
        session.get_one(Ramp, one.ramp().id).state = "waiting_go"
    assert WHY in refused("go", one.cutover_id)
    assert call("lift", "--as", "omar@vendor.example").exit_code == 0
    assert refused("lift") == "Nothing is held by a stop"
    assert call("start", idle.cutover_id).exit_code == 0
    held = call("hold-all", "--reason", WHY)
    assert held.stdout.startswith("Everything is held (2 of 2"), held.output
    assert {lab.standing().state for lab in (one, idle)} == {"held"}
    assert submit(omar, "/stop/lift", {}).status_code == 303
