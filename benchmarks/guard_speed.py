"""Replay speed on one core, reading the file included (asked: 200,000 intervals a second).

usage: python -m benchmarks.guard_speed [--seed 1] [--days 7]
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

from onboarding.ramps.options import GuardOptions
from onboarding.ramps.recording import parse
from onboarding.ramps.replay import replay


def recording(seed: int, rows: int, control: bool) -> bytes:
    """Healthy one-second counts as METRICS.csv."""
    rng = np.random.default_rng(seed)
    start = np.datetime64("2027-01-04T00:00:00")
    columns: list[Any] = [np.datetime_as_string(start + np.arange(rows).astype("timedelta64[s]"))]
    for _ in range(2 if control else 1):
        requests = rng.poisson(1000, rows)
        columns += [requests, rng.binomial(requests, 0.001)]
    head = "ts,requests,errors" + ",control_requests,control_errors" * control
    lines = [head, *(",".join(map(str, row)) for row in zip(*columns, strict=True)), ""]
    return "\n".join(lines).encode()


def main() -> None:
    """Print rows a second, of processor time, with and without a control arm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=float, default=7.0)
    chosen = parser.parse_args()
    rows = int(chosen.days * 86400)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for name, control, exact in (
        ("exact baseline", False, {"errors": 0.001}),
        ("learnt baseline", False, {}),
        ("control", True, {}),
    ):
        content = recording(chosen.seed, rows, control)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "metrics.csv"
            path.write_bytes(content)
            began = time.process_time()
            read = parse(path.read_bytes(), "metrics.csv")
            middle = time.process_time()
            alarms = replay(read, GuardOptions(warmup=60, baselines=exact)).alarms
            ended = time.process_time()
        speed = rows / (ended - began)
        click.echo(
            f"{name:16} {speed:9,.0f} intervals/s (reading {middle - began:.2f} s,"
            f" judging {ended - middle:.2f} s, {len(alarms)} alarms)"
        )


if __name__ == "__main__":
    main()
