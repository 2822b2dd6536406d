"""What no plan of several cutovers can be cheaper than, and what each would choose at it. Pure.

The bound is Lagrange's (M. L. Fisher, "The Lagrangian relaxation method for solving integer
programming problems", Management Science 27, 1981). The price of closeness is the most over
multipliers between 0 and its rate; the people of a team, and a customer who is not switched twice
at one time, are capacities of each half hour, with a multiplier from 0 each. A fixed set of
multipliers gives a problem that falls apart into one cheapest start for each cutover. Its other rule,
that all traffic together fits, is left out, which can only lower the bound. Steps are Polyak's,
towards the price of a plan that is known, shorter where thirty of them brought nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from onboarding.windows.grid import DAY_SLOTS, Column

ROUNDS = 2500
PATIENCE, SHORTER, SHORTEST = 30, 0.7, 1e-4
Picks = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Crowd:
    """`prices` by cutover and start (infinite where it cannot be), `lengths` in half hours, `felt`
    (1: minds others within a day), `uses` and `capacity` by what is shared: what each cutover takes
    of it while it runs, and how much there is in each half hour, to the end of the longest that begins
    last. `left_out` is the price of a cutover without a window, `rate` that of closeness."""

    prices: Column
    lengths: Picks
    felt: Column
    uses: Column
    capacity: Column
    left_out: float
    rate: float


@dataclass(frozen=True)
class _Answer:
    """The value at some multipliers, each cutover's pick (-1: none), and how far the picks are over
    what is free of closeness, and of each capacity."""

    value: float
    picks: Picks
    close: Column
    over: Column


def capacities(have: Column, lengths: Sequence[int]) -> Column:
    """How much there is of something in each half hour, where a cutover that begins at each start
    finds `have` of it: no more than the most that any of those then running can have found; one
    cutover alone is always let in."""
    longest, starts = max(lengths), have.shape[1]
    found = np.ones((len(have), starts + longest))
    for later in range(longest):
        part = found[:, later : later + starts]
        np.maximum(part, have, out=part)
    capped: Column = np.minimum(found, len(lengths))
    return capped


def bound(
    crowd: Crowd, known: float, progress: Callable[[float], None] = lambda _done: None
) -> tuple[float, list[int]]:
    """The highest bound found on the way to `known`, the price of a plan, and what each cutover would
    choose at it (-1: no window)."""
    close, over = np.zeros(crowd.prices.shape[1] + DAY_SLOTS), np.zeros_like(crowd.capacity)
    best, at, length, since = _answer(crowd, close, over), (close, over), 1.0, 0
    for number in range(ROUNDS):
        found = _answer(crowd, close, over)
        since += 1
        if found.value > best.value + 1e-6:
            best, at, since = found, (close, over), 0
        elif since >= PATIENCE:
            length, since, (close, over) = length * SHORTER, 0, at
            found = best
        slopes = _free(found, close, over, crowd.rate)
        norm = sum(float((slope**2).sum()) for slope in slopes)
        if norm == 0.0 or length < SHORTEST or best.value >= known - 1e-6:
            break
        step = length * (known - found.value) / norm
        close = np.clip(close + step * slopes[0], 0.0, crowd.rate)
        over = np.maximum(0.0, over + step * slopes[1])
        if number % 250 == 0:
            progress(number / ROUNDS)
    return best.value, [int(pick) for pick in best.picks]


def _free(found: _Answer, close: Column, over: Column, rate: float) -> tuple[Column, Column]:
    """The slopes without those that lead out of where the multipliers may be."""
    held = ((close <= 0.0) & (found.close < 0)) | ((close >= rate) & (found.close > 0))
    stuck = (over <= 0.0) & (found.over < 0)
    return np.where(held, 0.0, found.close), np.where(stuck, 0.0, found.over)


def _answer(crowd: Crowd, close: Column, over: Column) -> _Answer:
    """The problem at these multipliers."""
    count, starts = crowd.prices.shape
    begins = np.arange(starts)
    ends = begins[None, :] + crowd.lengths[:, None]
    day = np.concatenate([[0.0], np.cumsum(close)])
    total = crowd.prices + crowd.felt[:, None] * (
        day[DAY_SLOTS : DAY_SLOTS + starts] - day[:starts]
    )
    for takes, weight in zip(crowd.uses.T, over, strict=True):
        if weight.any():
            sums = np.concatenate([[0.0], np.cumsum(weight)])
            total += takes[:, None] * (sums[ends] - sums[:starts])
    picks = total.argmin(axis=1)
    costs = total[np.arange(count), picks]
    there = costs < crowd.left_out
    value = float(np.where(there, costs, crowd.left_out).sum())
    value -= float(close.sum()) + float((crowd.capacity * over).sum())
    chosen = picks[there]
    began = np.zeros(starts + DAY_SLOTS + 1)
    np.add.at(began, chosen, crowd.felt[there])
    np.add.at(began, chosen + DAY_SLOTS, -crowd.felt[there])
    used = np.zeros((len(over), crowd.capacity.shape[1] + 1))
    np.add.at(used.T, chosen, crowd.uses[there])
    np.add.at(used.T, chosen + crowd.lengths[there], -crowd.uses[there])
    return _Answer(
        value,
        np.where(there, picks, -1),
        np.cumsum(began)[:-1] - 1.0,
        np.cumsum(used, axis=1)[:, :-1] - crowd.capacity,
    )
