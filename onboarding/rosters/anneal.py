"""Simulated annealing on one team's roster: many small moves in little time. Pure.

It brings a greedy start near to the best within seconds at any size; CP-SAT then finishes what small moves
cannot, and proves. A move hands a place to another person, exchanges the people of two places, or fills an
empty place with somebody who gives up another one for it.
"""

import math
import time
from itertools import compress
from random import Random

from onboarding.rosters import pricing
from onboarding.rosters.team import HOURS, POINTS, Roster, TeamProblem

HOT, WARM, COLD = 1.0 * POINTS, 0.4 * POINTS, 0.03 * POINTS
"""Temperature at the beginning, at the beginning of a further cooling, and at the end, in points."""

NOBODY = -1
HAND_OVERS = 0.6
CLOCK_EVERY = 256


def improve(
    share: TeamProblem,
    roster: Roster,
    random: Random,
    moves: int,
    ends: float,
    hot: float = HOT,
) -> Roster:
    """The best roster met in `moves` tries from `hot` to COLD; `roster` itself where none is better.

    It ends at the monotonic time `ends` if that comes first.
    """
    state = State(share, roster)
    if not state.places:
        return roster
    price = best_price = 0.0
    best: list[tuple[int, int]] | None = None
    heat, cooling = hot, (COLD / hot) ** (1 / max(1, moves))
    for step in range(moves):
        if step % CLOCK_EVERY == 0 and time.monotonic() > ends:
            break
        heat *= cooling
        price += state.step(random, -heat * math.log(1.0 - random.random()))
        if price < best_price - 1e-6:
            best_price, best = price, list(state.places)
    return roster if best is None else state.roster(best)


class State:
    """A roster while it is changed. `places` are (seat, person), NOBODY where empty; pinned ones are left out."""

    def __init__(self, share: TeamProblem, roster: Roster) -> None:
        self.share = share
        self.places: list[tuple[int, int]] = []
        for i, (seat, taken) in enumerate(zip(share.seats, roster, strict=True)):
            self.places += [(i, person) for person in taken if (i, person) not in share.pinned]
            if seat.takers:
                self.places += [(i, NOBODY)] * (seat.count - len(taken))
        self.duties = pricing.duties(share, roster)
        self.minutes = pricing.loads(share, roster)
        self.hours = pricing.loads(share, roster, HOURS)
        self.takers = [
            [person for _, person in sorted((cost, p) for p, (cost, _, _) in seat.takers.items())]
            for seat in share.seats
        ]
        self.fair = any(share.loaded)
        self.fairness = self.fair_price()

    def roster(self, places: list[tuple[int, int]]) -> Roster:
        """The roster with `places` and the pinned ones."""
        found: list[list[int]] = [[] for _ in self.share.seats]
        for i, person in [*places, *self.share.pinned]:
            if person != NOBODY:
                found[i].append(person)
        return [tuple(sorted(people)) for people in found]

    def fair_price(self) -> int:
        """Points of the spread of load."""
        if not self.fair:
            return 0
        share = self.share
        loads = list(compress(self.minutes, share.loaded))
        hours = list(compress(self.hours, share.loaded))
        wide = max(hours) - min(hours) - share.allowance
        points = share.fair_points * (max(loads) - min(loads))
        return points + share.excess_points * wide if wide > 0 else points

    def worth(self, i: int, person: int) -> int:
        """Points of `person` (or nobody) on seat `i`; a kept place earns what giving it up would cost."""
        seat = self.share.seats[i]
        if person == NOBODY:
            return seat.price
        kept = self.share.change_points if (i, person) in self.share.kept else 0
        return seat.takers[person][0] - kept

    def step(self, random: Random, bar: float) -> float:
        """Try one move and keep it if it costs no more than `bar` points; the change in points."""
        count = len(self.places)
        k = int(random.random() * count)
        i, person = self.places[k]
        row = self.takers[i]
        kind = random.random()
        if person == NOBODY and kind < HAND_OVERS:
            return self.into_hole(k, row[int(random.random() * len(row))], bar)
        if kind < HAND_OVERS:  # the cheap ones more often
            to = row[int(random.random() * random.random() * len(row))]
            return self.hand_over(k, to, bar)
        return self.exchange(k, int(random.random() * count), bar)

    def hand_over(self, k: int, to: int, bar: float) -> float:
        """Give place `k` to `to`."""
        i, person = self.places[k]
        duty = self.share.seats[i].duty
        if to == person or not pricing.is_free(self.share, self.duties[to], to, duty):
            return 0.0
        change = self._weigh([(k, to)], bar)
        if change is None:
            return 0.0
        self.duties[person].discard(duty)
        self.duties[to].add(duty)
        return change

    def into_hole(self, k: int, to: int, bar: float) -> float:
        """Fill the empty place `k` with `to`, who gives up the one place that clashes with it, if any."""
        duty = self.share.seats[self.places[k][0]].duty
        clash = self.share.clash[to][duty]
        held = self.duties[to]
        hit = [d for d in held if d == duty or d in clash]
        if len(hit) > 1:
            return 0.0
        changes = [(k, to)]
        if hit:
            left = self._place_of(to, hit[0])
            if left is None:
                return 0.0
            changes.append((left, NOBODY))
        change = self._weigh(changes, bar)
        if change is None:
            return 0.0
        held.difference_update(hit)
        held.add(duty)
        return change

    def exchange(self, k: int, other: int, bar: float) -> float:
        """Exchange the people of two places."""
        (i, one), (j, two) = self.places[k], self.places[other]
        a, b = self.share.seats[i], self.share.seats[j]
        if one == two or two not in a.takers or one not in b.takers:
            return 0.0
        if a.duty != b.duty and not (
            self._free_without(two, a.duty, b.duty) and self._free_without(one, b.duty, a.duty)
        ):
            return 0.0
        change = self._weigh([(k, two), (other, one)], bar)
        if change is None:
            return 0.0
        self.duties[one].discard(a.duty)
        self.duties[two].discard(b.duty)
        self.duties[one].add(b.duty)
        self.duties[two].add(a.duty)
        return change

    def _weigh(self, changes: list[tuple[int, int]], bar: float) -> float | None:
        """Make the `changes` (place, person) if together they cost at most `bar`, and say how much; else None."""
        before = [self.places[k] for k, _ in changes]
        change = 0
        for (k, to), (i, person) in zip(changes, before, strict=True):
            change += self.worth(i, to) - self.worth(i, person)
            self._move(k, to)
        fairness = self.fair_price()
        total = change + fairness - self.fairness
        if total > bar:
            for (k, _), (_, person) in zip(changes, before, strict=True):
                self._move(k, person)
            return None
        self.fairness = fairness
        return float(total)

    def _move(self, k: int, to: int) -> None:
        i, person = self.places[k]
        takers = self.share.seats[i].takers
        if person != NOBODY:
            _, load, hours = takers[person]
            self.minutes[person] -= load
            self.hours[person] -= hours
        if to != NOBODY:
            _, load, hours = takers[to]
            self.minutes[to] += load
            self.hours[to] += hours
        self.places[k] = (i, to)

    def _free_without(self, person: int, duty: int, given: int) -> bool:
        """Whether `person` may take `duty` once rid of `given`."""
        held = self.duties[person]
        held.discard(given)
        free = pricing.is_free(self.share, held, person, duty)
        held.add(given)
        return free

    def _place_of(self, person: int, duty: int) -> int | None:
        """The place by which `person` has `duty`, or None where it is pinned."""
        for k, (i, who) in enumerate(self.places):
            if who == person and self.share.seats[i].duty == duty:
                return k
        return None
