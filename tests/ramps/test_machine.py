"""The table of the ramp machine: every pair decided, people before automation, no dead end."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.ramps.course import Course, CourseStep, Standing, judge, same
from onboarding.ramps.diagram import page
from onboarding.ramps.effects import EFFECTS
from onboarding.ramps.machine import TABLE, Move, Refusal, decide, possible
from onboarding.ramps.states import DRIVEN, EVENTS, HAPPENINGS, MOVING, STATES, VERBS

COURSE = Course((CourseStep(5, 10), CourseStep(25, 10, needs_go=True), CourseStep(100, 20)))


@pytest.mark.parametrize("state", STATES)
def test_every_pair_is_decided(state: str) -> None:
    for event in EVENTS:
        found = decide(state, event)
        if isinstance(found, Refusal):
            assert found.why.count(" ") >= 3, event
        else:
            assert found.to in STATES, event
            assert set(found.effects) <= set(EFFECTS), event


def test_the_table_knows_only_its_own_words() -> None:
    assert set(TABLE) == set(STATES)
    assert {event for row in TABLE.values() for event in row} == set(EVENTS)
    assert {effect for row in TABLE.values() for m in row.values() for effect in m.effects} == set(
        EFFECTS
    )


def test_a_roll_back_is_possible_wherever_traffic_may_have_moved() -> None:
    without = {state for state in STATES if "rollback" not in possible(state)}
    assert without == {"idle", "rolling_back", "rolled_back"}


def test_a_hold_is_carried_out_wherever_something_goes_on_by_itself() -> None:
    """Whoever presses it, late or half asleep, is not refused: after it nothing goes up by itself."""
    for state in DRIVEN:
        leads_to = TABLE[state].get("hold")
        if state in ("held", "rolling_back"):
            assert leads_to is None, state
        else:
            assert leads_to is not None, state
            assert leads_to.to == ("drifted" if state == "drifted" else "held"), state


def test_nothing_that_happens_by_itself_ends_a_hold_of_a_person() -> None:
    moves = {event: TABLE["held"].get(event) for event in HAPPENINGS}
    leading_on = {
        event for event, move in moves.items() if move and move.to in ("advancing", "holding")
    }
    assert leading_on == set()


def test_a_run_that_ended_moves_traffic_up_only_by_a_new_run() -> None:
    for state in ("rolled_back", "finished", "abandoned"):
        for event in EVENTS:
            found = decide(state, event)
            if isinstance(found, Move):
                assert event in VERBS
                assert (event, found.effects) in (
                    ("start", ("begin",)),
                    ("rollback", ("intend_zero",)),
                )


def test_every_state_is_reached_and_every_driven_one_is_left_by_a_person() -> None:
    reached, waiting = {"idle"}, ["idle"]
    while waiting:
        for move in TABLE[waiting.pop()].values():
            if move.to not in reached:
                reached.add(move.to)
                waiting.append(move.to)
    assert reached == set(STATES)
    for state in DRIVEN:
        assert possible(state), state


def test_the_switch_is_asked_for_something_exactly_in_the_moving_states() -> None:
    for row in TABLE.values():
        for move in row.values():
            intends = any(effect.startswith("intend_") for effect in move.effects)
            assert not intends or move.to in MOVING


@given(st.integers(0, 3), st.floats(0, 30))
def test_the_clock_brings_what_the_plan_says(step: int, held: float) -> None:
    due = COURSE.due(step, held)
    if held < COURSE.hold_s(step):
        assert due is None
    else:
        assert due == {0: "hold_over", 1: "go_needed", 2: "hold_over", 3: "plan_over"}[step]


def test_finish_needs_the_last_step_and_back_an_earlier_one() -> None:
    assert isinstance(judge(Standing(1, "held", 2, 25.0), COURSE, "finish"), Refusal)
    assert isinstance(judge(Standing(1, "held", 3, 100.0), COURSE, "finish"), Move)
    for step in (2, 3, -1, None, "1"):
        assert isinstance(judge(Standing(1, "held", 2, 25.0), COURSE, "back", step), Refusal)
    assert isinstance(judge(Standing(1, "held", 2, 25.0), COURSE, "back", 1), Move)


@given(st.floats(0.1, 100), st.floats(0, 100))
def test_nothing_and_everything_are_exact(step: float, found: float) -> None:
    assert same(found, 0.0, step) == (found < 1e-6)
    assert same(found, 100.0, step) == (found > 100 - 1e-6)


def test_the_page_in_the_docs_is_drawn_from_this_table() -> None:
    drawn = Path(__file__).parents[2] / "docs" / "ramp-machine.md"
    assert drawn.read_text() == page(), "run: python scripts/ramp_diagram.py"
