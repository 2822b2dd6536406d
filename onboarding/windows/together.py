"""Several cutovers planned together: a plan, and a bound that no plan can be cheaper than. Pure.

A plan's price is the sum of its windows' prices, as `pricing` has them, and points for flips within
a day of one another: for each half hour, one less than the number of flips that began in the day
before it (none below), at `near / 48`. Hard beside what blocks each one: one customer is never
switched twice at one time, no team needs more people at one time than it has, and all traffic
together fits.

The plan comes from what each would choose at the bound (`bound`), mended and improved one and two
cutovers at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from onboarding.windows.asked import Asked
from onboarding.windows.bound import Crowd, bound, capacities
from onboarding.windows.grid import DAY_SLOTS, Column, Marks
from onboarding.windows.pricing import RATES, Priced
from onboarding.windows.rooms import Rooms

TRIES = 24
LEFT_OUT = 1000.0  # points for a cutover without a window
RATE = RATES["near"] / DAY_SLOTS
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Planned:
    """`starts` by cutover (None: no window could be found beside the others), the price of the plan
    and the bound, both in points, `gap` between them as a part of the price."""

    starts: tuple[int | None, ...]
    price: float
    bound: float

    @property
    def gap(self) -> float:
        return max(0.0, self.price - self.bound) / self.price if self.price > 0 else 0.0


@dataclass
class _State:
    """The problem, and where each cutover stands (-1: nowhere)."""

    prices: Column
    lengths: list[int]
    seats: Column
    have: Column
    customers: list[int]
    rooms: Rooms
    near: list[bool]
    starts: list[int] = field(default_factory=list)


def plan(
    asked: Sequence[Asked],
    found: Sequence[Priced],
    *,
    seed: int = 1,
    progress: Progress = lambda _done: None,
) -> Planned:
    """Windows for all of `asked`, whose `found` starts are on grids of one origin."""
    starts = min(one.grid.starts for one in found)
    prices = np.stack([one.price[:starts] for one in found])
    state = _State(
        prices,
        [one.grid.length for one in found],
        *_people(found, starts),
        [one.customer for one in asked],
        Rooms.of(asked, found),
        [one.near for one in asked],
        [-1] * len(found),
    )
    random = np.random.default_rng(seed)
    best = _settled(state, random, None)
    least, choices = bound(_crowd(state), best[0], lambda done: progress(0.5 * done))
    for number in range(1, TRIES):
        best = min(best, _settled(state, random, choices if number % 2 else None))
        progress(0.5 + 0.5 * (number + 1) / TRIES)
    chosen = tuple(start if start >= 0 else None for start in best[1])
    return Planned(chosen, best[0], min(least, best[0]))


def _people(found: Sequence[Priced], starts: int) -> tuple[Column, Column]:
    """Primaries each cutover needs of each team, and the people each team has at each start."""
    keys = list(dict.fromkeys(team.key for one in found for team in one.teams))
    seats = np.array([[float(any(t.key == k for t in one.teams)) for k in keys] for one in found])
    have = np.full((len(keys), starts), np.inf)
    for one in found:
        for team in one.teams:
            row = keys.index(team.key)
            have[row] = np.minimum(have[row], team.able[:starts])
    return seats, have


def _crowd(state: _State) -> Crowd:
    """The problem as its bound sees it: a team's people and a customer's own time are shared."""
    several = [one for one in set(state.customers) if state.customers.count(one) > 1]
    own = np.array([[float(c == one) for one in several] for c in state.customers])
    once = np.ones((len(several), state.prices.shape[1]))
    have = np.concatenate([state.have, once])
    return Crowd(
        np.where(np.isfinite(state.prices), state.prices, np.inf),
        np.array(state.lengths),
        np.array([float(not near) for near in state.near]),
        np.concatenate([state.seats, own.reshape(len(state.lengths), len(several))], axis=1),
        capacities(have, state.lengths),
        LEFT_OUT,
        RATE,
    )


def _settled(
    state: _State, random: np.random.Generator, choices: Sequence[int] | None
) -> tuple[float, list[int]]:
    """The price of a plan, and the plan, beginning with the cutovers in any order."""
    _settle(state, [int(i) for i in random.permutation(len(state.lengths))], choices)
    return _price(state), list(state.starts)


def _settle(state: _State, order: Sequence[int], choices: Sequence[int] | None) -> None:
    """Put every cutover somewhere, then move one and two at a time while that is cheaper."""
    state.starts = [-1] * len(state.lengths)
    for one in order:
        wish = choices[one] if choices else -1
        costs = _costs(state, one)
        state.starts[one] = wish if wish >= 0 and np.isfinite(costs[wish]) else _cheapest(costs)
    for _ in range(50):
        if not any(_move(state, one) for one in order) and not _move_pairs(state, order):
            break


def _cheapest(costs: Column) -> int:
    start = int(np.argmin(costs))
    return start if np.isfinite(costs[start]) else -1


def _move(state: _State, one: int) -> bool:
    before = state.starts[one]
    costs = _costs(state, one)
    after = _cheapest(costs)
    if after < 0 or (before >= 0 and costs[after] >= costs[before] - 1e-9):
        return False
    state.starts[one] = after
    return True


def _move_pairs(state: _State, order: Sequence[int]) -> bool:
    """Take two out and put them back, either first."""
    for index, one in enumerate(order):
        for other in order[index + 1 :]:
            if not _neighbours(state, one, other):
                continue
            before, kept = _price(state), (state.starts[one], state.starts[other])
            for first, second in ((one, other), (other, one)):
                state.starts[one] = state.starts[other] = -1
                state.starts[first] = _cheapest(_costs(state, first, skip=kept))
                state.starts[second] = _cheapest(_costs(state, second))
                if _price(state) < before - 1e-6:
                    return True
            state.starts[one], state.starts[other] = kept
    return False


def _neighbours(state: _State, one: int, other: int) -> bool:
    """Only cutovers near one another, or with nowhere to be, can gain by making room."""
    a, b = state.starts[one], state.starts[other]
    return a < 0 or b < 0 or abs(a - b) < 2 * DAY_SLOTS


def _costs(state: _State, one: int, skip: Sequence[int] = ()) -> Column:
    """What each start of `one` adds to the plan of the others; infinite where it cannot be."""
    costs: Column = state.prices[one].copy()
    others = [i for i, start in enumerate(state.starts) if i != one and start >= 0]
    if not state.near[one]:
        costs += RATE * _within(state, others)
    for i in others:
        if state.customers[i] == state.customers[one]:
            costs[_overlap(state, one, i)] = np.inf
    costs[_too_few(state, one, others)] = np.inf
    costs[state.rooms.too_full(one, {i: state.starts[i] for i in others})] = np.inf
    for start in skip:
        if start >= 0:
            costs[max(0, start - 2) : start + 3] = np.inf
    return costs


def _within(state: _State, others: Sequence[int]) -> Column:
    starts = state.prices.shape[1]
    busy = np.zeros(starts + 2 * DAY_SLOTS)
    for i in others:
        if not state.near[i]:
            busy[state.starts[i] : state.starts[i] + DAY_SLOTS] = 1.0
    sums = np.concatenate([[0.0], np.cumsum(busy)])
    found: Column = sums[DAY_SLOTS : DAY_SLOTS + starts] - sums[:starts]
    return found


def _overlap(state: _State, one: int, other: int) -> slice:
    begin = state.starts[other]
    return slice(max(0, begin - state.lengths[one] + 1), begin + state.lengths[other])


def _too_few(state: _State, one: int, others: Sequence[int]) -> Marks:
    """Starts at which a team would need more people at one time than it has."""
    starts = state.prices.shape[1]
    claimed = np.zeros((state.seats.shape[1], starts))
    for i in others:
        claimed[:, _overlap(state, one, i)] += state.seats[i][:, None]
    short: Marks = ((claimed > 0) & (claimed + state.seats[one][:, None] > state.have)).any(axis=0)
    return short


def _price(state: _State) -> float:
    total = 0.0
    began = np.zeros(state.prices.shape[1] + DAY_SLOTS + 1)
    for one, start in enumerate(state.starts):
        if start < 0:
            total += LEFT_OUT
            continue
        total += float(state.prices[one, start])
        if not state.near[one]:
            began[start] += 1.0
            began[start + DAY_SLOTS] -= 1.0
    return total + RATE * float(np.maximum(0.0, np.cumsum(began) - 1.0).sum())
