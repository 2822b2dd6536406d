"""Seconds for the cheap curve and the peak of 10,000 series with four weeks each, on one core.

python -m benchmarks.forecast_many [--series N] [--seed S]. The series are generated.
"""

import argparse
import time

import numpy as np

from onboarding.forecasts.peak import quantiles
from onboarding.forecasts.profile import cheap

HOURS, HORIZON, BATCH, ALLOWED = 672, 48, 1000, 10.0


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--series", type=int, default=10_000)
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    random = np.random.default_rng(asked.seed)
    hour = np.arange(HOURS)
    wave = 2 + np.sin(hour * 2 * np.pi / 24) + 0.3 * np.sin(hour * 2 * np.pi / 168)
    spent, highest = 0.0, 0.0
    for start in range(0, asked.series, BATCH):
        rows = min(BATCH, asked.series - start)
        values = wave * random.lognormal(5, 1, (rows, 1)) * random.lognormal(0, 0.2, (rows, HOURS))
        began = time.process_time()
        curve, _ = cheap(values, HORIZON)
        peaks = quantiles(values, HORIZON, None)
        spent += time.process_time() - began
        highest = max(highest, float(curve.max()), float(peaks.max()))
    allowed = ALLOWED * asked.series / 10_000
    print(
        f"{asked.series} series: {spent:.2f} CPU s = {spent / allowed:.2f} x the allowance", end=" "
    )
    print(f"of {allowed:g} s (highest p99 {highest:.0f})")


if __name__ == "__main__":
    main()
