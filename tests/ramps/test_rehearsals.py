"""Rehearsals that follow a script: the fault comes by itself, and the score says what it met with."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.ramps.engine import Engine
from onboarding.ramps.scores import of_turnup
from onboarding.ramps.scoring import Happening, expected, score
from onboarding.ramps.watched import Watched
from onboarding.simulation.library import FAULTS
from onboarding.simulation.scripts import SCRIPTS
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.ramps.lab import Lab, OwnHands, Time, always, book
from tests.stories import browser, cutover_of

T0 = datetime(2027, 3, 1, 12, tzinfo=UTC)
PLAN = [(20.0, 20, False), (40.0, 20, False), (100.0, 200, False)]


def seen(*told: tuple[float, str, str]) -> list[Happening]:
    return [Happening(T0 + timedelta(seconds=s), k, {"event": e}) for s, k, e in told]


@pytest.mark.parametrize(
    ("told", "verdict", "held", "back"),
    [
        ([(3, "ramp.rollback", "guard_rollback"), (4, "ramp.rolled_back", "")], "right", 3, 4),
        ([(3, "ramp.proposed", "guard_proposes")], "right", 3, None),
        ([(2, "ramp.held", "guard_hold")], "open", 2, None),
        ([(2, "ramp.held", "hold")], "person", 2, None),
        ([(2, "ramp.rollback", "rollback"), (3, "ramp.rolled_back", "")], "person", 2, 3),
        ([(-5, "ramp.held", "guard_hold")], "wrong", None, None),
        ([(90, "ramp.finished", "plan_over")], "wrong", None, None),
        ([], "open", None, None),
    ],
)
def test_the_verdict_is_right_where_it_came_by_itself_after_the_fault(
    told: list[tuple[float, str, str]], verdict: str, held: float | None, back: float | None
) -> None:
    found = score(seen(*told), SCRIPTS["errors_5xx"], T0, "rollback", T0 + timedelta(seconds=100))
    assert (found.verdict, found.held_s, found.back_s) == (verdict, held, back)


def test_a_roll_back_where_a_hold_was_due_is_wrong_and_so_is_none_within_the_faults_time() -> None:
    back = seen((3, "ramp.rollback", "guard_rollback"))
    script, late = SCRIPTS["metrics_gone"], T0 + timedelta(seconds=500)
    assert score(back, script, T0, "hold", late).verdict == "wrong"
    assert score([], script, T0, "hold", late).verdict == "wrong"
    assert score([], script, T0, "nothing", late).verdict == "right"
    assert score([], script, None, "hold", late).verdict == "open"


def test_a_fault_of_the_switch_counts_from_its_next_turn() -> None:
    told = seen((40, "ramp.intent", "hold_over"), (43, "ramp.held", "failed"))
    found = score(told, SCRIPTS["switch_refuses"], T0, "hold", T0 + timedelta(seconds=60))
    assert (found.held_s, found.verdict) == (3, "right")
    assert score([], SCRIPTS["switch_refuses"], T0, "hold", T0).began is None


def test_what_is_expected_is_as_much_as_the_signal_may_ask_for() -> None:
    assert {kind: expected(kind, Watched()) for kind in FAULTS} == {
        "errors_5xx": "rollback", "slow_origin": "rollback", "origin_down": "rollback",
        "miss_storm": "rollback", "certificate_expired": "rollback", "region_down": "rollback",
        "metrics_gone": "hold", "switch_refuses": "hold", "wrong_direction": "hold",
    }  # fmt: skip
    assert set(SCRIPTS) == set(FAULTS)
    mild = Watched(reach={"errors": "tell", "slow": "hold", "misses": "tell"})
    assert expected("errors_5xx", mild) == "nothing"
    assert expected("miss_storm", mild) == "hold"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
@pytest.mark.parametrize("key", ["errors_5xx", "metrics_gone", "switch_refuses", "wrong_direction"])
def test_a_script_is_followed_by_engine_and_guard_as_they_are(
    app: Flask, cast: Cast, time: Time, key: str
) -> None:
    lab = Lab(book(cast["ann"], PLAN), time, person=Actor(f"user:{cast['ann']}", "web"))
    engine = Engine("one", ready=always, hands=OwnHands())
    lab.press("start", script=key)
    for _ in range(60):
        lab.beat(engine)
        if lab.standing().state in ("held", "undecided", "rolled_back"):
            break
    turnup = cutover_of(lab.cutover_id).turnup_id
    [found] = of_turnup(db.session(), turnup)
    assert found.score.verdict == "right"
    assert found.score.held_s is not None
    assert 0 <= found.score.held_s <= 20
    [fault] = lab.entries("world.fault")
    assert (fault["kind"], fault["script"]) == (key, key)
    page = browser(app, "ann").get(f"/cutovers/{lab.cutover_id}/report").text
    assert "Rehearsals and their score" in page
    assert FAULTS[key].title in page


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_script_is_chosen_at_the_start_and_never_for_real_traffic(
    app: Flask, cast: Cast, time: Time
) -> None:
    lab = Lab(book(cast["ann"], PLAN), time)
    with transaction() as session:
        session.get_one(Cutover, lab.cutover_id).practice = False
    engine = lab.conductor()
    refused = lab.press("start", script="origin_down")
    lab.beat(engine)
    assert "real traffic" in lab.command(refused).answer
    assert lab.standing().run == 0
