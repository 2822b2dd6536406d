"""Steps that move a part of the traffic whole: carried through engine, trail and roll-back."""

import pytest
from flask import Flask

from onboarding.db import db
from onboarding.posts.wording import wording
from onboarding.ramps.course import Aim, Course, CourseStep, is_at
from onboarding.ramps.engine import Engine
from onboarding.ramps.models import Intent
from onboarding.switches.base import Ability, Position
from onboarding.switches.selectors import Selector
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.ramps.lab import Lab, Time, book

ON_ONE = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

STATIC = Selector("path", ("/static/",))
MORE = Selector("path", ("/img/", "/static/"))
PLAN = [(0.0, 0, True), (0.0, 0, True), (5.0, 0, True), (100.0, 0, True)]
PICKED = {1: STATIC, 2: MORE, 3: MORE}


@pytest.fixture
def niche(app: Flask, cast: Cast, time: Time) -> Lab:
    return planned(cast, time, PLAN)


@pytest.fixture
def held(app: Flask, cast: Cast, time: Time) -> Lab:
    """The same with a niche that is held for four minutes."""
    return planned(cast, time, [(0.0, 240, True), *PLAN[1:]])


def planned(cast: Cast, time: Time, plan: list[tuple[float, int, bool]]) -> Lab:
    more = {number: {"selector": picked.as_json()} for number, picked in PICKED.items()}
    person = Actor(f"user:{cast['ann']}", "web")
    return Lab(book(cast["ann"], plan, more=more), time, person=person)


def at_step(lab: Lab, step: int) -> Engine:
    """A conductor that was led to this step, one go after the other."""
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 2)
    for _ in range(step):
        lab.press("go")
        lab.beat(engine, 5)
    assert lab.standing().step == step
    return engine


@ON_ONE
def test_a_niche_moves_first_then_more_of_it_then_percentages(niche: Lab) -> None:
    engine = at_step(niche, 1)
    assert (niche.switch.share, niche.switch.selector) == (0, STATIC)
    assert "At path /static/" in niche.ramp().figures["sentence"]
    for picked, share in ((MORE, 0), (MORE, 5), (None, 100)):
        niche.press("go")
        niche.beat(engine, 4)
        assert (niche.switch.share, niche.switch.selector) == (share, picked)
    told = [entry.get("selector") for entry in niche.entries("ramp.share")]
    assert told == ["path /static/", "path /img/, /static/", "path /img/, /static/", None]
    assert [entry.get("selector") for entry in niche.entries("ramp.intent")] == told


@ON_ONE
def test_a_roll_back_takes_the_niche_back_at_once(niche: Lab) -> None:
    engine = at_step(niche, 3)
    pressed = niche.press("rollback")
    niche.beat(engine, 2)
    assert (niche.switch.share, niche.switch.selector) == (0, None)
    assert niche.standing().state == "rolled_back"
    assert niche.command(pressed).answer == "Done: the switch was read at 0 %"


@ON_ONE
def test_a_roll_back_from_a_niche_alone_is_no_matter_of_the_share(niche: Lab) -> None:
    """At 0 % and a niche, the share is where a roll-back wants it already."""
    engine = at_step(niche, 1)
    niche.press("rollback")
    niche.beat(engine, 2)
    assert niche.switch.selector is None
    assert niche.standing().state == "rolled_back"


@ON_ONE
def test_a_niche_that_was_well_here_and_goes_bad_is_rolled_back(niche: Lab) -> None:
    engine = at_step(niche, 1)
    niche.beat(engine, 70)  # after a minute it has a past of its own
    assert niche.standing().state == "waiting_go"
    niche.source.errors = 0.5
    niche.beat(engine, 8)
    assert niche.standing().state == "rolled_back"
    assert niche.switch.selector is None
    (told,) = niche.entries("ramp.rollback")
    assert "held against what it did before" in told["reason"]


@ON_ONE
def test_a_niche_unlike_the_rest_holds_once_and_is_then_held_against_itself(held: Lab) -> None:
    """What it did before nobody knows, and the rest is other traffic: a person has the word."""
    niche = held
    engine = at_step(niche, 1)
    niche.source.errors = 0.03  # in health, where the rest has 0.001
    niche.beat(engine, 40)
    assert (niche.standing().state, niche.switch.selector) == ("held", STATIC)
    (entry,) = niche.entries("ramp.held")
    assert "nothing like it to compare with" in entry["reason"]
    niche.press("resume")
    niche.beat(engine, 20)
    assert niche.standing().state == "undecided"
    assert "what it does is being learnt" in niche.ramp().figures["sentence"]
    niche.beat(engine, 300)
    assert niche.standing().state == "waiting_go"  # judged again, and as it always was
    assert niche.ramp().figures["signals"][0]["baseline"] == pytest.approx(0.03, rel=0.3)
    assert len(niche.entries("ramp.held")) == 2  # the hold, and the wait for what it does
    niche.source.errors = 0.6
    niche.beat(engine, 8)
    assert niche.standing().state == "rolled_back"


@ON_ONE
def test_a_niche_known_from_the_old_path_is_judged_from_its_first_second(niche: Lab) -> None:
    niche.source.picked = {str(STATIC): 0.03}
    niche.source.errors = 0.03
    engine = niche.conductor()
    niche.press("start")
    niche.beat(engine, 2)
    niche.press("go")
    niche.beat(engine, 120)
    assert niche.standing().mark == "1/waiting_go/1"
    assert niche.entries("ramp.held") == []
    niche.source.errors = 0.6
    niche.beat(engine, 8)
    assert niche.standing().state == "rolled_back"


@ON_ONE
def test_a_restart_keeps_what_a_niche_has_taught(niche: Lab) -> None:
    engine = at_step(niche, 1)
    niche.source.errors = 0.03
    niche.beat(engine, 40)
    niche.press("resume")
    niche.beat(engine, 100)
    engine.fleet.release()
    second = niche.conductor("two")
    niche.beat(second, 20)
    assert niche.standing().state == "waiting_go"
    assert niche.ramp().figures["signals"][0]["baseline"] == pytest.approx(0.03, rel=0.3)


@ON_ONE
def test_somebody_who_takes_the_niche_away_by_hand_is_found_and_can_be_undone(niche: Lab) -> None:
    engine = at_step(niche, 2)
    niche.switch.selector = None
    niche.beat(engine, 12)
    assert niche.standing().state == "drifted"
    (drift,) = niche.entries("switch.drift")
    assert (drift["found_in_words"], drift["expected_in_words"]) == ("0 %", "path /img/, /static/")
    assert wording("staff", "switch.drift", drift).startswith(
        "The switch is at 0 %, not path /img/"
    )
    niche.press("restore")
    niche.beat(engine, 3)
    assert niche.switch.selector == MORE
    assert niche.standing().state == "held"


@ON_ONE
def test_a_niche_found_by_hand_is_adopted_at_the_step_it_covers(niche: Lab) -> None:
    engine = at_step(niche, 2)
    niche.switch.selector = STATIC
    niche.beat(engine, 12)
    niche.press("adopt")
    niche.beat(engine, 2)
    assert (niche.standing().state, niche.standing().step) == ("held", 1)
    assert niche.ramp().target_selector == STATIC.as_json()


@ON_ONE
@pytest.mark.parametrize("mode", ["times_out_after", "lies", "half", "refuses", "broken"])
def test_a_switch_that_does_not_take_the_niche_leaves_the_ramp_where_the_trail_says(
    niche: Lab, mode: str
) -> None:
    engine = at_step(niche, 1)
    niche.switch.mode = mode
    niche.press("go")
    niche.beat(engine, 6)
    arrived = mode == "times_out_after"
    assert niche.standing().step == (2 if arrived else 1)
    assert niche.switch.selector == (MORE if arrived else STATIC)
    db.session().rollback()
    last = db.session().query(Intent).order_by(Intent.id.desc()).first()
    assert last is not None
    assert (last.state, last.to_selector) == ("done" if arrived else "failed", MORE.as_json())


def test_where_a_switch_is_and_which_step_that_covers() -> None:
    course = Course(
        (
            CourseStep(0, 1, selector=STATIC),
            CourseStep(0, 1, selector=MORE),
            CourseStep(5, 1, selector=MORE),
            CourseStep(100, 1),
        )
    )
    assert [course.step_at(course.aim(step)) for step in range(5)] == [0, 1, 2, 3, 4]
    assert course.step_at(Aim(50)) == 0  # a share without the niche covers no step with one
    assert course.step_at(Aim(50, MORE)) == 3
    assert is_at(Position(5.04, selector=MORE), Aim(5, MORE), Ability(smallest_step=0.1))
    assert not is_at(Position(5, selector=STATIC), Aim(5, MORE), Ability(smallest_step=0.1))
    assert not is_at(Position(0, selector=STATIC), Aim(0), Ability(smallest_step=0.1))
