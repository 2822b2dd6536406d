"""The peak: how it moves with the customer, with the pool, and how often it holds."""

from array import array
from datetime import UTC, datetime

import numpy as np
import pytest

from onboarding.forecasts.history import History
from onboarding.forecasts.peak import Group, Pool, learn, quantiles

START = datetime(2026, 3, 2, tzinfo=UTC)


def noisy(seed: int, weeks: int, noise: float) -> np.ndarray:
    """A daily wave whose days differ by a random factor."""
    random = np.random.default_rng(seed)
    days = np.exp(noise * random.standard_normal(weeks * 7))
    wave = 100 + 50 * np.sin(np.arange(weeks * 168) * np.pi / 12)
    return wave * np.repeat(days, 24)


def history(values: np.ndarray, name: str) -> History:
    return History(name, START, array("d", values.tolist()))


@pytest.mark.parametrize(("noise", "horizon"), [(0.05, 48), (0.3, 48), (0.05, 168), (0.3, 168)])
def test_p95_holds_in_about_95_of_100_windows_of_customers_like_the_pool(
    noise: float, horizon: int
):
    pool = learn([history(noisy(i, 12, noise), str(i)) for i in range(8)], horizon)
    held = []
    for seed in range(1000, 1400):
        values = noisy(seed, 5, noise)
        p50, _, p95, _ = quantiles(values[None, :672], horizon, pool)[0]
        highest = values[672 : 672 + horizon].max()
        held.append((highest <= p50, highest <= p95))
    share_p50, share_p95 = np.mean(held, axis=0)
    assert 0.9 <= share_p95 <= 0.99
    assert 0.35 <= share_p50 <= 0.65


def test_without_a_pool_an_unsteady_customer_gets_more_headroom():
    calm, wild = noisy(1, 4, 0.02), noisy(1, 4, 0.5)
    low = quantiles(calm[None], 48, None)[0] / calm[-168:].max()
    high = quantiles(wild[None], 48, None)[0] / wild[-168:].max()
    assert high[2] > low[2]


def test_many_short_histories_teach_together():
    short = [history(noisy(i, 4, 0.1), str(i)) for i in range(30)]
    pool = learn(short, 48)
    assert len(pool.groups) >= 2
    assert learn(short[:1], 48).groups == ()


def test_one_wild_customer_does_not_widen_the_peak_of_the_calm():
    calm = [history(noisy(i, 12, 0.05), str(i)) for i in range(3)]
    wild = history(noisy(9, 12, 1.0), "wild")
    mine = noisy(50, 4, 0.05)[None]
    alone = quantiles(mine, 48, learn(calm, 48))[0, 2]
    beside = quantiles(mine, 48, learn([*calm, wild], 48))[0, 2]
    assert beside == pytest.approx(alone, rel=0.02)


def test_the_nearest_group_decides():
    groups = (Group(0.01, (0.0, 0.1, 0.2, 0.3)), Group(10.0, (5.0, 6.0, 7.0, 8.0)))
    calm = noisy(3, 4, 0.001)[None]
    near = quantiles(calm, 48, Pool(2, groups))[0]
    assert near[2] / calm.max() == pytest.approx(np.exp(0.2), rel=0.05)


def test_silence_stays_silent():
    assert quantiles(np.zeros((1, 672)), 48, None).tolist() == [[0.0] * 4]
