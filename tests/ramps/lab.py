"""A cutover to flip, a switch that can lie, fail and die, counts that can be bad, and an engine
whose hands work when the test says so."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from onboarding import clock
from onboarding.customers.models import Customer, Hostname, Turnup
from onboarding.cutovers.models import Cutover, Step
from onboarding.db import db, transaction
from onboarding.errors import PassingFault, PermanentFault
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.origins import Origins
from onboarding.ramps import actions, queries
from onboarding.ramps.adapters import Adapters
from onboarding.ramps.course import Standing
from onboarding.ramps.engine import Engine
from onboarding.ramps.hands import Errand, Hands
from onboarding.ramps.models import Command, Ramp
from onboarding.switches.base import Ability, Position
from onboarding.switches.selectors import Selector
from onboarding.trail.log import Actor, read

PLAN = [(5, 0, False), (25, 0, False), (50, 0, True), (100, 0, False)]


@dataclass
class FakeSwitch:
    """What the far side of a switch would be: it outlives every adapter and every engine."""

    share: float = 0.0
    mode: str = "works"  # refuses, times_out_after, lies, half, silent, hangs
    keys: set[str] = field(default_factory=set)
    moves: list[float] = field(default_factory=list)
    hanging: threading.Event = field(default_factory=threading.Event)
    ability: Ability = field(
        default_factory=lambda: Ability(smallest_step=0.1, selectors=("path", "host"))
    )
    selector: Selector | None = None

    def read(self) -> Position:
        if self.mode == "silent":
            raise PassingFault("the switch does not answer")
        return Position(self.share, selector=self.selector)

    def set(self, share: float, key: str, selector: Selector | None = None) -> None:
        if self.mode == "hangs":
            self.hanging.wait(30)
        if self.mode in ("refuses", "silent"):
            raise PassingFault("the switch refuses")
        if self.mode == "buggy":
            raise ZeroDivisionError("no counts")
        if self.mode == "broken":
            raise PermanentFault("wrong credentials", hint="correct them")
        if key in self.keys:
            return
        self.keys.add(key)
        if self.mode == "lies":
            return
        before = (self.share, self.selector)
        self.share = (self.share + share) / 2 if self.mode == "half" else float(share)
        if self.mode != "half":
            self.selector = selector
        if (self.share, self.selector) != before:
            self.moves.append(self.share)
        if self.mode == "times_out_after":
            raise PassingFault("no answer within 1 s")

    def check(self) -> None:
        self.read()


@dataclass
class FakeSource:
    """Counts of both arms, second by second, from what the switch is at."""

    switch: FakeSwitch
    rate: int = 1000
    errors: float = 0.001
    mode: str = "works"  # gone, nothing, idle, hangs
    picked: dict[str, float] = field(default_factory=dict)  # error rates on the old path
    hanging: threading.Event = field(default_factory=threading.Event)

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        if self.mode == "hangs":
            self.hanging.wait(30)
        if self.mode == "gone":
            raise PassingFault("the metrics are gone")
        if self.mode == "nothing":
            return []
        at = since.replace(microsecond=0) + timedelta(seconds=1)
        found = []
        while at <= until:
            part = max(self.switch.share, 3.0 if self.switch.selector else 0.0)
            moved = int(self.rate * part / 100) if self.mode != "idle" else 0
            random = np.random.default_rng(int(at.timestamp()))
            errors = int(random.binomial(moved, self.errors))
            new = ArmCounts(moved, errors, origins=Origins(unreachable=errors))
            old = ArmCounts(self.rate - moved, int(random.binomial(self.rate - moved, 0.001)))
            apart = {
                what: ArmCounts(30, int(random.binomial(30, rate)))
                for what, rate in self.picked.items()
            }
            found.append(Sample(at, 1.0, new if part else None, old, picked=apart))
            at += timedelta(seconds=1)
        return found


class OwnHands(Hands):
    """Hands without threads: `finished` does what waits, in the order it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.queue: deque[Errand] = deque()

    def send(self, call: Callable[[], Any], **about: Any) -> Errand:
        about.pop("urgent", None)
        errand = Errand(call, about["purpose"], about["owner"], about.get("about", 0), 1.0)
        self.queue.append(errand)
        return errand

    def finished(self) -> list[Errand]:
        done = []
        while self.queue:
            errand = self.queue.popleft()
            try:
                errand.result = errand.call()
            except Exception as error:
                errand.error = error
            errand.done, errand.running = True, False
            done.append(errand)
        return done


def always(_session: object, _cutover_id: int) -> bool:
    return True


class Time:
    """Both clocks, in the hand of the test."""

    def __init__(self) -> None:
        self.wall = datetime(2027, 3, 1, 12, tzinfo=UTC)
        self.passed = 0.0

    def advance(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)
        self.passed += seconds


@dataclass
class Lab:
    """One cutover and its switch. `conductor()` makes an engine, `press` is a person's command."""

    cutover_id: int
    time: Time
    switch: FakeSwitch = field(default_factory=FakeSwitch)
    source: FakeSource = field(init=False)
    person: Actor = field(default_factory=lambda: Actor("user:1", "web"))
    pressed: int = 0

    def __post_init__(self) -> None:
        self.source = FakeSource(self.switch)

    def conductor(self, holder: str = "one", hands: Hands | None = None, **more: Any) -> Engine:
        adapters = Adapters(lambda _w, _k: self.switch, lambda _w, _k: self.source)
        more = {"ready": always, **more}
        return Engine(holder, adapters=adapters, hands=hands or OwnHands(), **more)

    def beat(self, engine: Engine, times: int = 1) -> None:
        """What a conductor does in `times` seconds."""
        for _ in range(times):
            self.time.advance(1.0)
            engine.settle()
            engine.commands()
            engine.settle()
            engine.tick()
            engine.settle()

    def press(
        self,
        verb: str,
        *,
        seen: str | None = None,
        who: Actor | None = None,
        reason: str = "",
        **arguments: Any,
    ) -> int:
        self.pressed += 1
        mark = self.standing().mark if seen is None else seen
        with transaction() as session:
            command = actions.ask(
                session,
                who or self.person,
                self.cutover_id,
                verb,
                key=f"{self.cutover_id}-{self.pressed}",
                seen=mark,
                arguments=arguments,
                reason=reason,
            )
            return command.id

    def at_the_go(self, holder: str = "one") -> Engine:
        """A conductor and a run that waits for the go before 50 %."""
        engine = self.conductor(holder)
        self.press("start")
        self.beat(engine, 8)
        assert self.standing().mark == "1/waiting_go/2"
        return engine

    def standing(self) -> Standing:
        session = db.session()
        session.rollback()
        try:
            return queries.standing(session, self.cutover_id)
        finally:
            session.rollback()

    def ramp(self) -> Ramp:
        db.session().rollback()
        found = queries.current(db.session(), self.cutover_id)
        assert found is not None
        return found

    def command(self, command_id: int) -> Command:
        db.session().rollback()
        return db.session().get_one(Command, command_id)

    def kinds(self) -> list[str]:
        db.session().rollback()
        return [entry.kind for entry in read(db.session(), f"cutover:{self.cutover_id}")]

    def entries(self, kind: str) -> list[dict[str, Any]]:
        db.session().rollback()
        entries = read(db.session(), f"cutover:{self.cutover_id}")
        return [entry.payload for entry in entries if entry.kind == kind]


def book(
    user_id: int,
    steps: list[tuple[float, int, bool]] | None = None,
    *,
    switch: dict[str, Any] | None = None,
    metrics: dict[str, Any] | None = None,
    practice: bool = True,
    limits: dict[str, float] | None = None,
    more: dict[int, dict[str, Any]] | None = None,
) -> int:
    """A booked cutover that may start; its id. `more`: what else steps of these numbers have."""
    now = clock.now()
    with transaction() as session:
        count = session.query(Customer).count()
        customer = Customer(slug=f"acme-{count}", name="Acme", created_at=now)
        session.add(customer)
        session.flush()
        turnup = Turnup(customer_id=customer.id, name="www", entered_at=now, created_at=now)
        session.add(turnup)
        session.flush()
        cutover = Cutover(
            turnup_id=turnup.id,
            title="Move www",
            starts_at=now,
            ends_at=now + timedelta(hours=8),
            practice=practice,
            switch=switch or {"kind": "rehearsal", "config": {}},
            metrics=metrics or {"kind": "rehearsal", "config": {}},
            booked_by=user_id,
            created_at=now,
            steps=[
                Step(
                    position=n,
                    share=share,
                    hold_s=hold,
                    needs_go=go,
                    limits=limits or {},
                    **(more or {}).get(n, {}),
                )
                for n, (share, hold, go) in enumerate(steps or PLAN, start=1)
            ],
            hostnames=[Hostname(turnup_id=turnup.id, name="www.acme.example")],
        )
        session.add(cutover)
        session.flush()
        return cutover.id
