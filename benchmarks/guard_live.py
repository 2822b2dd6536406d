"""Time of one live update of the guard, in microseconds a signal (asked: at most 20).

usage: python -m benchmarks.guard_live [--seed 1] [--ticks 20000]
"""

import argparse
import time

import click
import numpy as np

from onboarding.ramps.guards import Counts, Guard, GuardOptions

STRETCH = 200  # ticks timed together: on a busy machine some are slowed by others


def main() -> None:
    """Feed healthy ticks of three signals beside a control."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ticks", type=int, default=20_000)
    chosen = parser.parse_args()
    rng = np.random.default_rng(chosen.seed)
    signals = ("errors", "slow", "misses")
    rates = (0.001, 0.05, 0.3)
    guard = Guard(GuardOptions(signals=signals))
    arms = rng.binomial(1000, rates, (2, chosen.ticks, 3)).tolist()
    counts = [
        (Counts(1000, *moved), Counts(1000, *beside)) for moved, beside in zip(*arms, strict=True)
    ]
    each = []
    for start in range(0, len(counts), STRETCH):
        began = time.process_time()
        for tick, (moved, control) in enumerate(counts[start : start + STRETCH], start):
            guard.update(float(tick), moved, control)
        each.append((time.process_time() - began) / STRETCH / len(signals) * 1e6)
    click.echo(
        f"live update: {np.median(each):.1f} µs a signal in the median, {min(each):.1f} at least,"
        f" over stretches of {STRETCH} of {len(counts):,} ticks"
    )


if __name__ == "__main__":
    main()
