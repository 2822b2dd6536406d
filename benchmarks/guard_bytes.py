"""How often bytes a request hold a healthy ramp, and how long a fall stays unseen.

usage: python -m benchmarks.guard_bytes [--seed 1] [--hours 24]

Sizes are lognormal, the same on both paths; a tail of 2 means that one request in a thousand brings
as much as the four hundred usual ones before it. Blocks are made as `ramps.volume` makes them.
"""

import argparse
from datetime import UTC, datetime, timedelta

import click
import numpy as np

from onboarding.metrics.base import ArmCounts, Sample
from onboarding.ramps.volume import Volume

START = datetime(2027, 3, 1, tzinfo=UTC)
FALL_S, FALLEN = 600, 0.2


def samples(
    rng: np.random.Generator, seconds: int, rates: tuple[int, int], tail: float, factor: float
) -> list[Sample]:
    """Seconds of both paths; the new path's sizes are `factor` times the old path's."""
    counts = [rng.poisson(rate, seconds) for rate in rates]
    sent = []
    for number in counts:
        sizes = rng.lognormal(9.0, tail, int(number.sum()))
        ends = np.concatenate(([0], number.cumsum()))
        totals = np.concatenate(([0.0], sizes.cumsum()))
        sent.append(totals[ends[1:]] - totals[ends[:-1]])
    return [
        Sample(
            START + timedelta(seconds=at + 1),
            1.0,
            ArmCounts(int(counts[0][at]), 0, bytes=round(sent[0][at] * factor)),
            ArmCounts(int(counts[1][at]), 0, bytes=round(sent[1][at])),
        )
        for at in range(seconds)
    ]


def main() -> None:
    """Print one line a world."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hours", type=int, default=24)
    chosen = parser.parse_args()
    rng = np.random.default_rng(chosen.seed)
    for tail in (1.0, 1.5, 2.0):
        for rates in ((10, 190), (50, 950), (500, 500)):
            watch, holds = Volume(), 0
            for _ in range(chosen.hours):
                given = map(watch.feed, samples(rng, 3600, rates, tail, 1.0))
                holds += sum(verdict is not None and verdict.new for verdict in given)
                watch.last = None  # the next hour begins at the same time
            delays = []
            for _ in range(10):
                watch = Volume()
                healthy = samples(rng, FALL_S, rates, tail, 1.0)
                fallen = samples(rng, FALL_S, rates, tail, FALLEN)
                moved = [
                    Sample(one.at + timedelta(seconds=FALL_S), one.seconds, one.moved, one.control)
                    for one in fallen
                ]
                for one in healthy:
                    watch.feed(one)
                seen = next((at for at, one in enumerate(moved, 1) if watch.feed(one)), FALL_S)
                delays.append(seen)
            click.echo(
                f"tail {tail:g}, {rates[0]} against {rates[1]} req/s: {holds} holds in"
                f" {chosen.hours} healthy hours; a fall to a fifth held after"
                f" {np.median(delays):.0f} s in the median, {max(delays)} at most"
            )


if __name__ == "__main__":
    main()
