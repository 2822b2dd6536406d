"""Rolling back step by step: asked by a person or by the guard, and what cuts it short."""

from datetime import timedelta

from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.ramps.engine import Engine
from tests.ramps.lab import Lab


def decided(lab: Lab, **guard: object) -> None:
    with transaction() as session:
        cutover = session.get_one(Cutover, lab.cutover_id)
        cutover.metrics = {**cutover.metrics, "guard": guard}
        cutover.version += 1


def failing_at_25(lab: Lab) -> Engine:
    engine = lab.at_the_go()
    lab.source.errors = 0.4
    return engine


def test_a_person_takes_it_back_step_by_step(lab: Lab) -> None:
    engine = lab.at_the_go()
    pressed = lab.press("unwind")
    lab.beat(engine)
    assert lab.standing().mark == "1/lowered/1"
    assert lab.command(pressed).answer == "Done: the switch was read at 5 %"
    lab.beat(engine, 25)
    assert lab.standing().state == "lowered"
    lab.beat(engine, 10)
    assert lab.standing().state == "rolled_back"
    assert lab.switch.moves == [5, 25, 5, 0]
    assert [entry["stepwise"] for entry in lab.entries("ramp.rollback")] == [True]


def test_the_guard_goes_down_the_steps_where_that_is_decided_and_keeps_its_reason(
    lab: Lab,
) -> None:
    decided(lab, back="steps", pause_s=5)
    engine = failing_at_25(lab)
    while lab.standing().state != "lowered":
        lab.beat(engine)
    assert "errors" in lab.ramp().reason
    lab.source.errors = 0.001
    lab.beat(engine, 12)
    assert lab.standing().state == "rolled_back"
    assert "errors" in lab.ramp().reason
    assert lab.switch.moves == [5, 25, 5, 0]


def test_a_fault_that_shows_anew_on_the_way_does_not_wait_on_its_step(lab: Lab) -> None:
    decided(lab, back="steps", pause_s=300)
    engine = failing_at_25(lab)
    lab.beat(engine, 30)
    assert lab.standing().state == "rolled_back"
    assert lab.switch.moves == [5, 25, 5, 0]
    assert [entry["event"] for entry in lab.entries("ramp.rollback")] == ["guard_unwinds"]


def test_a_switch_that_refuses_on_the_way_down_is_taken_back_at_once(lab: Lab) -> None:
    engine = lab.at_the_go()
    lab.switch.mode = "refuses"
    lab.press("unwind")
    lab.beat(engine, 4)
    assert lab.standing().state == "rolling_back"
    lab.switch.mode = "works"
    lab.beat(engine, 2)
    assert lab.switch.share == 0


def test_a_person_holds_on_the_way_and_goes_on_from_there(lab: Lab) -> None:
    engine = lab.at_the_go()
    lab.press("unwind")
    lab.beat(engine)
    lab.press("hold")
    lab.beat(engine, 60)
    assert lab.standing().mark == "1/held/1"
    refused = lab.press("unwind")
    lab.beat(engine)
    assert "roll back" in lab.command(refused).answer
    lab.press("rollback")
    lab.beat(engine, 2)
    assert lab.switch.share == 0


def test_a_clock_that_is_set_forward_cuts_no_proposal_short(lab: Lab) -> None:
    decided(lab, wait_s=30, back="at_once", pause_s=5)
    engine = failing_at_25(lab)
    lab.beat(engine, 8)
    assert lab.standing().state == "proposed"
    lab.time.wall += timedelta(minutes=10)
    lab.beat(engine, 8)  # leases are taken anew after the jump
    assert lab.standing().state == "proposed"
    lab.beat(engine, 25)
    assert lab.standing().state == "rolled_back"


def test_silence_to_a_proposal_rolls_back_the_way_that_is_decided_and_a_refusal_stays(
    lab: Lab,
) -> None:
    decided(lab, wait_s=10, back="steps", pause_s=5)
    engine = failing_at_25(lab)
    lab.beat(engine, 8)
    assert lab.standing().state == "proposed"
    lab.source.errors = 0.001
    lab.press("hold")
    lab.beat(engine, 30)
    assert lab.standing().mark == "1/held/2"
    lab.source.errors = 0.4
    lab.beat(engine, 8)
    assert lab.standing().state == "proposed"
    lab.source.errors = 0.001
    lab.beat(engine, 20)
    assert [entry["event"] for entry in lab.entries("ramp.rollback")] == ["guard_unwinds"]
    assert lab.switch.moves == [5, 25, 5, 0]
