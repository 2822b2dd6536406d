"""What nobody foresaw breaks one cutover: it is held and said, and all others are driven on."""

from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import TimeoutError as NoConnection

from onboarding import conductor, db
from onboarding.errors import PassingFault
from onboarding.paging.models import Page
from onboarding.ramps.adapters import REGISTERED, Adapters
from onboarding.ramps.engine import Engine
from onboarding.ramps.models import Command, Ramp
from onboarding.switches.registry import SWITCHES
from tests.cast import Cast
from tests.ramps.lab import Lab, Time, always, book

STEPS = [(5.0, 600, False), (100.0, 600, False)]


class Pair:
    """Two cutovers under one conductor; nobody's is practice, so that people are called."""

    def __init__(self, cast: Cast, time: Time, **broken: Any) -> None:
        one = {"practice": False, **broken}
        self.broken, self.other = (
            Lab(book(cast["ann"], STEPS, **more), time) for more in (one, {"practice": False})
        )
        self.labs = {f"cutover:{lab.cutover_id}": lab for lab in (self.broken, self.other)}

    def engine(self, name: str = "one") -> Engine:
        engine = self.other.conductor(name)
        engine.fleet.adapters = Adapters(
            lambda _w, stream: self.labs[stream].switch, lambda _w, stream: self.labs[stream].source
        )
        return engine

    def started(self) -> Engine:
        engine = self.engine()
        for lab in self.labs.values():
            lab.press("start")
        self.other.beat(engine, 4)
        assert [lab.standing().mark for lab in self.labs.values()] == ["1/holding/1"] * 2
        return engine


@pytest.fixture
def pair(app: Flask, cast: Cast, time: Time) -> Pair:
    return Pair(cast, time)


def paged(lab: Lab) -> list[str]:
    session = db.db.session()
    session.rollback()
    query = select(Page).where(Page.subject == f"cutover:{lab.cutover_id}")
    return [page.text for page in session.scalars(query).unique()]


def held_and_said(lab: Lab, words: str) -> None:
    assert lab.standing().mark == "1/held/1"
    why = lab.entries("ramp.held")[-1]["reason"]
    assert why.startswith("Turnup could not drive it")
    assert words in why
    assert len(paged(lab)) == 1
    assert words in paged(lab)[0]


def test_a_row_that_cannot_be_read_takes_no_other_with_it(pair: Pair) -> None:
    pair.started().close()
    with db.transaction() as session:
        session.execute(
            update(Ramp)
            .where(Ramp.cutover_id == pair.broken.cutover_id)
            .values(muted={"errors": {}})
        )
    second = pair.engine("two")
    pair.other.beat(second, 3)
    held_and_said(pair.broken, "KeyError: 'until'")
    assert [drive.cutover_id for drive in second.drives.values()] == [pair.other.cutover_id]
    pair.other.beat(second, 30)
    assert pair.broken.kinds().count("ramp.broke") == 1, "said again, seldom"
    with db.transaction() as session:
        session.execute(update(Ramp).values(muted={}))
    pair.other.beat(second, 12)
    assert len(second.drives) == 2, "mended, it is driven again"


def test_figures_that_cannot_be_written_are_of_one_cutover(pair: Pair) -> None:
    engine = pair.started()
    engine.fleet.by_cutover[pair.broken.cutover_id].reason = object()  # type: ignore[assignment]
    pair.other.beat(engine)
    held_and_said(pair.broken, "Error")
    pair.other.beat(engine, 8)
    until = pair.other.ramp().lease_until
    assert until is not None
    assert until > pair.other.time.wall
    assert pair.other.standing().state == "holding"


def test_a_beat_that_breaks_holds_the_ramp_and_calls_people(pair: Pair) -> None:
    engine = pair.started()
    engine.fleet.by_cutover[pair.broken.cutover_id].watched = None  # type: ignore[assignment]
    engine.fleet.by_cutover[pair.broken.cutover_id].held_s = None  # type: ignore[assignment]
    pair.other.beat(engine)
    held_and_said(pair.broken, "TypeError")
    pair.other.beat(engine, 8)
    assert len(engine.drives) == 2
    pair.broken.press("rollback")
    pair.other.beat(engine, 3)
    assert pair.broken.standing().state == "rolled_back"


def test_a_command_that_breaks_is_refused_with_a_reason_and_not_met_again(pair: Pair) -> None:
    engine = pair.started()
    number = pair.broken.press("hold")
    with db.transaction() as session:
        session.get_one(Command, number).verb = "jump"
    after = pair.other.press("hold")
    pair.other.beat(engine, 3)
    refused = pair.broken.command(number)
    assert (refused.state, "KeyError" in refused.answer) == ("refused", True)
    assert "command.refused" in pair.broken.kinds()
    assert "KeyError" in pair.broken.entries("ramp.broke")[0]["reason"]
    assert len(paged(pair.broken)) == 1
    assert pair.other.command(after).state == "done"
    assert len(engine.drives) == 2


def test_an_adapter_from_elsewhere_that_cannot_be_made_breaks_its_own_cutover(
    app: Flask, cast: Cast, time: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SWITCHES, "acme", "tests.ramps.no_such_module:Switch")
    pair = Pair(cast, time, switch={"kind": "acme", "config": {}})
    engine = pair.engine()
    engine.fleet.adapters = Adapters(REGISTERED.switch, engine.fleet.adapters.source)
    starts = [lab.press("start") for lab in (pair.broken, pair.other)]
    pair.other.beat(engine, 5)
    assert pair.other.command(starts[1]).state == "done"
    assert len(engine.drives) == 2
    assert pair.broken.standing().state == "held"
    assert "ModuleNotFoundError" in pair.broken.ramp().reason
    assert len(paged(pair.broken)) == 1


def test_a_conductor_outlives_a_database_without_connections_and_a_bug(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conductor, "TICK_S", 0.01)
    monkeypatch.setattr(conductor, "POLL_S", 0.01)
    running = conductor.Conductor(app, Engine("one", ready=always))
    wrong: list[Exception] = [NoConnection("QueuePool limit reached"), KeyError("x")]

    def commands() -> None:
        if not wrong:
            running.stop()
            return
        raise wrong.pop()

    monkeypatch.setattr(running.engine, "commands", commands)
    running.run()
    assert not wrong


def test_sessions_of_adapters_leave_the_conductor_a_connection(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty-two hands may touch adapters whose far side is our own database."""
    monkeypatch.setattr(db, "APART_S", 0.02)
    with ExitStack() as many:
        for _ in range(db.APART_AT_ONCE):
            many.enter_context(db.Apart().open()).execute(select(1))
        with pytest.raises(PassingFault, match="no connection to spare"):
            many.enter_context(db.Apart().open())
        db.db.session().execute(select(1))
    with db.Apart().open() as session:
        session.execute(select(1))
