"""Roll back pressed → weight 0 on a real HAProxy, through a conductor of its own process.

usage: python -m benchmarks.rollback_latency [--runs 100]   (asked: p99 <= 300 ms)
Timed from before the command's row is written until HAProxy itself says weight 0.
"""

import argparse
import time

import click

from benchmarks.ramp_house import conductor, flip, haproxies, house, summary
from onboarding.haproxy_runtime import ask
from tests.journeys.edge import running_edge
from tests.ramps.lab import Lab
from tests.services.programs import wait_until


def weight(socket: str) -> str:
    """The new path's weight, as HAProxy says it."""
    return ask(socket, "get weight site/new").split()[0]


def one(lab: Lab, socket: str) -> float:
    """Bring a new run to 25 %, press, and time it."""
    lab.press("start")
    wait_until(lambda: lab.standing().step == 1, "it stands at 25 %", seconds=30)
    began = time.monotonic()
    lab.press("rollback")
    while weight(socket) != "0":
        time.sleep(0.001)
    seconds = time.monotonic() - began
    wait_until(lambda: lab.standing().state == "rolled_back", "it is rolled back")
    return seconds


def main() -> None:
    """Run it over and over on one cutover, under 200 requests a second."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    chosen = parser.parse_args()
    with (
        house() as (_, home),
        haproxies(home) as (start, ports),
        running_edge(start, ports, home) as edge,
        conductor(),
    ):
        lab = flip({"kind": "haproxy", "config": edge.config}, [(25, 600, False)])
        times = [one(lab, edge.socket) for _ in range(chosen.runs)]
    click.echo(summary("rollback pressed to weight 0", times, 0.3, 99))


if __name__ == "__main__":
    main()
