"""How long a conductor's tick takes with many cutovers running at once.

usage: python -m benchmarks.conductor_load [--cutovers 1000] [--seconds 60] [--adapters memory]
(asked: p99 within 1 s for 1,000). A tick is done when every cutover's counts have been asked for,
judged by its guard (three signals, both arms), and its figures and guard's state are written and
published. `memory` takes counts from memory, `rehearsal` from the practice world in the database.
"""

import argparse
import time
from datetime import datetime, timedelta
from itertools import pairwise

import click
import numpy as np
from sqlalchemy import insert, select

from benchmarks.ramp_house import house, summary
from onboarding import clock
from onboarding.conductor import collect_seldom
from onboarding.customers.models import Customer, Turnup
from onboarding.cutovers.models import Cutover, Step
from onboarding.db import db, transaction
from onboarding.metrics.base import ArmCounts, Sample
from onboarding.ramps.adapters import REGISTERED, Adapters
from onboarding.ramps.engine import Engine
from onboarding.ramps.models import Ramp
from onboarding.switches.base import Ability, Position
from tests.cast import Cast
from tests.ramps.lab import always

REHEARSAL = {"kind": "rehearsal", "config": {}}


class Steady:
    """A switch that stands at 25 % and counts of healthy traffic, from memory."""

    ability = Ability()

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        self.pool = random.binomial(1000, (0.001, 0.05, 0.12), (64, 3)).tolist()

    def read(self, since: datetime, until: datetime) -> list[Sample]:
        second = int(until.timestamp())
        if int(since.timestamp()) >= second:
            return []
        of = (self.pool[second % 64], self.pool[(second + 7) % 64])
        moved, control = (
            ArmCounts(1000, errors, slow, misses, bytes=20_000_000 + misses)
            for errors, slow, misses in of
        )
        return [Sample(until.replace(microsecond=0), 1.0, moved, control)]


class Standing:
    """The switch of `Steady`."""

    ability = Ability()

    def read(self) -> Position:
        return Position(25.0)

    def set(self, share: float, key: str, selector: object = None) -> None:
        raise AssertionError("nothing is to be turned here")

    def check(self) -> None:
        return None


def fill(cutovers: int) -> None:
    """So many cutovers, each holding at 25 %, for hours."""
    people, now = Cast.gather(), clock.now()
    with transaction() as session:
        customer = Customer(slug="acme", name="Acme", created_at=now)
        session.add(customer)
        session.flush()
        turnup = Turnup(customer_id=customer.id, name="www", entered_at=now, created_at=now)
        session.add(turnup)
        session.flush()
        row = {"turnup_id": turnup.id, "starts_at": now, "ends_at": now + timedelta(hours=9)}
        row |= {"switch": REHEARSAL, "metrics": REHEARSAL, "practice": True, "state": "running"}
        row |= {"booked_by": people["ann"], "created_at": now}
        session.execute(insert(Cutover), [{**row, "title": str(n)} for n in range(cutovers)])
        ids = list(session.scalars(select(Cutover.id)))
        steps = [
            {"cutover_id": number, "position": position, "share": share, "hold_s": 36000}
            for number in ids
            for position, share in enumerate((25, 50, 100), start=1)
        ]
        session.execute(insert(Step), steps)
        ramp = {"run": 1, "state": "holding", "step": 1, "target_share": 25.0, "share": 25.0}
        ramp |= {"since": now, "started_at": now, "step_since": now, "metrics_until": now}
        session.execute(insert(Ramp), [{**ramp, "cutover_id": number} for number in ids])


def second(engine: Engine) -> float:
    """One tick and all that follows from it; seconds."""
    began = time.monotonic()
    engine.commands()
    engine.tick()
    while any(d.metrics_errand and not d.metrics_errand.done for d in engine.drives.values()):
        engine.hands.bell.wait(0.05)
        engine.settle()
    engine.settle()
    return time.monotonic() - began


def main() -> None:
    """Take all leases, then time ticks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cutovers", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--adapters", choices=("memory", "rehearsal"), default="memory")
    chosen = parser.parse_args()
    collect_seldom()  # as a conductor does
    with house():
        fill(chosen.cutovers)
        memory = Adapters(lambda _w, _k: Standing(), lambda _w, key: Steady(len(key)))
        adapters = memory if chosen.adapters == "memory" else REGISTERED
        engine = Engine("bench", ready=always, adapters=adapters)
        began = time.monotonic()
        while len(engine.drives) < chosen.cutovers:
            second(engine)
        click.echo(f"all leases taken in {time.monotonic() - began:.1f} s", err=True)
        times, starts = [], []
        for _ in range(chosen.seconds):
            starts.append(time.monotonic())
            times.append(second(engine))
            time.sleep(max(0.0, 1.0 - times[-1]))
        kept = len(engine.drives)
        states = set(db.session().scalars(select(Ramp.state)))
        engine.close()
    what = f"tick of {kept} cutovers, {chosen.adapters}, {states}"
    click.echo(summary(what, times, 1.0, 99))
    gaps = [after - before for before, after in pairwise(starts)]
    click.echo(summary("from tick to tick", gaps, 1.1, 99))


if __name__ == "__main__":
    main()
