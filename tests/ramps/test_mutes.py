"""A signal is muted for a stated time: loudly, for this run, and through the death of a conductor."""

import json
from contextlib import nullcontext
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from onboarding.cli import cutover as command_line
from onboarding.cli.cutover import cutover as cutover_commands
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.ramps.lab import Lab, Time, book
from tests.stories import browser


def mute(lab: Lab, minutes: float = 10, reason: str = "their sitemap answers 503") -> None:
    lab.press("mute", signal="errors", minutes=minutes, reason=reason)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_muted_signal_asks_for_nothing_and_is_heeded_anew_once_its_time_is_over(
    lab: Lab,
) -> None:
    engine = lab.at_the_go()
    mute(lab, minutes=1)
    lab.source.errors = 0.4
    lab.beat(engine, 20)
    assert lab.standing().state == "waiting_go"
    assert {entry["action"] for entry in lab.entries("guard.alarm")} == {"muted"}
    muted = lab.entries("ramp.muted")[0]
    assert (muted["signal"], muted["minutes"]) == ("errors", 1)
    engine = lab.conductor("two")  # the first is gone; its lease runs out
    lab.beat(engine, 20)
    assert lab.standing().state == "waiting_go"
    lab.beat(engine, 15)
    assert lab.standing().state == "waiting_go"
    lab.beat(engine, 20)
    assert lab.standing().state == "rolled_back"
    assert [entry["signal"] for entry in lab.entries("ramp.unmuted")] == ["errors"]


def test_what_rose_under_a_mute_is_not_held_against_the_signal_when_it_ends_by_hand(
    lab: Lab,
) -> None:
    engine = lab.at_the_go()
    mute(lab)
    lab.source.errors = 0.4
    lab.beat(engine, 10)
    lab.source.errors = 0.001
    lab.beat(engine, 2)
    lab.press("unmute", signal="errors")
    lab.beat(engine, 10)
    assert lab.standing().state == "waiting_go"
    refused = lab.press("unmute", signal="errors")
    lab.beat(engine)
    assert lab.command(refused).answer == "errors is not muted"
    lab.source.errors = 0.4
    lab.beat(engine, 12)
    assert lab.standing().state == "rolled_back"
    assert lab.ramp().muted == {}


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_signal_that_is_not_watched_cannot_be_muted_and_why_it_stands_is_kept(lab: Lab) -> None:
    engine = lab.at_the_go()
    refused = lab.press("mute", signal="slow", minutes=5, reason="known")
    lab.press("hold", reason="lunch")
    lab.beat(engine)
    mute(lab)
    lab.beat(engine)
    assert "does not watch slow" in lab.command(refused).answer
    assert lab.ramp().reason == "lunch"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_is_muted_from_the_cockpit_where_everybody_reads_it(
    app: Flask, cast: Cast, time: Time
) -> None:
    lab = Lab(book(cast["ann"]), time, person=Actor(f"user:{cast['ann']}", "web"))
    engine = lab.at_the_go()
    ann, where = browser(app, "ann"), f"/cutovers/{lab.cutover_id}/ramp/mute"
    form = {"signal": "errors", "minutes": "20", "reason": "<b>known</b>"}
    for field, value in (("minutes", "999"), ("reason", ""), ("signal", "mood")):
        wrong = submit(ann, where, {**form, field: value})
        assert wrong.status_code == 422
        assert f'id="mute-{field}-problem"' in wrong.text
        assert field == "reason" or "&lt;b&gt;known" in wrong.text  # what was typed is kept
    assert submit(browser(app, "sue"), where, form).status_code == 403
    lab.press("mute", signal="errors", minutes=20, reason=form["reason"])
    lab.beat(engine)
    page = ann.get(f"/cutovers/{lab.cutover_id}").text
    assert "Muted:" in page
    assert "Ann" in page
    assert "&lt;b&gt;known&lt;/b&gt;" in page
    assert "MUTED errors for 20 minutes" in page


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_is_muted_and_heard_again_from_the_shell(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.ramps.stand_in.PATIENCE_S", 0.0)
    monkeypatch.setattr(command_line, "core", lambda: nullcontext(app))
    lab = Lab(book(cast["ann"], [(5, 0, True), (100, 0, True)]), Time())

    def call(*words: Any) -> Any:
        return CliRunner().invoke(cutover_commands, [str(word) for word in words])

    number = lab.cutover_id
    assert call("start", number).exit_code == 0
    without = call("mute", number, "errors", 30)
    assert "say why" in str(without.exception)
    muted = call("mute", number, "errors", 30, "--reason", "known", "--as", "omar@vendor.example")
    assert muted.exit_code == 0, muted.output
    assert "MUTED: errors until" in call("status", number).output
    found = json.loads(call("status", number, "--format", "json").stdout)["muted"]
    assert [(one["signal"], one["reason"]) for one in found] == [("errors", "known")]
    assert call("unmute", number, "errors").exit_code == 0
    assert json.loads(call("status", number, "--format", "json").stdout)["muted"] == []
    assert call("mute", number, "mood", 30).exit_code == 2
