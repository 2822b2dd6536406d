"""OWA on the 414 hourly series of M4, 48 h ahead, beside the competition's yardsticks.

python -m benchmarks.forecast_m4 [--back HOURS] [--sample N --seed S]. With --back the last HOURS of
the training part are judged instead of the test part: that is how the method was chosen.
"""

import argparse
import random
import time

import numpy as np
from numpy.typing import NDArray

from benchmarks.forecast_data import history, m4
from onboarding.forecasts.curve import forecast_all

Floats = NDArray[np.float64]

HORIZON, SEASON = 48, 24


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--back", type=int, default=0)
    words.add_argument("--sample", type=int, default=414)
    words.add_argument("--seed", type=int, default=1)
    asked = words.parse_args()
    series = [cut(train, test, asked.back) for train, test in m4().values()]
    series = random.Random(asked.seed).sample(series, min(asked.sample, len(series)))  # noqa: S311
    began = time.process_time()
    found = forecast_all([history(str(i), s[0]) for i, s in enumerate(series)], HORIZON)
    seconds = time.process_time() - began
    means = [np.array([p.mean for p in one.points]) for one in found]
    naive = [naive2(train) for train, _ in series]
    owa = (score(smape, series, means) / score(smape, series, naive)) / 2
    owa += (score(mase, series, means) / score(mase, series, naive)) / 2
    inside = np.mean(
        [
            [p.p10 <= y <= p.p90 for p, y in zip(one.points, test, strict=True)]
            for one, (_, test) in zip(found, series, strict=True)
        ]
    )
    print(f"series {len(series)}, sMAPE {score(smape, series, means):.2f}", end=" ")
    print(f"MASE {score(mase, series, means):.3f}, p10 to p90 holds {inside:.1%}")
    print(f"OWA {owa:.3f} = {owa / 0.44:.2f} x the winner of 2018 (0.44), naive2 is 1")
    print(f"CPU seconds per series {seconds / len(series):.4f} = ", end="")
    print(f"{seconds / len(series) / 0.2:.2f} x the allowance of 0.2")


def cut(train: Floats, test: Floats, back: int) -> tuple[Floats, Floats]:
    """What is known and what is judged: the test part, or the last hours of the training part."""
    if not back:
        return train, test
    known = len(train) - back
    return train[:known], train[known : known + HORIZON]


def smape(_: Floats, test: Floats, made: Floats) -> float:
    return float(200 * np.mean(np.abs(test - made) / (np.abs(test) + np.abs(made))))


def mase(train: Floats, test: Floats, made: Floats) -> float:
    scale = np.mean(np.abs(train[SEASON:] - train[:-SEASON]))
    return float(np.mean(np.abs(test - made)) / scale)


def score(measure, series, made) -> float:  # type: ignore[no-untyped-def]
    return float(np.mean([measure(*s, f) for s, f in zip(series, made, strict=True)]))


def naive2(y: Floats) -> Floats:
    """The competition's yardstick: the last value, seasonally adjusted where a 90 % test says so."""
    n = len(y)
    x = y - y.mean()
    acf = np.array([(x[: n - k] * x[k:]).sum() for k in range(1, SEASON + 1)]) / (x * x).sum()
    index = np.ones(SEASON)
    if abs(acf[-1]) > 1.645 * np.sqrt((1 + 2 * (acf[:-1] ** 2).sum()) / n):
        kernel = np.ones(SEASON + 1) / SEASON
        kernel[[0, -1]] /= 2
        trend = np.convolve(y, kernel, "valid")
        ratio = y[SEASON // 2 : SEASON // 2 + len(trend)] / trend
        hour = (np.arange(len(ratio)) + SEASON // 2) % SEASON
        index = np.array([ratio[hour == j].mean() for j in range(SEASON)])
        index /= index.mean()
    level: Floats = y[-1] / index[(n - 1) % SEASON] * index[(n + np.arange(HORIZON)) % SEASON]
    return level


if __name__ == "__main__":
    main()
