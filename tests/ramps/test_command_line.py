"""`turnup cutover …` straight on the database, with web, Redis and conductor down."""

import json
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from redis import Redis
from sqlalchemy import select

from onboarding.cli import cutover as command_line
from onboarding.cli.cutover import cutover
from onboarding.db import transaction
from onboarding.errors import Refused, TurnupError
from onboarding.ramps.models import Ramp
from onboarding.simulation.actions import set_share
from tests.cast import Cast
from tests.cli.shell import Call, Shell
from tests.ramps.lab import Lab, Time, book


@pytest.fixture
def lab(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.setattr("onboarding.ramps.stand_in.PATIENCE_S", 0.0)
    monkeypatch.setattr(command_line, "core", lambda: nullcontext(app))
    nowhere = Redis.from_url("unix:///nonexistent/redis.sock")
    monkeypatch.setattr("onboarding.queues.redis_client", lambda: nowhere)
    return Lab(book(cast["ann"], [(5, 0, True), (100, 0, True)]), Time())


def call(*words: Any) -> Result:
    return CliRunner().invoke(cutover, [str(word) for word in words])


def test_a_run_is_started_held_and_rolled_back_by_hand(lab: Lab) -> None:
    started = call("start", lab.cutover_id, "--as", "omar@vendor.example")
    assert started.exit_code == 0, started.output
    held = call("hold", lab.cutover_id, "--reason", "the phone rings")
    assert held.exit_code == 0
    assert lab.standing().state == "held"
    back = call("rollback", lab.cutover_id, "--format", "json")
    document = json.loads(back.stdout)
    assert document["answer"] == "Done: the switch was read at 0 %"
    assert document["status"]["state"] == "rolled_back"
    assert lab.ramp().lease_until is None


def test_a_switch_that_somebody_turned_is_restored_or_adopted_from_the_shell(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch, lab: Lab
) -> None:
    def turned(share: float) -> None:
        with transaction() as session:
            set_share(session, f"cutover:{lab.cutover_id}", share, f"by-hand-{share}")
            run = session.scalars(select(Ramp).where(Ramp.cutover_id == lab.cutover_id)).one()
            run.state, run.share, run.step = "drifted", share, 0

    assert call("start", lab.cutover_id).exit_code == 0
    turned(40.0)
    restored = call("restore", lab.cutover_id, "--reason", "it was a mistake")
    assert restored.exit_code == 0, restored.output
    assert (lab.standing().state, lab.ramp().share) == ("held", 0)
    turned(5.0)
    assert call("adopt", lab.cutover_id).exit_code == 0
    assert lab.standing().mark == "1/held/1"
    assert {"ramp.restored", "ramp.adopted"} <= set(lab.kinds())


def test_ends_a_hold_goes_back_and_refuses_what_has_no_step_between(lab: Lab) -> None:
    call("start", lab.cutover_id)
    assert call("skip", lab.cutover_id).exit_code == 0
    refused = call("unwind", lab.cutover_id)
    assert isinstance(refused.exception, Refused)
    assert "roll back" in refused.exception.message
    assert isinstance(call("back", lab.cutover_id, "--step", 3).exception, Refused)


def test_status_is_one_json_document_or_a_few_lines(lab: Lab) -> None:
    found = json.loads(call("status", lab.cutover_id, "--format", "json").stdout)
    assert (found["state"], found["possible"], found["seen"]) == ("idle", ["start"], "0/idle/0")
    text = call("status", lab.cutover_id).stdout
    assert "possible: start" in text
    assert "none drives it now" in text


@pytest.mark.parametrize(
    ("words", "code"), [(["go"], 1), (["status"], 2), (["rollback"], 2), (["start"], 2)]
)
def test_what_cannot_be_done_is_said(lab: Lab, words: list[str], code: int) -> None:
    number = lab.cutover_id if code == 1 else 99999
    found = call(*words, number)
    assert isinstance(found.exception, TurnupError)
    assert found.exception.exit_code == code


def test_nobody_of_that_address_is_refused_before_anything_is_written(lab: Lab) -> None:
    found = call("start", lab.cutover_id, "--as", "nobody@vendor.example")
    assert isinstance(found.exception, TurnupError)
    assert lab.standing().state == "idle"
    assert lab.kinds() == []


def test_a_gate_that_is_not_met_refuses_the_start(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command_line, "ready", lambda _s, _c: False)
    found = call("start", lab.cutover_id)
    assert isinstance(found.exception, Refused)
    assert "go / no-go" in found.exception.message


UNTIL_THE_GO = """
from onboarding.db import db, transaction
from onboarding.factory import create_core
from onboarding.ramps import actions, queries
from onboarding.ramps.engine import Engine
from onboarding.trail.log import Actor
from tests.ramps.lab import always, book

with create_core().app_context():
    number = book(1, [(5, 0, False), (50, 600, True)])
    with transaction() as session:
        actions.ask(session, Actor("user:1", "web"), number, "start", key="start")
    engine = Engine("one", ready=always)
    while queries.standing(db.session(), number).state != "waiting_go":
        db.session.rollback()
        engine.settle()
        engine.commands()
        engine.tick()
        engine.hands.bell.wait(0.2)
    db.session.rollback()
    engine.close()
print(number)
"""


def test_all_of_a_flip_is_driven_with_neither_web_nor_redis_nor_conductor(tmp_path: Path) -> None:
    """Its conductor ended while it waited for the go; there is the database, and nothing else."""
    shell = Shell(str(tmp_path / "var"), "", f"unix://{tmp_path}/no-redis.sock")
    user = ["--email", "omar@vendor.example", "--name", "Omar", "--role", "ops", "--team", "ops"]
    password = "correct horse battery\n"
    shell.run(Call(["admin", "migrate"]), Call(["admin", "add-user", *user], password))
    number = shell.python(UNTIL_THE_GO).split()[-1]
    verbs = ["status", "go", "hold", "resume", "rollback", "start", "status"]
    named = {"go": ["--as", "omar@vendor.example"]}
    asked = [["cutover", verb, number, *named.get(verb, []), "--format", "json"] for verb in verbs]
    done = shell.run(*(Call(words) for words in asked))
    assert [one.code for one in done] == [0] * len(verbs), done
    said = [json.loads(one.out) for one in done]
    assert said[0]["state"] == "waiting_go"
    told = {verb: one for verb, one in zip(verbs, said, strict=True) if verb != "status"}
    assert told["go"]["answer"] == "Done: the switch was read at 50 %"
    assert (told["hold"]["status"]["state"], told["hold"]["status"]["share"]) == ("held", 50)
    assert told["resume"]["status"]["state"] == "holding"
    assert told["rollback"]["answer"] == "Done: the switch was read at 0 %"
    assert (said[-1]["run"], said[-1]["state"], said[-1]["driven"]) == (2, "holding", False)
