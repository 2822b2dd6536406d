"""Counts that vanish while a ramp waits for a person, who may be asleep."""

import pytest

from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
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
