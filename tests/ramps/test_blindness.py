"""Counts that vanish while a ramp waits for a person, who may be asleep."""

import pytest

from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.ramps.models import Ramp
from tests.ramps import test_doubt
from tests.ramps.lab import Lab
from tests.ramps.test_doubt import pages

real = test_doubt.real


@pytest.mark.parametrize("state", ["waiting_go", "held"])
def test_counts_that_vanish_while_a_person_is_waited_for_call_people_once(
    real: Lab, state: str
) -> None:
    with transaction() as session:
        steps = session.get_one(Cutover, real.cutover_id).steps
        steps[0].hold_s, steps[0].after, steps[1].needs_go = 5, ["counts"], True
    engine = real.conductor()
    real.press("start")
    real.beat(engine, 13)
    assert real.standing().mark == "1/waiting_go/1"
    if state == "held":
        real.press("hold")
        real.beat(engine)
    real.source.mode = "gone"
    real.beat(engine, 40)
    assert real.standing().mark == f"1/{state}/1"
    ((opened, severity, text),) = pages(real)
    assert (opened, severity) == ("open", "error")
    assert "the metrics are gone" in text
    assert real.ramp().figures["sentence"].count("the metrics are gone") == 1
    engine.fleet.release()
    engine = real.conductor("two")
    real.beat(engine, 40)
    assert len(pages(real)) == len(real.entries("ramp.blind")) == 1
    if state == "waiting_go":
        go = real.press("go")
        real.beat(engine)
        assert "The plan has this checked before 100 %: no counts for" in real.command(go).answer
        assert real.switch.share == 25
    real.source.mode = "works"
    real.beat(engine, 10)
    assert real.kinds().count("ramp.seen") == 1
    assert [state for state, _, _ in pages(real)] == ["resolved"]
    assert "gone" not in real.ramp().figures["sentence"]


def test_who_is_at_it_is_not_called_for_counts_that_were_away_before(real: Lab) -> None:
    engine = real.conductor()
    real.press("start")
    real.beat(engine, 13)
    real.source.mode = "gone"
    real.beat(engine, 30)
    assert real.standing().state == "undecided"
    real.press("hold")
    real.beat(engine, 30)
    assert real.standing().state == "held"
    assert [state for state, _, _ in pages(real)] == ["resolved"]
    assert "the metrics are gone" in real.ramp().figures["sentence"]


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_plan_that_checks_no_counts_takes_no_go_in_the_dark_either(real: Lab) -> None:
    with transaction() as session:
        steps = session.get_one(Cutover, real.cutover_id).steps
        steps[0].hold_s, steps[1].needs_go = 5, True
    engine = real.conductor()
    real.press("start")
    real.beat(engine, 13)
    assert real.standing().mark == "1/waiting_go/1"
    real.source.mode = "idle"
    real.beat(engine, 40)
    go = real.press("go")
    real.beat(engine)
    assert "Nothing can be judged before 100 %" in real.command(go).answer
    assert real.switch.share == 25
    real.press("go", without_figures=True)
    real.beat(engine, 2)
    assert real.switch.share == 100
    assert "too few requests" in real.entries("ramp.go")[-1]["without_figures"]


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("checks", "mode", "dead_s", "said"),
    [
        ([], "idle", 6, "Nothing can be judged before 100 %: "),
        (["counts"], "works", 60, "checked before 100 %: no "),
        (["quiet"], "works", 6, "checked before 100 %: the guard looks closer at errors"),
    ],
)
def test_a_look_of_a_stand_in_which_counts_nothing_clears_no_doubt(
    real: Lab, checks: list[str], mode: str, dead_s: int, said: str
) -> None:
    """The conductor is dead: who presses go is refused as often as they press, until they say that
    they go on without figures, or until a conductor has seen counts again."""
    with transaction() as session:
        steps = session.get_one(Cutover, real.cutover_id).steps
        steps[0].hold_s, steps[0].after, steps[1].needs_go = 5, checks, True
    engine = real.conductor()
    real.press("start")
    real.beat(engine, 13)
    real.source.mode = mode
    real.beat(engine, 40)
    assert real.standing().mark == "1/waiting_go/1"
    if checks == ["quiet"]:
        with transaction() as session:
            ramp = session.get_one(Ramp, real.ramp().id)
            loud = [{**one, "verdict": "hold"} for one in ramp.figures["signals"]]
            ramp.figures = {**ramp.figures, "signals": loud}
    real.time.advance(dead_s)
    for number in range(2):
        answers = _pressed_by_hand(real, f"stand-in {number}")
        assert [said in answer for answer in answers] == [True, True], answers
    assert real.switch.share == 25
    real.source.mode = "works"
    second = real.conductor("two")
    real.beat(second, 3 if mode == "works" else 14)
    assert real.ramp().figures["doubt"] == ""
    real.press("go")
    real.beat(second)
    assert real.switch.share == 100


def _pressed_by_hand(lab: Lab, name: str) -> list[str]:
    """The answers to two goes in a row that one stand-in carries out, with the looks it takes."""
    engine, answers = lab.conductor(name, only=lab.cutover_id, automatic=False), []
    for _ in range(2):
        go = lab.press("go")
        lab.beat(engine, 2)
        answers.append(lab.command(go).answer)
    engine.close()
    return answers
