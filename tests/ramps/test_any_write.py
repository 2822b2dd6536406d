"""Conductors that die before each statement that writes and before each commit, in turn: whatever
was asked for is done once, and the switch is where the trail says.

The same of a go, with processes that are killed: `test_crashes`.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.ramps.models import Ramp
from onboarding.trail.log import read
from onboarding.trail.verifying import verify
from tests.cast import Cast
from tests.dying import WRITE, dying_at, writes_are_points
from tests.ramps.lab import Lab, Time, book

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
LEAST = 6  # writes that each of these takes, at the least: an entry, the command, the ramp
MOST = 80
SECONDS = 20  # that a conductor lives at most


@pytest.fixture
def standing(app: Flask, cast: Cast, time: Time) -> Lab:
    """One that may be started: to 5 %, on to 25 % by itself, and there it is held for long."""
    return Lab(book(cast["ann"], [(5, 0, False), (25, 600, False), (100, 5, False)]), time)


def started(lab: Lab, *, held: bool = False) -> None:
    """It holds at 25 %, and a person holds it where `held`; its conductor is dead."""
    engine = lab.conductor()
    lab.press("start")
    lab.beat(engine, 13)
    if held:
        lab.press("hold")
        lab.beat(engine)
    let_the_lease_run_out()


def let_the_lease_run_out() -> None:
    with transaction() as session:
        session.execute(update(Ramp).values(lease_until=None))


def die_before_every_write(lab: Lab, done: Callable[[], bool]) -> int:
    """Conductor after conductor dies one write later than the one before, until `done`; how many."""
    lives = 0
    while not done():
        lives += 1
        assert lives < MOST
        with writes_are_points(), dying_at(f"{WRITE}:{lives}", must=False):
            engine = lab.conductor(f"life {lives}")
            for _ in range(SECONDS):
                lab.beat(engine)
        look(lab)
        let_the_lease_run_out()
    return lives


def look(lab: Lab) -> None:
    """The trail has no gap and no forgery, and the switch is where it was read last, by the trail,
    or where it was to go since then."""
    db.session().rollback()
    entries = read(db.session(), f"cutover:{lab.cutover_id}")
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert verify(db.session(), settings().key("trail")) == []
    allowed = [0.0]
    for entry in entries:
        if entry.kind == "ramp.share":
            allowed = [entry.payload["share"]]
        if entry.kind == "ramp.intent":
            allowed.append(entry.payload["to"])
    assert lab.switch.share in allowed


def answered(lab: Lab, command: int) -> Callable[[], bool]:
    return lambda: lab.command(command).state not in ("waiting", "acting")


@pytest.mark.parametrize(
    ("verb", "state", "moves", "told"),
    [
        ("start", "holding", [5, 25], ["ramp.started"]),
        ("hold", "held", [], ["ramp.held"]),
        ("resume", "holding", [], ["ramp.resumed"]),
        ("rollback", "rolled_back", [0], ["ramp.rollback", "ramp.rolled_back"]),
        ("unwind", "lowered", [5], ["ramp.rollback"]),
    ],
)
def test_what_a_person_asks_for_is_done_once_whoever_dies_in_the_middle(
    standing: Lab, verb: str, state: str, moves: list[float], told: list[str]
) -> None:
    if verb != "start":
        started(standing, held=verb == "resume")
    before, moved = standing.kinds(), len(standing.switch.moves)
    pressed = standing.press(verb)
    lives = die_before_every_write(standing, answered(standing, pressed))
    assert lives >= LEAST
    assert standing.command(pressed).state == "done"
    standing.beat(standing.conductor("the last"), 3)
    assert (standing.standing().state, standing.switch.moves[moved:]) == (state, moves)
    new = standing.kinds()[len(before) :]
    assert {kind: new.count(kind) for kind in told} == dict.fromkeys(told, 1)
    assert new.count("ramp.intent") == new.count("ramp.share") == len(moves)


def test_what_the_guard_takes_back_is_taken_back_once_whoever_dies_in_the_middle(
    standing: Lab,
) -> None:
    started(standing)
    standing.source.errors = 0.2
    ended = lambda: standing.standing().state == "rolled_back"  # noqa: E731 - read each time
    assert die_before_every_write(standing, ended) >= LEAST
    assert standing.switch.moves == [5, 25, 0]
    kinds = standing.kinds()
    told = ["ramp.rollback", "ramp.rolled_back"]
    assert {kind: kinds.count(kind) for kind in told} == dict.fromkeys(told, 1)
    assert standing.entries("ramp.rollback")[0]["by"] == "guard"
    alarms = seen(standing)
    assert alarms
    assert len(alarms) == len(set(alarms)), "each is told once"


def seen(lab: Lab) -> list[tuple[str, str]]:
    return [(one["signal"], one["action"]) for one in lab.entries("guard.alarm")]


@pytest.fixture
def failing(app: Flask, cast: Cast, time: Time) -> Callable[[str], Lab]:
    """One that holds at 25 %, fails from now on, and whose errors do no more than is asked for."""

    def made(reach: str) -> Lab:
        metrics = {"kind": "rehearsal", "config": {}, "guard": {"reach": {"errors": reach}}}
        plan = [(5, 0, False), (25, 600, False), (100, 5, False)]
        lab = Lab(book(cast["ann"], plan, metrics=metrics), time)
        started(lab)
        lab.source.errors = 0.2
        return lab

    return made


@pytest.mark.parametrize(("reach", "state"), [("tell", "holding"), ("hold", "held")])
def test_what_the_guard_saw_is_told_once_whoever_dies_in_the_middle(
    failing: Callable[[str], Lab], reach: str, state: str
) -> None:
    lab = failing(reach)
    assert die_before_every_write(lab, lambda: seen(lab) != []) > 1
    lab.beat(lab.conductor("the last"), SECONDS)
    assert lab.standing().state == state
    assert seen(lab) == [("errors", reach)]


def test_what_leads_nowhere_was_told_for_good_by_whoever_dies_right_after(
    failing: Callable[[str], Lab],
) -> None:
    lab = failing("tell")
    with dying_at("ramps.alarmed"):
        lab.beat(lab.conductor("the first"), SECONDS)
    let_the_lease_run_out()
    lab.beat(lab.conductor("the last"), SECONDS)
    assert seen(lab) == [("errors", "tell")]
