"""A customer who is live, a source that can be told what it counts, and a lookout without threads."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from onboarding import clock
from onboarding.cutovers.models import Cutover
from onboarding.db import db, transaction
from onboarding.errors import PassingFault
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.metrics.origins import Origins
from onboarding.outbox.models import Message
from onboarding.outreach.engine import Lookout
from onboarding.outreach.models import Outreach
from onboarding.ramps.adapters import Adapters
from onboarding.ramps.models import Ramp
from onboarding.trail.log import read
from tests.cast import Cast
from tests.ramps.lab import FakeSwitch, OwnHands, Time
from tests.stories import REAL, Known, book, customer


@dataclass
class Counts:
    """One sample for each second: `rate` requests, of which parts are bad."""

    rate: int = 200
    errors: float = 0.005
    slow: float = 0.02
    misses: float = 0.1
    old_path: int = 0
    away: bool = False
    silent: bool = False
    origin: float = 1.0  # part of the errors that the origin itself answered

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        if self.away:
            raise PassingFault("the metrics are gone")
        at = since.replace(microsecond=0) + timedelta(seconds=1)
        found = []
        while at <= until:
            found.append(Sample(at, 1.0, self._arm(at), ArmCounts(self.old_path, 0)))
            at += timedelta(seconds=1)
        return found

    def _arm(self, at: datetime) -> ArmCounts | None:
        if self.silent:
            return None
        second = int(at.timestamp())
        errors, slow, misses = (
            int(self.rate * part * (second + 1)) - int(self.rate * part * second)
            for part in (self.errors, self.slow, self.misses)
        )
        of_origin = int(errors * self.origin)
        arose = Origins(unreachable=errors - of_origin, origin=of_origin)
        return ArmCounts(self.rate, errors, slow, misses, origins=arose)


#: What the source of each cutover (`cutover:12`) counts.
COUNTED: dict[str, Counts] = {}


@dataclass
class Live:
    """One live customer."""

    known: Known
    time: Time
    cutover: int
    counts: Counts = field(default_factory=Counts)

    def lookout(self, holder: str = "one") -> Lookout:
        adapters = Adapters(lambda _w, _k: FakeSwitch(), lambda _w, stream: COUNTED[stream])
        return Lookout(holder, adapters=adapters, hands=OwnHands())

    def watch(self, lookout: Lookout, seconds: float, step: float = 5.0) -> None:
        """What a lookout does in so many seconds."""
        for _ in range(int(seconds / step)):
            self.time.advance(step)
            lookout.beat()
            lookout.settle()

    def until(self, lookout: Lookout, state: str, seconds: float = 60.0) -> float:
        """Seconds until the last outreach is in `state`; within so many it must be."""
        for passed in range(int(seconds)):
            if (last := self.last()) is not None and last.state == state:
                return passed
            self.watch(lookout, 1, 1)
        raise AssertionError(f"not {state} within {seconds} s: {self.last() and self.last().state}")

    def all(self) -> list[Outreach]:
        db.session().rollback()
        return list(db.session().scalars(select(Outreach).order_by(Outreach.id)))

    def last(self) -> Outreach | None:
        found = self.all()
        return found[-1] if found else None

    def letters(self, to: str) -> list[Message]:
        db.session().rollback()
        query = select(Message).where(Message.recipient == to).order_by(Message.id)
        return list(db.session().scalars(query.where(Message.key.startswith("outreach:"))))

    def kinds(self) -> list[str]:
        db.session().rollback()
        entries = read(db.session(), self.known.stream)
        return [one.kind for one in entries if one.kind.startswith(("outreach.", "origin."))]


def gone_live(
    cast: Cast, time: Time, name: str = "Acme", *, metrics: dict[str, Any] | None = None
) -> Live:
    """A customer all of whose traffic is on the new path, by a run that has ended."""
    known = customer(name, manager=cast["ann"])
    number = book(cast, known, wiring=REAL)
    with transaction() as session:
        cutover = session.get_one(Cutover, number)
        cutover.state = "done"
        if metrics is not None:
            cutover.metrics = metrics
        now = clock.now()
        session.add(
            Ramp(
                cutover_id=number,
                run=1,
                state="finished",
                step=3,
                share=100.0,
                target_share=100.0,
                since=now,
                started_at=now,
                ended_at=now,
                guard={},
                figures={},
            )
        )
    live = Live(known, time, number)
    COUNTED[f"cutover:{number}"] = live.counts
    return live


def in_hand(patch: pytest.MonkeyPatch) -> Time:
    """Both clocks, in the hand of the test."""
    time = Time()
    patch.setattr(clock, "now", lambda: time.wall)
    patch.setattr(clock, "ticks", lambda: time.passed)
    return time
