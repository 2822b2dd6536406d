"""Coverage, headroom and pinball loss of the peak's p95 on M4 hourly, beside last week's maximum x 1.2.

python -m benchmarks.forecast_peak [--back HOURS] [--seed S]. Each series learns from the training
parts of series in other folds; --back judges the end of the training part, as in forecast_m4.
"""

import argparse
import random

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecast_data import history, m4
from onboarding.forecasts.history import WEEK_HOURS
from onboarding.forecasts.peak import QUANTILES, learn, quantiles

Floats = NDArray[np.float64]

HORIZON, FOLDS = 48, 6
P95 = QUANTILES.index(0.95)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--back", type=int, default=0)
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    series = list(m4().values())
    random.Random(asked.seed).shuffle(series)  # noqa: S311
    if asked.back:
        series = [(y[: -asked.back], y[-asked.back :][:HORIZON]) for y, _ in series]
    highest = np.array([test.max() for _, test in series])
    ours, today = np.empty(len(series)), np.empty(len(series))
    for fold in range(FOLDS):
        others = [y for i, (y, _) in enumerate(series) if i % FOLDS != fold]
        pool = learn([history(str(i), y) for i, y in enumerate(others)], HORIZON)
        for i in range(fold, len(series), FOLDS):
            known = series[i][0]
            ours[i] = quantiles(known[None], HORIZON, pool)[0, P95]
            today[i] = 1.2 * known[-WEEK_HOURS:].max()
    report("ours", ours, highest)
    report("last week x 1.2", today, highest)
    ratio = pinball(ours, highest) / pinball(today, highest)
    print(f"pinball of ours = {ratio:.2f} x that of last week x 1.2")


def report(name: str, made: Floats, came: Floats) -> None:
    covered, headroom = np.mean(made >= came), np.median(made / came - 1)
    print(
        f"{name}: coverage {covered:.3f}, median headroom {headroom:.1%}, "
        f"pinball {pinball(made, came):.3f}"
    )


def pinball(made: Floats, came: Floats) -> float:
    """Mean pinball loss of a 95 % quantile, in percent of what came."""
    loss = np.where(came > made, 0.95 * (came - made), 0.05 * (made - came))
    return float(100 * np.mean(loss / came))


if __name__ == "__main__":
    main()
