"""Conductors that are killed at every fault point: nothing is lost, nothing is done twice."""

import os
import signal

import pytest
from sqlalchemy import update

from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.ramps.models import Ramp
from onboarding.simulation.actions import inject
from onboarding.simulation.queries import find
from onboarding.simulation.world import moved_part
from onboarding.switches.selectors import from_json
from onboarding.trail.log import Actor, read
from onboarding.trail.verifying import verify
from tests.cast import Cast
from tests.ramps.conducting import Nursery
from tests.ramps.lab import Lab, Time, book
from tests.services.programs import wait_until

pytestmark = pytest.mark.timeout(300)  # a dozen lives, each as long as a busy machine makes it
PLAN = [
    (2, 0, False),
    (5, 0, False),
    (25, 0, False),
    (50, 0, False),
    (75, 0, False),
    (100, 0, False),
]
STATIC, PICKING = {"kind": "path", "values": ["/static/"]}, (1, 2, 3)  # a niche until 25 %
MOVES = [
    moved_part(share, STATIC if number in PICKING else {})
    for number, (share, _, _) in enumerate(PLAN, start=1)
]
#: In the order in which a step passes them.
GOING_UP = (
    "ramps.before_command",
    "ramps.command_handled",
    "ramps.lease_taken",
    "ramps.effect",
    "ramps.effect:2",
    "ramps.before_change",
    "ramps.changed",
    "ramps.before_set",
    "ramps.after_set",
    "ramps.read_back",
    "ramps.before_tick",
    "ramps.before_figures",
    "ramps.ticked",
    "ramps.released",
)
GOING_BACK = (
    "ramps.effect",
    "ramps.before_command",
    "ramps.command_handled",
    "ramps.lease_taken",
    "ramps.before_set",
    "ramps.after_set",
    "ramps.read_back",
    "ramps.effect:2",
    "ramps.before_change",
    "ramps.changed",
)
BY_THE_GUARD = ("ramps.effect", "ramps.before_change", "ramps.changed")
AT_THE_END = "ramps.given_back"


class Story:
    """One rehearsal that is driven by conductors which die."""

    def __init__(self, cutover_id: int, nursery: Nursery) -> None:
        self.lab = Lab(cutover_id, Time(), person=Actor("user:1", "web"))
        self.stream, self.nursery = f"cutover:{cutover_id}", nursery

    def die_at(self, point: str) -> None:
        """Let a conductor live until it is killed there; then look at what it left."""
        assert self.nursery.start(point).wait(f"it passes {point}") == -9
        self.look()
        self.let_leases_run_out()

    def let_leases_run_out(self) -> None:
        with transaction() as session:
            session.execute(update(Ramp).values(lease_until=None))

    def look(self) -> None:
        """The switch is where the trail says it was read, or where it was to go since then."""
        db.session().rollback()
        entries = read(db.session(), self.stream)
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        assert verify(db.session(), settings().key("trail")) == []
        allowed = [(0.0, None)]
        for entry in entries:
            picked = entry.payload.get("selector")
            if entry.kind == "ramp.share":
                allowed = [(entry.payload["share"], picked)]
            if entry.kind == "ramp.intent":
                allowed.append((entry.payload["to"], picked))
        assert (self.share(), self.picked()) in allowed

    def share(self) -> float:
        db.session().rollback()
        world = find(db.session(), self.stream)
        return world.share if world else 0.0

    def picked(self) -> str | None:
        """What is on the new path whole, in the trail's words."""
        world = find(db.session(), self.stream)
        picked = from_json(world.selector) if world else None
        return str(picked) if picked else None

    def moves(self) -> list[float]:
        """What the switch was set to with effect, in order: percent of all of the traffic."""
        world = find(db.session(), self.stream)
        assert world is not None
        return [share for _, share, _ in world.moves]

    def until(self, state: str) -> None:
        wait_until(lambda: self.lab.standing().state == state, f"it is {state}", seconds=40)


@pytest.fixture
def story(cast: Cast, nursery: Nursery) -> Story:
    more = {number: {"selector": STATIC} for number in PICKING}
    return Story(book(cast["ann"], PLAN, more=more), nursery)


def test_a_ramp_up_survives_a_kill_at_every_point(story: Story) -> None:
    pressed = story.lab.press("start")
    for point in GOING_UP:
        story.die_at(point)
    assert story.lab.standing().state == "finished"
    assert story.moves() == MOVES
    assert story.lab.kinds().count("ramp.share") == len(PLAN)
    assert story.lab.kinds().count("ramp.started") == 1
    assert story.lab.command(pressed).state == "done"


def test_a_roll_back_survives_a_kill_at_every_point(story: Story) -> None:
    story.lab.press("start")
    conductor = story.nursery.start()
    wait_until(lambda: story.share() >= 5, "traffic is on the new path", seconds=40)
    conductor.kill()
    story.let_leases_run_out()
    pressed = story.lab.press("rollback")
    for point in GOING_BACK:
        story.die_at(point)
    assert story.lab.standing().state == "rolled_back"
    assert story.share() == 0
    assert story.moves().count(0) == 1
    assert story.lab.kinds().count("ramp.rolled_back") == 1
    assert story.lab.command(pressed).answer == "Done: the switch was read at 0 %"


def test_a_roll_back_step_by_step_survives_a_kill_at_every_point(story: Story) -> None:
    story.lab.press("start")
    conductor = story.nursery.start()
    wait_until(lambda: story.share() >= 25, "traffic is on the new path", seconds=40)
    story.lab.press("hold")
    story.until("held")
    conductor.kill()
    story.let_leases_run_out()
    story.lab.press("unwind")
    for point in GOING_BACK:
        story.die_at(point)
    assert story.lab.standing().state in ("unwinding", "lowered")
    top = story.moves().index(max(story.moves()))
    down = story.moves()[top + 1 :]
    assert down == sorted(set(down), reverse=True), "no step is taken twice"
    assert 0 not in down


def test_two_conductors_on_one_cutover_hold_one_lease(story: Story) -> None:
    story.lab.press("start")
    for _ in range(2):  # longer than a busy machine lets either wait: no lease runs out
        story.nursery.start(lease_s=60.0)
    story.until("finished")
    story.look()
    assert story.moves() == MOVES
    assert story.lab.ramp().fence == 1


def test_a_conductor_that_dies_is_followed_by_another_within_seconds(story: Story) -> None:
    story.lab.press("start")
    first = story.nursery.start()
    wait_until(lambda: story.share() >= 2, "traffic is on the new path", seconds=40)
    story.nursery.start()
    first.kill()
    story.until("finished")
    assert story.moves() == MOVES
    assert story.lab.ramp().fence >= 2, "on a busy machine the second may have had to take it anew"


@pytest.fixture
def standing(cast: Cast, nursery: Nursery) -> Story:
    """One that holds at 5 % with a conductor's lease on it, and goes on to 50 % by a go."""
    story = Story(book(cast["ann"], [(5, 0, False), (50, 600, True)]), nursery)
    story.lab.press("start")
    return story


def test_a_guard_that_dies_takes_traffic_back_all_the_same_and_once(standing: Story) -> None:
    conductor = standing.nursery.start()
    standing.until("waiting_go")
    conductor.kill()
    standing.let_leases_run_out()
    with transaction() as session:
        inject(session, standing.stream, "origin_down", 600)
    for point in BY_THE_GUARD:
        standing.die_at(point)
    standing.nursery.start()
    standing.until("rolled_back")
    standing.look()
    assert standing.moves() == [5, 0]
    assert standing.lab.kinds().count("ramp.rolled_back") == 1
    assert standing.lab.entries("ramp.rollback")[0]["by"] == "guard"


def test_a_clean_end_that_is_cut_short_has_given_the_leases_back(standing: Story) -> None:
    conductor = standing.nursery.start(AT_THE_END)
    standing.until("waiting_go")
    os.kill(conductor.pid, signal.SIGTERM)
    assert conductor.wait("it has given its leases back") == -9
    standing.look()
    assert standing.lab.ramp().lease_until is None
    standing.lab.press("rollback")
    standing.nursery.start()
    standing.until("rolled_back")
    assert standing.lab.ramp().fence == 2


def test_a_machine_that_was_suspended_on_its_way_to_the_switch_does_not_touch_it(
    standing: Story,
) -> None:
    asleep = standing.nursery.start("ramps.before_set:2:STOP")
    standing.until("waiting_go")
    standing.lab.press("go")
    wait_until(asleep.stopped, "it stands still before it sets 50 %")
    standing.lab.press("rollback")
    second = standing.nursery.start()
    standing.until("rolled_back")
    assert standing.lab.ramp().fence == 2, "its lease had run out, and the other took it"
    second.kill()
    os.kill(asleep.pid, signal.SIGCONT)
    standing.lab.press("start")
    standing.until("waiting_go")
    assert standing.moves() == [5, 0, 5], "50 % was meant for a time that is over"
    assert standing.lab.ramp().run == 2
    standing.look()


def test_killed_between_any_two_writes_of_a_step_it_is_where_the_trail_says(
    standing: Story,
) -> None:
    """Not at named points: before each statement that writes, and before each commit."""
    conductor = standing.nursery.start()
    standing.until("waiting_go")
    conductor.kill()
    standing.let_leases_run_out()
    pressed = standing.lab.press("go")
    writes = 0
    while standing.lab.command(pressed).state in ("waiting", "acting"):
        writes += 1
        standing.die_at(f"test.write:{writes}")
    assert writes >= 10, "a step is intent, set, read back and what was read"
    assert standing.moves() == [5, 50]
    assert standing.lab.kinds().count("ramp.intent") == 2
    assert standing.lab.command(pressed).state == "done"
