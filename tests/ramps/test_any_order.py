"""Machine and engine under any order of presses, faults, deaths and sleeps (hypothesis)."""

from datetime import timedelta
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from onboarding.config import settings as our_settings
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.queries import plan_of
from onboarding.db import db, transaction
from onboarding.errors import PassingFault
from onboarding.ramps import queries
from onboarding.ramps.engine import Engine
from onboarding.ramps.hands import Errand
from onboarding.ramps.models import Command, Intent
from onboarding.ramps.states import DRIVEN, MOVING, STATES, VERBS
from onboarding.trail.log import Actor, read
from onboarding.trail.verifying import verify
from tests.cast import Cast
from tests.ramps.lab import FakeSwitch, Lab, OwnHands, Time, book
from tests.stories import cutover_of

MODES = ["works", "works", "refuses", "lies", "half", "silent", "times_out_after", "broken"]


GUARDS: list[dict[str, Any]] = [
    {},
    {"back": "steps", "pause_s": 2},
    {"back": "steps", "pause_s": 1, "wait_s": 3},
]


PICKED = {"kind": "path", "values": ["/static/"]}


class LateHands(OwnHands):
    """Hands whose calls to the switch may hang: given up at once, they come back when they like."""

    def __init__(self) -> None:
        super().__init__()
        self.hanging = False
        self.late: list[Errand] = []

    def finished(self) -> list[Errand]:
        if not self.hanging:
            return super().finished()
        stuck = [errand for errand in self.queue if errand.purpose == "touch"]
        for errand in stuck:
            self.queue.remove(errand)
            errand.error, errand.done = PassingFault("no answer within 10 s"), True
        self.late += stuck
        return [*stuck, *super().finished()]

    def come_back(self) -> None:
        """The calls that hung are made after all, and nobody waits for them any more."""
        for errand in self.late:
            errand.call()
            errand.running = False
        self.late.clear()


class Flip(RuleBasedStateMachine):
    """One cutover, two conductors, a switch that is not to be trusted."""

    lab: Lab
    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        number = book(self.cast["ann"], [(5, 2, False), (25, 2, True), (100, 2, False)])
        self.lab = Lab(number, self.time, FakeSwitch(), person=Actor("user:1", "web"))
        self.engines: dict[str, Engine] = {}
        self.hands: list[LateHands] = []
        self.trail = 0
        self.mark = ""
        self.rolled_back: set[int] = set()

    time: Time

    @initialize(started=st.booleans(), picks=st.booleans(), guard=st.sampled_from(GUARDS))
    def begin(self, started: bool, picks: bool, guard: dict[str, Any]) -> None:
        with transaction() as session:
            cutover = session.get_one(Cutover, self.lab.cutover_id)
            cutover.metrics = {**cutover.metrics, "guard": guard}
            cutover.steps[0].selector = PICKED if picks else {}
        if started:
            self.lab.press("start")
            self.conduct("one", 4)

    @rule(verb=st.sampled_from(list(VERBS)), step=st.integers(0, 3), late=st.booleans())
    def press(self, verb: str, step: int, late: bool) -> None:
        arguments: dict[str, Any] = {"step": step} if verb == "back" else {}
        if verb in ("mute", "unmute"):
            arguments = {"signal": "errors", "minutes": max(1, step), "reason": "known"}
        if verb == "replan":
            plan = [one.as_json() for one in plan_of(cutover_of(self.lab.cutover_id))]
            arguments = {"steps": plan[: max(1, step)], "version": 1 + step}
        self.lab.press(verb, seen=self.mark if late else None, **arguments)
        self.mark = self.lab.standing().mark

    @rule(name=st.sampled_from(["one", "two"]), seconds=st.integers(1, 4))
    def conduct(self, name: str, seconds: int) -> None:
        self.lab.beat(self.engine(name), seconds)

    def engine(self, name: str) -> Engine:
        if name not in self.engines:
            self.hands.append(LateHands())
            self.engines[name] = self.lab.conductor(name, self.hands[-1])
        return self.engines[name]

    @rule(
        name=st.sampled_from(["one", "two"]), what=st.sampled_from(["settle", "commands", "tick"])
    )
    def conduct_a_part(self, name: str, what: str) -> None:
        """Some of a second: whoever dies then has intended and not acted, or acted and not read."""
        getattr(self.engine(name), what)()

    @rule(hanging=st.booleans())
    def calls_hang_or_come_back(self, hanging: bool) -> None:
        for hands in self.hands:
            hands.hanging = hanging
            if not hanging:
                hands.come_back()

    @rule(hours=st.sampled_from([-1, 1]))
    def the_wall_clock_is_set(self, hours: int) -> None:
        self.lab.time.wall += timedelta(hours=hours)

    @rule(name=st.sampled_from(["one", "two"]))
    def die(self, name: str) -> None:
        """The process is gone with everything it had in its memory and its hands."""
        self.engines.pop(name, None)

    @rule(seconds=st.sampled_from([3.0, 6.0, 120.0]))
    def sleep(self, seconds: float) -> None:
        self.lab.time.advance(seconds)

    @rule(mode=st.sampled_from(MODES))
    def switch_becomes(self, mode: str) -> None:
        self.lab.switch.mode = mode

    @rule(share=st.sampled_from([0.0, 5.0, 40.0]))
    def somebody_turns_it(self, share: float) -> None:
        self.lab.switch.share = share

    @rule(mode=st.sampled_from(["works", "gone", "idle"]), errors=st.sampled_from([0.001, 0.3]))
    def counts_become(self, mode: str, errors: float) -> None:
        self.lab.source.mode, self.lab.source.errors = mode, errors

    @invariant()
    def rows_and_trail_agree(self) -> None:
        session = db.session()
        session.rollback()
        ramp = queries.current(session, self.lab.cutover_id)
        entries = read(session, f"cutover:{self.lab.cutover_id}")
        assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
        if ramp is None:
            return
        assert ramp.state in STATES
        open_ones = session.query(Intent).filter_by(ramp_id=ramp.id, state="open").all()
        assert len(open_ones) <= 1
        intents = {
            i.id: i for i in session.query(Intent).filter_by(ramp_id=ramp.id).order_by(Intent.id)
        }
        told = [e for e in entries if e.kind == "ramp.intent" and e.payload["intent"] in intents]
        assert [e.payload["to"] for e in told] == [i.to_share for i in intents.values()]
        if ramp.state in MOVING:
            assert open_ones, "the switch is being touched, and no intent says why"
        if ramp.state not in (*MOVING, "held", "proposed"):
            assert not open_ones
        if ramp.state not in DRIVEN:
            assert ramp.ended_at is not None
        if ramp.state == "rolled_back":
            assert ramp.share == 0
            self.rolled_back.add(ramp.run)
        started = [e.payload["run"] for e in entries if e.kind == "ramp.started"]
        assert started == list(range(1, ramp.run + 1))

    @invariant()
    def a_rolled_back_run_stays_so(self) -> None:
        standing = self.lab.standing()
        assert standing.run not in self.rolled_back or standing.state == "rolled_back"

    def teardown(self) -> None:
        """In the end everything works again: a person can always take the traffic back."""
        self.lab.switch.mode, self.lab.source.mode = "works", "works"
        self.calls_hang_or_come_back(False)
        self.lab.time.advance(20)
        engine = self.lab.conductor("three")
        self.lab.beat(engine, 3)
        if self.lab.standing().state in DRIVEN:
            self.lab.press("rollback")
            self.lab.beat(engine, 3)
            assert self.lab.standing().state == "rolled_back"
            assert (self.lab.switch.share, self.lab.switch.selector) == (0, None)
        db.session().rollback()
        left = db.session().query(Command).filter(Command.state.in_(("waiting", "acting"))).all()
        assert [command.verb for command in left] == []
        assert verify(db.session(), our_settings().key("trail")) == []
        db.session().rollback()


#: Orders that are tried: the machine and the engine decide, and the database keeps what they did.
ORDERS = {"sqlite": 40, "postgresql": 10}


def test_whatever_happens_in_whatever_order(app: Flask, cast: Cast, time: Time) -> None:
    machine = type("Flipping", (Flip,), {"cast": cast, "time": time})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=ORDERS[db.engine.dialect.name],
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
