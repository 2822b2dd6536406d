"""A backend that begins to fail at 25 %, under 200 requests a second: first bad answer → weight 0.

usage: python -m benchmarks.first_bad_answer [--runs 30] [--failing 1.0]   (asked: p95 <= 6 s)
`--failing` is the part of the new path's answers that are 500.
"""

import argparse
import time

import click
import numpy as np

from benchmarks.ramp_house import conductor, flip, haproxies, house, summary
from benchmarks.rollback_latency import weight
from tests.journeys.edge import Edge, running_edge
from tests.ramps.lab import Lab
from tests.services.programs import wait_until


def one(lab: Lab, edge: Edge, failing: float, pause: float) -> float:
    """Bring a new run to 25 %, let it stand, break the backend, and time the guard."""
    lab.press("start")
    wait_until(lambda: lab.standing().step == 1, "it stands at 25 %", seconds=30)
    edge.share(1000)
    time.sleep(pause)
    before = edge.new.errors
    edge.new.failing = failing
    while edge.new.errors == before:
        time.sleep(0.001)
    began = time.monotonic()
    while weight(edge.socket) != "0" and time.monotonic() - began < 60:
        time.sleep(0.002)
    seconds = time.monotonic() - began
    edge.new.failing = 0.0
    wait_until(lambda: lab.standing().state == "rolled_back", "it is rolled back", seconds=60)
    return seconds


def main() -> None:
    """Run it over and over; the fault begins at another moment of the second each time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--failing", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    random = np.random.default_rng(chosen.seed)
    with (
        house() as (_, home),
        haproxies(home) as (start, ports),
        running_edge(start, ports, home) as edge,
        conductor(),
    ):
        edge.rates = [200.0]
        lab = flip({"kind": "haproxy", "config": edge.config}, [(25, 3600, False)])
        times = [
            one(lab, edge, chosen.failing, float(random.uniform(0, 1))) for _ in range(chosen.runs)
        ]
    click.echo(summary("first bad answer to weight 0", times, 6.0, 95))


if __name__ == "__main__":
    main()
