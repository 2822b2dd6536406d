"""One conductor at a time drives a cutover, and who was asleep undoes nothing."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from onboarding.db import transaction
from onboarding.ramps import leases
from onboarding.ramps.adapters import Adapters
from onboarding.ramps.engine import Engine
from onboarding.ramps.leases import LEASE_S, LeaseLost
from onboarding.ramps.models import Ramp
from onboarding.switches.http_api import HTTPAPISwitch
from onboarding.switches.selectors import Selector
from tests.cast import Cast
from tests.contracts.http_api_stand import HTTPAPIStand
from tests.dying import dying_at
from tests.ramps.lab import Lab, OwnHands, Time, always, book
from tests.services.ports import Ports


def test_two_conductors_share_the_cutovers_and_never_one(
    app: Flask, cast: Cast, time: Time
) -> None:
    labs = [Lab(book(cast["ann"], [(10, 600, False)]), time) for _ in range(4)]
    for lab in labs:
        lab.press("start")
    one, two = labs[0].conductor("one"), labs[0].conductor("two")
    for _ in range(3):
        labs[0].beat(one)
        labs[0].beat(two)
    assert set(one.drives).isdisjoint(two.drives)
    assert len(one.drives) + len(two.drives) == 4
    assert labs[0].switch.moves == [10]


def test_a_lease_that_runs_out_is_taken_and_the_old_holder_changes_nothing(lab: Lab) -> None:
    one = lab.at_the_go("one")
    drive = one.fleet.by_cutover[lab.cutover_id]
    old_fence = drive.fence
    lab.time.advance(LEASE_S + 1)
    two = lab.conductor("two")
    lab.beat(two)
    assert lab.ramp().lease_holder == "two"
    assert lab.ramp().fence == old_fence + 1
    with pytest.raises(LeaseLost), transaction() as session:
        leases.held(session, drive.ramp_id, old_fence)
    lab.press("go")
    lab.beat(one)  # its leases ran out: it lets go of everything before it does anything
    assert one.drives == {}
    lab.beat(two)
    assert lab.ramp().step >= 3
    assert lab.switch.moves.count(50) == 1


def test_a_holder_that_was_asleep_does_not_touch_the_switch(lab: Lab) -> None:
    one = lab.at_the_go("one")
    lab.press("go")
    one.commands()  # the intent is committed and the errand sent, then the machine sleeps
    assert lab.standing().state == "advancing"
    lab.time.advance(3600)
    two = lab.conductor("two")
    lab.press("rollback")
    lab.beat(two)
    assert lab.standing().state == "rolled_back"
    one.settle()
    one.tick()
    one.settle()
    assert lab.switch.moves == [5, 25, 0]


def test_a_holder_that_fell_asleep_within_a_call_says_what_it_did(lab: Lab) -> None:
    """The call was on its way when the machine was suspended: nothing can hold it back."""
    one, two = lab.at_the_go("one"), lab.conductor("two")
    set_it = lab.switch.set

    def suspended(share: float, key: str, selector: Selector | None = None) -> None:
        lab.switch.set = set_it  # type: ignore[method-assign]
        lab.time.advance(3600)
        lab.press("rollback")
        lab.beat(two)
        assert lab.standing().state == "rolled_back"
        set_it(share, key, selector)

    lab.press("go")
    one.commands()
    lab.switch.set = suspended  # type: ignore[method-assign]
    one.settle()  # the call comes back: to whom it is news that the lease is gone
    one.tick()
    one.settle()
    assert lab.switch.moves == [5, 25, 0, 50]
    assert lab.kinds()[-1] == "switch.drift"
    assert (lab.entries("switch.drift")[0]["found"], lab.ramp().share) == (50, 0)


def test_a_step_that_nobody_finished_in_time_is_undone_and_said(lab: Lab) -> None:
    one = lab.at_the_go("one")
    lab.press("go")
    one.commands()
    lab.time.advance(600)
    two = lab.conductor("two")
    lab.beat(two, 2)
    assert lab.standing().mark == "1/held/2"
    assert "No conductor was there to finish" in lab.ramp().reason
    assert lab.switch.moves == [5, 25]


def test_a_step_that_had_taken_effect_is_found_and_recorded(lab: Lab) -> None:
    one = lab.at_the_go("one")
    lab.press("go")
    one.commands()
    lab.switch.share = 50.0
    lab.time.advance(600)
    two = lab.conductor("two")
    lab.beat(two, 2)
    assert lab.ramp().step >= 3
    assert lab.switch.moves == [5, 25, 100]


def test_a_roll_back_is_finished_however_late(lab: Lab) -> None:
    one = lab.at_the_go("one")
    lab.press("rollback")
    one.commands()
    lab.time.advance(3600)
    lab.beat(lab.conductor("two"), 2)
    assert lab.standing().state == "rolled_back"
    assert lab.switch.share == 0


def test_a_lease_given_by_a_clock_that_was_set_back_is_void(lab: Lab) -> None:
    lab.at_the_go("one")
    lab.time.wall -= timedelta(days=1)
    lab.beat(lab.conductor("two"))
    assert lab.ramp().lease_holder == "two"


def test_a_clean_end_hands_over_at_once(lab: Lab) -> None:
    lab.at_the_go("one").close()
    assert lab.ramp().lease_until is None
    two = lab.conductor("two")
    lab.beat(two)
    assert [type(drive.ramp_id) for drive in two.drives.values()] == [int]
    ramp: Ramp = lab.ramp()
    assert ramp.lease_holder == "two"


def test_who_follows_a_dead_conductor_knows_when_a_share_is_in_full_effect(
    app: Flask,
    cast: Cast,
    time: Time,
    free_port: Ports,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of a switch whose far side does not say: the one who died had set it and not yet read it."""
    lab = Lab(book(cast["ann"], [(25, 5, False), (100, 5, False)]), time)
    with HTTPAPIStand.running(free_port, tmp_path, monkeypatch) as stand:
        config = {**stand.config(), "delay": 30}
        adapters = Adapters(lambda _w, key: HTTPAPISwitch(config, key), lambda _w, _k: lab.source)

        def conductor(holder: str) -> Engine:
            return Engine(holder, ready=always, adapters=adapters, hands=OwnHands())

        lab.press("start")
        with dying_at("ramps.after_set"):
            lab.beat(conductor("one"), 4)
        assert stand.weight == 0.25
        time.advance(LEASE_S + 1)
        second = conductor("two")
        lab.beat(second, 2)
        assert lab.standing().mark == "1/holding/1"
        since = lab.ramp().step_since
        assert since is not None
        assert 25 < (since - time.wall).total_seconds() <= 30
        second.fleet.release()
        lab.beat(conductor("three"), 20)
        assert (lab.ramp().step_since, lab.ramp().held_s) == (since, 0)
