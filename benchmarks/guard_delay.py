"""Seconds from fault to rollback beside the physical limit, and false alarms, on made traffic.

Lorden's bound (1971): no rule with one false alarm in 30 days is faster in the mean than
ln(ARL) / KL(p1 || p0) requests; one tick is the least. Asked: steady traffic with a known baseline
within 1.75 times the bound; beside a control of equal size 50x / 10x / 5x in 3.3 / 8 / 18 s, at
100 req/s against 1,900 in 5 / 31 / 105 s; with no control 50x / 10x in 6 / 130 s.

usage: python -m benchmarks.guard_delay [--seed 1] [--runs 40] [--days 30]
"""

import argparse
import math

import click
import numpy as np

from onboarding.ramps.options import GuardOptions
from onboarding.ramps.recording import Recording
from onboarding.ramps.replay import replay

WARM, MONTH = 120, 30 * 86400
STEADY = ((0.001, 100), (0.001, 1000), (0.0005, 10000), (0.01, 100))


def rates(rng, rows, rate, wild):
    """Healthy rate of each second: constant, or a 25 % wander of 5 minutes on a day's shape."""
    if not wild:
        return np.full(rows, rate)
    keep, wander, level = math.exp(-1 / 300), np.empty(rows), 0.0
    for row, pushed in enumerate((rng.normal(size=rows) * math.sqrt(1 - keep**2)).tolist()):
        level = keep * level + pushed
        wander[row] = level
    return rate * np.exp(0.25 * wander + 0.2 * np.sin(2 * np.pi * np.arange(rows) / 86400))


def arm(rng, rps, probability, wild):
    """Requests and bad ones; wild arms scatter by themselves, as if of 2,000 requests."""
    requests = rng.poisson(rps, len(probability))
    if wild:
        probability = rng.beta(probability * 2000, (1 - probability) * 2000)
    return requests.astype(float), rng.binomial(requests, probability).astype(float)


def rollbacks(rng, rows, rate, moved, control, wild, fault=None, factor=1.0):
    """Rows of the rollbacks of one stream; from row `fault` on the moved arm is `factor` worse."""
    healthy = rates(rng, rows, rate, wild)
    faulty = healthy.copy()
    if fault is not None:
        faulty[fault:] = np.minimum(faulty[fault:] * factor, 0.95)
    requests, bad = arm(rng, moved, faulty, wild)
    nothing = np.zeros(rows)
    beside = arm(rng, control, healthy, wild) if control else (nothing, nothing)
    ts = 1.8e9 + np.arange(rows)
    columns = Recording(ts, requests, beside[0], {"errors": bad}, {"errors": beside[1]})
    options = GuardOptions(warmup=WARM, baselines={} if wild else {"errors": rate})
    found = replay(columns, options).alarms
    return [alarm.interval for alarm in found if alarm.finding.action == "rollback"]


def cell(rng, runs, rate, moved, control, wild, factor):
    """Print one row of the table."""
    worse = min(rate * factor, 0.95)
    kl = worse * math.log(worse / rate) + (1 - worse) * math.log((1 - worse) / (1 - rate))
    limit = max(1.0, math.log(MONTH * moved) / kl / moved)
    before = WARM + (7200 if wild and not control else 900)
    after = 3600 if wild and not control else int(min(7200, 40 * limit + 120))
    delays, missed, early = [], 0, 0
    for _ in range(runs):
        rows = rollbacks(rng, before + after, rate, moved, control, wild, before, factor)
        early += sum(row < before for row in rows)
        first = next((row for row in rows if row >= before), None)
        if first is None:
            missed += 1
        else:
            delays.append(first - before + 1)
    kind = "control" if control else "alone" if wild else "steady"
    mean = float(np.mean(delays)) if delays else math.nan
    p95 = float(np.quantile(delays, 0.95)) if delays else math.nan
    click.echo(
        f"{kind:8} {rate:7g} {factor:4g} {moved:6d} {control:6d} {limit:8.1f} {mean:8.1f}"
        f" {p95:8.1f} {mean / limit:6.2f} {missed:6d} {early:5d}",
    )


def main() -> None:
    """Print a row a cell, then the false alarms of healthy traffic."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--days", type=float, default=30.0)
    chosen = parser.parse_args()
    rng = np.random.default_rng(chosen.seed)
    click.echo("kind        rate    x  moved control limit_s   mean_s    p95_s  ratio missed early")
    for rate, moved in STEADY:
        for factor in (2, 5, 10, 50):
            cell(rng, chosen.runs, rate, moved, 0, False, factor)
    for rate, moved, control in ((0.001, 1000, 1000), (0.001, 100, 1900)):
        for factor in (5, 10, 50):
            cell(rng, chosen.runs, rate, moved, control, True, factor)
    for rate, moved in ((0.001, 1000), (0.01, 100)):
        for factor in (5, 10, 50):
            cell(rng, chosen.runs, rate, moved, 0, True, factor)
    for moved, control, wild in (
        (1000, 0, False),
        (1000, 1000, True),
        (100, 1900, True),
        (1000, 0, True),
    ):
        rows = rollbacks(rng, int(chosen.days * 86400), 0.001, moved, control, wild)
        kind = f"{'wild' if wild else 'steady'} {moved} against {control}"
        click.echo(f"healthy {kind}: {len(rows)} false alarms in {chosen.days:g} days")


if __name__ == "__main__":
    main()
