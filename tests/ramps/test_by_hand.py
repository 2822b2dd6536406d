"""A person turns the switch and says so: the metrics bear them out, or the ramp waits."""

import pytest
from flask import Flask

from onboarding.ramps.course import Aim
from onboarding.ramps.witness import disagreement
from onboarding.switches.base import Ability
from onboarding.switches.selectors import Selector
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.ramps.lab import FakeSource, FakeSwitch, Lab, Time, book

STATIC = Selector("path", ("/static/",))


@pytest.mark.parametrize(
    ("aim", "moved", "control", "said"),
    [
        (Aim(25), 250, 750, ""),
        (Aim(25), 230, 770, ""),
        (Aim(25), 0, 1000, "the counts show 0.0 % on the new path, not 25 %"),
        (Aim(25), 600, 400, "the counts show 60.0 % on the new path, not 25 %"),
        (Aim(25), 0, 150, ""),  # too few to say
        (Aim(100), 1000, None, ""),
        (Aim(0), 0, 1000, ""),
        (Aim(0), 80, 920, "the counts show 8.0 % on the new path, not 0 %"),
        (Aim(0, STATIC), 12, 988, ""),
        (Aim(0, STATIC), 0, 1000, "the counts show nothing on the new path, not path /static/"),
    ],
)
def test_the_counts_bear_a_share_out_or_not(
    aim: Aim, moved: int, control: int | None, said: str
) -> None:
    arms = [None if count is None else {"requests": count} for count in (moved, control)]
    found = disagreement(aim, *arms)
    assert found.startswith(said)
    assert bool(found) == bool(said)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_person_whom_the_metrics_do_not_bear_out_is_told_and_nothing_moves_on(
    app: Flask, cast: Cast, time: Time
) -> None:
    """They said that they turned it, and the traffic stayed where it was."""
    said = FakeSwitch(ability=Ability(smallest_step=0.1, by_hand=True))
    steps = [(25.0, 30, False), (100.0, 30, False)]
    lab = Lab(book(cast["ann"], steps), time, said, person=Actor(f"user:{cast['ann']}", "web"))
    truth = FakeSwitch()
    lab.source = FakeSource(truth)
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 60)
    assert lab.standing().mark == "1/undecided/1"
    told = lab.ramp().figures["sentence"]
    assert "the counts show 0.0 % on the new path, not 25 %: was the switch turned?" in told
    truth.share = 25.0
    lab.beat(engine, 60)
    assert lab.standing().step == 2


def test_a_person_has_the_time_to_turn_it_back_before_others_are_called(
    app: Flask, cast: Cast, time: Time
) -> None:
    """They are asked once, under one key, and the wish keeps its time."""
    number = book(cast["ann"], [(25.0, 600, False), (100.0, 30, False)], practice=False)
    lab = Lab(number, time, FakeSwitch(ability=Ability(by_hand=True)))
    lab.person = Actor(f"user:{cast['ann']}", "web")
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 3)
    assert lab.standing().mark == "1/holding/1"
    lab.switch.mode, keys = "lies", set(lab.switch.keys)
    lab.press("rollback")
    lab.beat(engine, 50)
    assert lab.standing().state == "rolling_back"
    assert lab.entries("ramp.stuck") == []
    lab.beat(engine, 20)
    assert len(lab.entries("ramp.stuck")) == 1, "then others are called"
    assert len(lab.switch.keys - keys) == 1
    lab.switch.share = 0
    lab.press("confirm")
    lab.beat(engine, 3)
    assert lab.standing().state == "rolled_back"
