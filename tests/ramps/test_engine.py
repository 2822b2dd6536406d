"""The engine through commands and rows, with a switch that lies, fails and dies."""

import pytest

from onboarding.cutovers.allowing import demand_on_station
from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.rosters.models import Roster, Seat
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.ramps.lab import Lab

OMAR = Actor("user:2", "web")


def test_a_ramp_walks_its_plan_and_finishes(lab: Lab) -> None:
    engine = lab.at_the_go()
    go = lab.press("go")
    lab.beat(engine, 6)
    assert lab.command(go).answer == "Done: the switch was read at 50 %"
    assert lab.standing().state == "finished"
    assert lab.switch.moves == [5, 25, 50, 100]
    assert [entry["share"] for entry in lab.entries("ramp.share")] == [5, 25, 50, 100]
    assert [entry["to"] for entry in lab.entries("ramp.intent")] == [5, 25, 50, 100]
    assert lab.kinds()[-1] == "ramp.finished"
    assert lab.ramp().cutover.state == "done"
    assert engine.drives == {}


def test_a_cutover_that_is_not_ready_is_not_started(lab: Lab) -> None:
    engine = lab.conductor(ready=lambda _s, _c: False)
    start = lab.press("start")
    lab.beat(engine)
    assert lab.command(start).state == "refused"
    assert "go / no-go" in lab.command(start).answer
    assert lab.standing().state == "idle"
    assert lab.kinds() == ["command.refused"]


def test_of_two_who_press_go_the_first_wins_and_the_other_is_told(lab: Lab, cast: Cast) -> None:
    engine = lab.at_the_go()
    mark = lab.standing().mark
    first = lab.press("go", seen=mark, who=Actor(f"user:{cast['omar']}", "web"))
    second = lab.press("go", seen=mark)
    lab.beat(engine)
    assert lab.command(first).state == "done"
    assert lab.command(second).state == "refused"
    assert lab.command(second).answer.startswith("Omar Okafor was first: say go")
    assert lab.switch.moves.count(50) == 1


def test_the_same_key_is_the_same_command(lab: Lab) -> None:
    first = lab.press("start")
    lab.pressed -= 1
    assert lab.press("start") == first


def test_a_roll_back_asks_nobody_and_nothing(lab: Lab) -> None:
    engine = lab.at_the_go()
    pressed = lab.press("rollback", seen="0/idle/0")
    lab.beat(engine)
    assert lab.switch.share == 0
    assert lab.command(pressed).answer == "Done: the switch was read at 0 %"
    assert lab.standing().state == "rolled_back"
    assert lab.kinds()[-4:] == ["ramp.rollback", "ramp.intent", "ramp.share", "ramp.rolled_back"]
    again = lab.press("go")
    lab.beat(engine)
    assert lab.command(again).state == "refused"
    lab.press("start")
    lab.beat(engine, 3)
    assert lab.standing().run == 2


def test_a_roll_back_is_tried_until_the_switch_reads_nothing(lab: Lab) -> None:
    engine = lab.at_the_go()
    lab.switch.mode = "refuses"
    pressed = lab.press("rollback")
    lab.beat(engine, 5)
    assert lab.standing().state == "rolling_back"
    assert lab.command(pressed).state == "acting"
    assert len(lab.entries("ramp.stuck")) == 1
    lab.switch.mode = "lies"
    lab.beat(engine, 3)
    lab.switch.mode = "works"
    lab.beat(engine, 2)
    assert lab.standing().state == "rolled_back"
    assert lab.switch.share == 0


@pytest.mark.parametrize("mode", ["refuses", "lies", "half", "broken"])
def test_a_switch_that_does_not_get_there_holds_the_ramp(lab: Lab, mode: str) -> None:
    engine = lab.at_the_go()
    lab.switch.mode = mode
    pressed = lab.press("go")
    lab.beat(engine, 5)
    assert lab.standing().mark == "1/held/2"
    assert lab.command(pressed).state == "failed"
    assert not lab.standing().open
    assert lab.ramp().share == lab.switch.share
    lab.switch.mode = "works"
    lab.press("rollback")
    lab.beat(engine, 2)
    assert lab.switch.share == 0


def test_a_time_out_after_it_took_effect_is_read_back_as_done(lab: Lab) -> None:
    engine = lab.at_the_go()
    lab.switch.mode = "times_out_after"
    pressed = lab.press("go")
    lab.beat(engine)
    assert lab.command(pressed).state == "done"
    assert lab.switch.moves.count(50) == 1


def test_a_switch_turned_by_hand_is_said_and_can_be_adopted_or_restored(lab: Lab) -> None:
    engine = lab.at_the_go()
    for verb, share in (("restore", 25), ("adopt", 40)):
        lab.switch.share = 40
        engine.fleet.by_cutover[lab.cutover_id].read_at = -1e9
        lab.beat(engine)
        assert lab.standing().state == "drifted"
        assert lab.entries("switch.drift")[-1]["found"] == 40
        assert lab.entries("switch.drift")[-1]["expected"] == 25
        why = lab.ramp().reason
        hold = lab.press("hold", seen="1/waiting_go/2")
        lab.beat(engine)
        assert lab.command(hold).state == "done", "whatever the person saw"
        assert (lab.standing().state, lab.ramp().reason) == ("drifted", why)
        lab.press(verb)
        lab.beat(engine)
        assert lab.standing().mark == "1/held/2"
        assert lab.ramp().share == lab.switch.share == share


def test_a_hold_on_the_way_back_is_taken_and_the_switch_finishes_what_it_was_asked_for(
    lab: Lab,
) -> None:
    engine = lab.at_the_go()
    lab.switch.mode = "refuses"
    back = lab.press("back", step=1)
    lab.beat(engine)
    assert lab.standing().state == "stepping_back"
    hold = lab.press("hold", seen="1/waiting_go/2")
    lab.switch.mode = "works"
    lab.beat(engine, 2)
    assert lab.command(hold).state == "done", lab.command(hold).answer
    assert lab.standing().mark == "1/held/1"
    assert (lab.switch.share, lab.command(back).state) == (5, "done")


def test_a_switch_that_is_not_at_nothing_stops_a_start(lab: Lab) -> None:
    lab.switch.share = 30
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 3)
    assert lab.standing().state == "drifted"
    assert lab.switch.moves == []


def test_a_guard_takes_traffic_back_by_itself(lab: Lab) -> None:
    engine = lab.at_the_go()
    lab.source.errors = 0.2
    lab.beat(engine, 8)
    assert lab.standing().state == "rolled_back"
    assert lab.switch.share == 0
    assert lab.entries("ramp.rollback")[0]["by"] == "guard"
    assert lab.entries("guard.alarm")[0]["signal"] == "errors"
    assert "control" in lab.entries("guard.alarm")[0]["sentence"]


def test_a_fault_during_a_persons_hold_is_taken_back_for_good(lab: Lab) -> None:
    engine = lab.at_the_go()
    lab.press("hold")
    lab.beat(engine, 2)
    assert lab.standing().state == "held"
    lab.source.errors = 0.2
    lab.beat(engine, 8)
    assert lab.standing().state == "rolled_back"
    said = lab.ramp().reason
    assert "errors" in said
    assert "control" in said
    lab.source.errors = 0.0
    lab.beat(engine, 30)
    assert (lab.standing().run, lab.standing().state, lab.switch.share) == (1, "rolled_back", 0)
    lab.press("start")
    lab.beat(engine, 2)
    assert lab.standing().run == 2, "the way on is a person's, and a run of its own"


def test_go_waits_for_a_silent_primary_where_the_plan_demands_it(lab: Lab, cast: Cast) -> None:
    engine = lab.at_the_go()
    with transaction() as session:
        cutover = session.get_one(Cutover, lab.cutover_id)
        cutover.practice = False
        roster = Roster(cutover_id=cutover.id, state="solved")
        roster.seats.append(
            Seat(team="ops", role="primary", user_id=cast["olga"], state="accepted")
        )
        session.add(roster)
    refused = lab.press("go")
    lab.beat(engine)
    assert lab.command(refused).answer.startswith("Not on station: Olga Orlova (ops).")
    assert lab.standing().state == "waiting_go"
    with transaction() as session:
        demand_on_station(session, OMAR, lab.cutover_id, False)
    go = lab.press("go")
    lab.beat(engine)
    assert lab.command(go).state == "done"
    assert lab.entries("cutover.station_demand") == [{"demanded": False}]
