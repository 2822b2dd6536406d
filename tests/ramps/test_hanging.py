"""Switches and sources that hang: nobody else waits, and a roll-back goes past them."""

import threading
from collections.abc import Callable
from time import monotonic

import pytest
from flask import Flask

from onboarding.errors import PassingFault
from onboarding.ramps import errands
from onboarding.ramps.engine import Engine
from onboarding.ramps.hands import AT_ONCE, Errand, Hands
from tests.cast import Cast
from tests.ramps.lab import Lab, Time, book
from tests.services.programs import wait_until


def test_a_call_that_hangs_is_given_up_and_takes_nobodys_place() -> None:
    hands, hang = Hands(), threading.Event()
    stuck = [
        hands.send(hang.wait, purpose="read", owner=number, seconds=0.1)
        for number in range(AT_ONCE * 2)
    ]
    quick = hands.send(lambda: "here", purpose="read", owner=999, seconds=5)
    done: list[Errand] = []

    def all_answered() -> bool:
        hands.send(lambda: None, purpose="read", owner=0, seconds=5)  # as each tick does
        done.extend(hands.finished())
        return quick in done and set(stuck) <= set(done)

    wait_until(all_answered, "everybody has an answer")
    assert quick.result == "here"
    assert all(isinstance(errand.error, PassingFault) and errand.running for errand in stuck)
    hang.set()
    wait_until(lambda: not any(errand.running for errand in stuck), "late calls end")
    hands.close()


@pytest.fixture
def lab(app: Flask, cast: Cast) -> Lab:
    return Lab(book(cast["ann"], [(5, 0, False), (50, 0, True), (100, 0, True)]), Time())


def drive(engine: Engine, until: Callable[[], bool]) -> None:
    """Be the conductor, in real time, until it is so."""

    def once() -> bool:
        engine.settle()
        engine.commands()
        engine.tick()
        return until()

    wait_until(once, "the conductor gets there", seconds=30)


@pytest.mark.parametrize("what", ["switch", "source"])
def test_what_hangs_holds_up_no_other_cutover_and_no_tick(
    app: Flask, cast: Cast, lab: Lab, what: str
) -> None:
    other = Lab(book(cast["ann"], [(5, 0, False), (100, 600, False)]), Time())
    getattr(lab, what).mode = "hangs"
    both = {f"cutover:{one.cutover_id}": one for one in (lab, other)}
    engine = lab.conductor(hands=Hands())
    engine.fleet.adapters = type(engine.fleet.adapters)(
        lambda _w, stream: both[stream].switch, lambda _w, stream: both[stream].source
    )
    for one in (lab, other):
        one.press("start")
    drive(engine, lambda: other.switch.share == 100)
    began = monotonic()
    engine.tick()
    assert monotonic() - began < 10, "the call hangs for 30 s"
    if what == "switch":
        assert lab.standing().state == "advancing"
    else:  # a person is heard as ever
        lab.press("rollback")
        drive(engine, lambda: lab.standing().state == "rolled_back")
    getattr(lab, what).hanging.set()
    engine.close()


def test_a_roll_back_goes_past_a_call_that_hangs_and_outlasts_it(lab: Lab) -> None:
    engine = lab.conductor(hands=Hands())
    lab.press("start")
    drive(engine, lambda: lab.standing().state == "waiting_go")
    lab.switch.mode = "hangs"
    lab.press("go")
    drive(engine, lambda: lab.standing().state == "advancing")
    lab.switch.mode = "works"  # for the next call; the one before still hangs
    lab.press("rollback")
    drive(engine, lambda: lab.switch.share == 0)
    assert lab.standing().state == "rolling_back"
    lab.switch.hanging.set()  # it comes back, and turns the switch to 50 %
    drive(engine, lambda: lab.standing().state == "rolled_back")
    assert lab.switch.moves == [5, 0, 50, 0]
    engine.close()


def test_what_was_read_before_an_older_call_came_back_is_not_believed(lab: Lab) -> None:
    engine = lab.conductor(hands=Hands())
    lab.press("start")
    drive(engine, lambda: lab.standing().state == "waiting_go")
    lab.switch.mode = "hangs"
    lab.press("go")
    drive(engine, lambda: lab.standing().state == "advancing")
    lab.switch.mode = "works"
    lab.press("rollback")
    engine.commands()
    (driven,) = engine.drives.values()
    back = driven.switch_errand
    assert back is not None
    wait_until(lambda: back.done, "it was set to 0 and read")
    lab.switch.hanging.set()
    wait_until(lambda: lab.switch.share == 50, "the older call has turned it")
    drive(engine, lambda: lab.standing().state == "rolled_back")
    assert lab.switch.moves == [5, 0, 50, 0]
    engine.close()


def test_a_switch_that_never_answers_holds_the_ramp(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "SWITCH_S", 0.1)
    engine = lab.conductor(hands=Hands())
    lab.switch.mode = "hangs"
    lab.press("start")
    drive(engine, lambda: lab.standing().state == "held")
    assert "no answer within 0.1 s" in lab.ramp().reason
    lab.switch.hanging.set()
    engine.close()
