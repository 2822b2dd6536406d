"""What the guard may do, decided on its page: kept, refused, and heeded by a run that moves."""

import pytest
from flask import Flask

from onboarding.ramps.guarding import watched_of
from tests.cast import Cast
from tests.doors import submit
from tests.ramps.lab import Lab, Time
from tests.stories import book, browser, customer, cutover_of

GOOD = {"errors": "hold", "slow": "tell", "misses": "hold", "back": "steps",
        "wait_s": "60", "pause_s": "20", "version": "1",
        "baseline_errors": "0.2", "baseline_slow": "", "baseline_misses": "",
        "false_alarms_per_30d": "2", "bytes_factor": "2.5", "signals": ["errors", "slow"]}  # fmt: skip


def test_the_decision_is_kept_through_a_rewiring_and_opens_votes_anew(
    app: Flask, cast: Cast
) -> None:
    number = book(cast, customer("Acme", manager=cast["ann"]))
    omar = browser(app, "omar")
    assert submit(omar, f"/cutovers/{number}/guard", GOOD).status_code == 303
    found = watched_of(cutover_of(number))
    assert (found.reach_of("errors"), found.back, found.wait_s) == ("hold", "steps", 60)
    assert (found.baselines, found.false_alarms_per_30d) == ({"errors": 0.002}, 2)
    assert found.signals == ("errors", "slow")
    assert found.bytes_factor == 2.5
    page = omar.get(f"/cutovers/{number}/guard").text
    assert 'value="0.2"' in page
    assert cutover_of(number).version == 2
    wiring = {"switch": "manual", "switch_config": "{}", "metrics": "push", "version": "2"}
    assert submit(omar, f"/cutovers/{number}/wiring", wiring).status_code == 303
    assert watched_of(cutover_of(number)) == found
    assert submit(omar, f"/cutovers/{number}/guard", GOOD).status_code == 409
    assert submit(browser(app, "sue"), f"/cutovers/{number}/guard", GOOD).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("errors", "panic"),
        ("back", "sideways"),
        ("wait_s", "-1"),
        ("pause_s", "nan"),
        ("baseline_errors", "60"),
        ("baseline_slow", "a few"),
        ("false_alarms_per_30d", "0"),
        ("bytes_factor", "1.1"),
    ],
)
@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_what_cannot_be_is_refused_at_its_field_and_kept_as_typed(
    app: Flask, cast: Cast, field: str, value: str
) -> None:
    number = book(cast, customer("Acme", manager=cast["ann"]))
    answer = submit(browser(app, "omar"), f"/cutovers/{number}/guard", {**GOOD, field: value})
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert 'value="60"' in answer.text or field == "wait_s"
    assert "guard" not in cutover_of(number).metrics


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_signal_that_may_only_tell_does_not_stop_a_run_that_moves(
    lab: Lab, app: Flask, time: Time
) -> None:
    engine = lab.at_the_go()
    with app.app_context():
        fields = {**GOOD, "errors": "tell", "version": str(cutover_of(lab.cutover_id).version)}
        answer = submit(browser(app, "omar"), f"/cutovers/{lab.cutover_id}/guard", fields)
        assert answer.status_code == 303
    lab.beat(engine)
    lab.source.errors = 0.4
    lab.beat(engine, 8)
    assert lab.standing().state == "waiting_go"
    assert {entry["action"] for entry in lab.entries("guard.alarm")} == {"tell"}
