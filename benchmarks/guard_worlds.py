"""The guard in made worlds unlike those it is measured in: false rollbacks, and seconds to see a fault.

Beside a control: other base rates, wanders, scatter, day shapes, little traffic, bursts and level
shifts that hit both arms, an arm that is a little worse for good, missing rows, and a ramp that goes
through its steps each hour. Without one: what a single arm does by itself.

usage: python -m benchmarks.guard_worlds [--seed 1] [--days 30] [--runs 20] [--only WORD]
"""

import argparse
import math
from dataclasses import dataclass, replace

import click
import numpy as np
from scipy.signal import lfilter

from onboarding.ramps.options import GuardOptions
from onboarding.ramps.recording import Recording
from onboarding.ramps.replay import replay

DAY, WARM, BEFORE, AFTER = 86400, 120, 1800, 1800
SHARES = (0.01, 0.05, 0.25, 0.5, 0.9)  # of a ramp that is run through again and again


@dataclass(frozen=True)
class World:
    """Healthy traffic. `moved`, `control`: req/s; `wander`: strength of what both arms share on the
    log rate, over `length` seconds; `apart`: of what each has by itself, over `own` seconds;
    `scatter`: requests as if of which a second is drawn; `day`, `busy`: the day's shape of rate and
    traffic; `bursts`, `shifts`: a day, in both arms; `worse`: the moved arm in health; `lost`: part
    of the rows that are missing; `walk`: seconds a step of a ramp."""

    name: str
    rate: float = 0.001
    moved: float = 1000.0
    control: float = 1000.0
    wander: float = 0.25
    length: float = 300.0
    apart: float = 0.0
    own: float = 300.0
    scatter: float = 2000.0
    day: float = 0.2
    busy: float = 0.0
    bursts: float = 0.0
    shifts: float = 0.0
    worse: float = 1.0
    lost: float = 0.0
    walk: int = 0


BESIDE = (
    World("as measured elsewhere"),
    World("rate 0.0001", rate=0.0001),
    World("rate 0.005", rate=0.005),
    World("rate 0.05", rate=0.05),
    World("wander 30 s", length=30.0),
    World("wander 60 s, 60 %", wander=0.6, length=60.0),
    World("wander 30 min, 80 %", wander=0.8, length=1800.0),
    World("apart 15 % over 5 min", apart=0.15),
    World("apart 30 % over 1 min", apart=0.3, own=60.0),
    World("scatter of 300", scatter=300.0),
    World("no scatter", scatter=1e7, wander=0.0, day=0.0),
    World("day x 3, traffic x 5", day=1.1, busy=1.6),
    World("1 req/s a side", rate=0.01, moved=1.0, control=1.0),
    World("5 req/s a side", rate=0.01, moved=5.0, control=5.0),
    World("20 req/s a side", rate=0.005, moved=20.0, control=20.0),
    World("10 of 1,000 req/s", moved=10.0, control=990.0),
    World("900 of 1,000 req/s", moved=900.0, control=100.0),
    World("bursts, 20 a day", bursts=20.0),
    World("level shifts, 6 a day", shifts=6.0),
    World("20 % worse in health", worse=1.2),
    World("5 % of the rows lost", lost=0.05),
    World("ramp, a step a minute", moved=0.0, walk=60),
    World("ramp, a step in 10 min", moved=0.0, walk=600),
    World("ramp of 50 req/s, 1 %", rate=0.01, moved=0.0, control=50.0, walk=60),
)
ALONE = tuple(
    replace(world, control=0.0)
    for world in (
        *BESIDE[:5],
        World("wander 30 min, 50 %", wander=0.5, length=1800.0),
        World("scatter of 300", scatter=300.0),
        World("day x 3, traffic x 5", day=1.1, busy=1.6),
        World("1 req/s", rate=0.01, moved=1.0),
        World("5 req/s", rate=0.01, moved=5.0),
        World("20 req/s", rate=0.005, moved=20.0),
        World("5 % of the rows lost", lost=0.05),
    )
)


def wandering(rng, rows, strength, length):
    """A log rate that wanders with this standard deviation and memory."""
    if not strength:
        return np.zeros(rows)
    keep = math.exp(-1.0 / length)
    pushed = rng.normal(size=rows) * math.sqrt(1.0 - keep**2)
    pushed[0] = rng.normal()
    return strength * lfilter([1.0], [1.0, -keep], pushed)


def happenings(rng, rows, world):
    """Log of what hits both arms: bursts of 5 to 60 s up to 20 times, and levels that shift."""
    found = np.zeros(rows)
    for at in rng.integers(0, rows, rng.poisson(world.bursts * rows / DAY)):
        found[at : at + rng.integers(5, 60)] += math.log(rng.uniform(3.0, 20.0))
    for at in rng.integers(0, rows, rng.poisson(world.shifts * rows / DAY)):
        found[at : at + rng.integers(600, 7200)] += math.log(rng.uniform(1.5, 4.0))
    return np.minimum(found, math.log(40.0))


def stream(rng, rows, world, fault=None, factor=1.0):
    """The recording of one healthy stretch, or with a fault from row `fault` on."""
    of_day = np.sin(2 * np.pi * np.arange(rows) / DAY + rng.uniform(0, 2 * np.pi))
    level = math.log(world.rate) + wandering(rng, rows, world.wander, world.length)
    level += world.day * of_day + happenings(rng, rows, world)
    busy = np.exp(world.busy / 2 * of_day)
    share = np.array(SHARES)[np.arange(rows) // world.walk % len(SHARES)] if world.walk else None
    arms = []
    for number, rps in enumerate((world.moved, world.control)):
        own = level + wandering(rng, rows, world.apart, world.own)
        if number == 0:
            own = own + math.log(world.worse)
            if fault is not None:
                own[fault:] += math.log(factor)
        if share is not None:
            rps = world.control * (share if number == 0 else 1.0 - share)
        chance = np.minimum(np.exp(own), 0.95)
        chance = rng.beta(chance * world.scatter, (1.0 - chance) * world.scatter)
        requests = rng.poisson(rps * busy, rows)
        arms += [requests.astype(float), rng.binomial(requests, chance).astype(float)]
    ts = 1.8e9 + np.arange(rows)
    kept = rng.random(rows) >= world.lost
    kept[fault if fault is not None else 0] = True
    ts, requests, bad, beside, beside_bad = (part[kept] for part in (ts, *arms))
    return Recording(ts, requests, beside, {"errors": bad}, {"errors": beside_bad})


def rollbacks(recording):
    """Times of the rollbacks, and how many holds there were."""
    alarms = replay(recording, GuardOptions(warmup=WARM)).alarms
    back = [recording.ts[a.interval] - 1.8e9 for a in alarms if a.finding.action == "rollback"]
    return back, sum(a.finding.action == "hold" for a in alarms)


def delays(rng, world, factor, runs):
    """Mean seconds to the rollback of a fault, and how many were missed within half an hour."""
    seen, missed = [], 0
    start = BEFORE if world.control else 7200
    for _ in range(runs):
        back, _holds = rollbacks(stream(rng, start + AFTER, world, start, factor))
        first = next((at for at in back if at >= start), None)
        if first is None:
            missed += 1
        else:
            seen.append(first - start + 1)
    mean = f"{np.mean(seen):.1f}" if seen else "-"
    return mean + (f" ({missed} missed)" if missed else "")


def main() -> None:
    """Print a row a world: false rollbacks and holds in healthy traffic, then seconds to a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--only", default="")
    parser.add_argument("--factors", default="3,5,10,50")
    chosen = parser.parse_args()
    factors = [float(factor) for factor in chosen.factors.split(",") if factor]
    heads = "".join(f"{factor:>16g}" for factor in factors)
    click.echo(f"{'world':32} back hold of {chosen.days:g} days{heads}")
    for kind, worlds in (("beside", BESIDE), ("alone", ALONE)):
        for number, world in enumerate(worlds):
            name = f"{kind}: {world.name}"
            if chosen.only not in name:
                continue
            rng = np.random.default_rng((chosen.seed, number, kind == "alone"))
            back, holds = 0, 0
            for _ in range(math.ceil(chosen.days / 5)):
                rows = int(min(5.0, chosen.days) * DAY)
                found, more = rollbacks(stream(rng, rows, world))
                back, holds = back + len(found), holds + more
            told = "".join(f"{delays(rng, world, factor, chosen.runs):>16}" for factor in factors)
            click.echo(f"{name:32} {back:4d} {holds:4d} {'':10}{told}")


if __name__ == "__main__":
    main()
