"""Rehearsals that follow a script: the fault comes by itself, and the score says what it met with."""

from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask import Flask

from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.ramps.engine import Engine
from onboarding.ramps.scores import of_turnup
from onboarding.ramps.scoring import Happening, expected, score
from onboarding.ramps.watched import Watched
from onboarding.readiness.looking import rehearsed
from onboarding.simulation.library import FAULTS
from onboarding.simulation.scripts import USUAL, script, written
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
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
    found = score(seen(*told), USUAL["errors_5xx"], T0, "rollback", T0 + timedelta(seconds=100))
    assert (found.verdict, found.held_s, found.back_s) == (verdict, held, back)


def test_a_roll_back_where_a_hold_was_due_is_wrong_and_so_is_none_within_the_faults_time() -> None:
    back = seen((3, "ramp.rollback", "guard_rollback"))
    broken, late = USUAL["metrics_gone"], T0 + timedelta(seconds=500)
    assert score(back, broken, T0, "hold", late).verdict == "wrong"
    assert score([], broken, T0, "hold", late).verdict == "wrong"
    assert score([], broken, T0, "nothing", late).verdict == "right"
    assert score([], broken, None, "hold", late).verdict == "open"


def test_a_fault_of_the_switch_counts_from_its_next_turn() -> None:
    told = seen((40, "ramp.intent", "hold_over"), (43, "ramp.held", "failed"))
    found = score(told, USUAL["switch_refuses"], T0, "hold", T0 + timedelta(seconds=60))
    assert (found.held_s, found.verdict) == (3, "right")
    assert score([], USUAL["switch_refuses"], T0, "hold", T0).began is None


def test_what_is_expected_is_as_much_as_the_signal_may_ask_for() -> None:
    assert {kind: expected(kind, Watched()) for kind in FAULTS} == {
        "errors_5xx": "rollback", "slow_origin": "rollback", "origin_down": "rollback",
        "miss_storm": "rollback", "certificate_expired": "rollback", "region_down": "rollback",
        "truncated_answers": "hold", "metrics_gone": "hold", "switch_refuses": "hold", "wrong_direction": "hold",
    }  # fmt: skip
    assert set(USUAL) == set(FAULTS)
    mild = Watched(reach={"errors": "tell", "slow": "hold", "misses": "tell"})
    assert expected("errors_5xx", mild) == "nothing"
    assert expected("miss_storm", mild) == "hold"
    wide, blind = Watched(bytes_factor=100), Watched(bytes_factor=0)
    assert [expected("truncated_answers", one) for one in (wide, blind)] == ["hold", "nothing"]


def rehearse(lab: Lab, broken: str, until: tuple[str, ...], seconds: int = 60) -> Engine:
    """Run the script with engine, guard and practice world as they are."""
    engine = Engine("one", ready=always, hands=OwnHands())
    lab.press("start", script=broken)
    for _ in range(seconds):
        lab.beat(engine)
        if lab.standing().state in until:
            break
    return engine


def counted(lab: Lab) -> datetime | None:
    """When the gate says that a rehearsal went as it should."""
    turnup = cutover_of(lab.cutover_id).turnup_id
    return rehearsed(db.session(), [turnup]).get(turnup)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
@pytest.mark.parametrize("key", list(FAULTS))
def test_every_fault_of_the_library_is_answered_by_engine_and_guard_as_they_are(
    app: Flask, cast: Cast, time: Time, key: str
) -> None:
    by_bytes = key == "truncated_answers"  # seen in a minute of both paths, not sooner
    plan = [(20.0, 200, False), (100.0, 200, False)] if by_bytes else PLAN
    lab = Lab(book(cast["ann"], plan), time, person=Actor(f"user:{cast['ann']}", "web"))
    back = expected(key, Watched()) == "rollback"
    rehearse(lab, key, ("rolled_back",) if back else ("held", "undecided"), 120)
    turnup = cutover_of(lab.cutover_id).turnup_id
    [found] = of_turnup(db.session(), turnup)
    [broken] = found.faults
    assert (found.verdict, broken.score.verdict) == ("right", "right")
    assert broken.score.held_s is not None
    assert 0 <= broken.score.held_s <= (70 if by_bytes else 20)
    assert ("bytes" in lab.ramp().reason) == by_bytes
    [fault] = lab.entries("world.fault")
    assert (fault["kind"], fault["script"]) == (key, str(USUAL[key]))
    page = unescape(browser(app, "ann").get(f"/cutovers/{lab.cutover_id}/report").text)
    assert "Rehearsals and their score" in page
    assert FAULTS[key].title in page
    assert (lab.standing().state == "rolled_back") == back
    assert (counted(lab) is not None) == back, "one that is still held has not ended"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_several_faults_come_at_their_steps_and_each_is_scored(
    app: Flask, cast: Cast, time: Time
) -> None:
    lab = Lab(book(cast["ann"], PLAN), time, person=Actor(f"user:{cast['ann']}", "web"))
    broken = "errors_5xx@2+5,metrics_gone@1+2/20,origin_down@3"
    rehearse(lab, broken, ("rolled_back",), 150)
    assert lab.standing().state == "rolled_back"
    assert [one["kind"] for one in lab.entries("world.fault")] == ["metrics_gone", "errors_5xx"]
    [found] = of_turnup(db.session(), cutover_of(lab.cutover_id).turnup_id)
    told = [(one.planned.kind, one.score.answered, one.score.verdict) for one in found.faults]
    assert told == [
        ("metrics_gone", "hold", "right"),
        ("errors_5xx", "rollback", "right"),
        ("origin_down", "nothing", "open"),
    ]
    assert found.faults[1].score.back_s is not None
    assert found.verdict == "right"
    assert counted(lab) == time.wall
    page = browser(app, "ann").get(f"/cutovers/{lab.cutover_id}/report").text
    assert "(it was not met)" in page


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_where_a_step_is_shorter_than_bytes_take_the_score_says_so_and_fails_nobody(
    app: Flask, cast: Cast, time: Time
) -> None:
    short = [(20.0, 25, False), (40.0, 20, False), (100.0, 20, False)]
    lab = Lab(book(cast["ann"], short), time, person=Actor(f"user:{cast['ann']}", "web"))
    rehearse(lab, "truncated_answers", ("finished",), 120)
    assert lab.standing().state == "finished"
    [found] = of_turnup(db.session(), cutover_of(lab.cutover_id).turnup_id)
    [broken] = found.faults
    assert (found.verdict, broken.score.verdict, broken.score.answered) == (
        "short", "short", "nothing",
    )  # fmt: skip
    assert counted(lab) is not None, "it went to its end"
    assert "rehearsal.failed" not in lab.kinds()
    page = unescape(browser(app, "ann").get(f"/cutovers/{lab.cutover_id}/report").text)
    assert "too short to tell" in page
    assert "over a minute of both paths" in page
    other = Lab(book(cast["ann"], short), time)
    rehearse(other, "truncated_answers,errors_5xx@2", ("rolled_back",), 120)
    [found] = of_turnup(db.session(), cutover_of(other.cutover_id).turnup_id)
    assert [one.score.verdict for one in found.faults] == ["short", "right"]
    assert found.verdict == "right", "the other one was met, and answered"


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_bytes_that_nobody_holds_in_all_the_time_they_take_fail_the_rehearsal(
    app: Flask, cast: Cast, time: Time
) -> None:
    lab = Lab(book(cast["ann"], [(20.0, 90, False), (100.0, 5, False)]), time)
    engine = rehearse(lab, "truncated_answers@1+10/75", ("holding",))
    lab.press("mute", signal="bytes", minutes=10, reason="pictures are made smaller")
    lab.beat(engine, 110)
    assert lab.standing().state == "finished"
    [found] = of_turnup(db.session(), cutover_of(lab.cutover_id).turnup_id)
    assert (found.verdict, lab.kinds()[-1]) == ("wrong", "rehearsal.failed")


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_rehearsal_that_failed_its_script_counts_for_nothing_although_it_went_to_its_end(
    app: Flask, cast: Cast, time: Time
) -> None:
    deaf = {"kind": "rehearsal", "config": {}, "guard": {"signals": ["slow"]}}
    lab = Lab(book(cast["ann"], [(20.0, 15, False)], metrics=deaf), time)
    engine = rehearse(lab, "certificate_expired@1+2/10", ("finished",))
    assert lab.standing().state == "finished"
    assert lab.kinds()[-1] == "rehearsal.failed"
    assert counted(lab) is None
    assert engine.drives == {}


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_rehearsal_without_a_script_counts_by_going_to_its_end(
    app: Flask, cast: Cast, time: Time
) -> None:
    lab = Lab(book(cast["ann"], [(20.0, 5, False)]), time)
    rehearse(lab, "", ("finished",))
    assert counted(lab) == time.wall
    other = Lab(book(cast["ann"], PLAN), time)
    engine = rehearse(other, "", ("holding",))
    other.press("rollback")
    other.beat(engine, 3)
    assert other.standing().state == "rolled_back"
    assert counted(other) is None


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("origin_down", "origin_down@1+10/120"),
        (" origin_down@2 , metrics_gone ", "metrics_gone@1+10/120,origin_down@2+10/120"),
        ("switch_refuses@3", "switch_refuses@3+0/900"),
        ("region_down@1+2.5/30", "region_down@1+2.5/30"),
    ],
)
def test_a_script_is_read_as_it_is_written(text: str, read: str) -> None:
    assert written(script(text)) == read
    assert written(script(read)) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "earthquake",
        "origin_down@0",
        "origin_down@1+1.2.3",
        "origin_down@1/0",
        "origin_down+3601",
        "origin_down@" + "9" * 5000,
        "origin_down@1+" + "9" * 5000,
        "origin_down,origin_down@1",
        ",".join(f"origin_down@{n}" for n in range(1, 7)),
    ],
)
def test_a_script_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        script(text)
    assert refused.value.place == "script"
    assert refused.value.hint


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_faults_are_chosen_in_the_form_and_one_beyond_the_plan_is_refused(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onboarding.ramps.stand_in.PATIENCE_S", 0.0)
    lab = Lab(book(cast["ann"], PLAN), Time(), person=Actor(f"user:{cast['omar']}", "web"))
    omar, start = browser(app, "omar"), f"/cutovers/{lab.cutover_id}/ramp/start"
    fields = {"script": "metrics_gone", "script_step": "1", "script_2": "origin_down"}
    late = submit(omar, start, {**fields, "script_step_2": "4"})
    assert "breaks something at step 4, of 3" in late.text
    assert submit(omar, start, {**fields, "script_step_2": "x"}).status_code == 422
    assert lab.standing().run == 0
    assert 'name="script_step_3"' in omar.get(f"/cutovers/{lab.cutover_id}").text
    assert submit(omar, start, {**fields, "script_step_2": "3"}).status_code == 303
    assert lab.ramp().script == "metrics_gone@1+10/120,origin_down@3+10/120"


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
