"""Simulated annealing on one team's roster: many small moves in little time. Pure.

It brings a greedy start near to the best within seconds at any size; CP-SAT then finishes what small moves
cannot, and proves. A move hands a place to another person, exchanges the people of two places, or fills an
empty place; where one duty keeps somebody from a place, that duty goes to whom they take the place from, to
a third person, or stays empty.
"""

import math
import time
from collections.abc import Callable
from random import Random

from onboarding.rosters.seating import NOBODY, Change, Seating
from onboarding.rosters.team import POINTS, Roster, TeamProblem

HOT, WARM, COLD = 1.0 * POINTS, 0.4 * POINTS, 0.05 * POINTS
"""Temperature at the beginning, at the beginning of a further cooling, and at the end, in points."""

LAX = 0.03
"""Part of its price that an hour beyond the allowance has in the beginning: at its full price from the
start it shuts the way to better rosters."""

HAND_OVERS = 0.6
BACK = 0.65
"""Part of the blocked hand-overs in which the duty in the way goes back to whom the place is taken from."""

CLOCK_EVERY = 256

Draw = Callable[[], float]
"""A number in [0, 1)."""


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
    seating = Seating(share, roster)
    if not seating.who:
        return roster
    best_price, best = seating.price, None
    heat, cooling = hot, (COLD / hot) ** (1 / max(1, moves))
    draw = random.random
    for step in range(moves):
        if step % CLOCK_EVERY == 0:
            if time.monotonic() > ends:
                break
            seating.strictness = share.excess_points * min(1.0, LAX ** (1 - 2 * step / moves))
        heat *= cooling
        changes = _move(seating, draw)
        if (
            changes
            and seating.weigh(changes, -heat * math.log(1.0 - draw()))
            and seating.price < best_price
        ):
            best_price, best = seating.price, list(seating.who)
    return roster if best is None else seating.roster(best)


def _move(seating: Seating, draw: Draw) -> list[Change] | None:
    """A move that keeps the rules, or None where the one that was drawn does not."""
    k = int(draw() * len(seating.who))
    if draw() >= HAND_OVERS:
        return _exchange(seating, k, int(draw() * len(seating.who)))
    row = seating.row[k]
    person = seating.who[k]
    # the cheap ones more often; into an empty place anybody
    to = row[int(draw() * len(row))] if person == NOBODY else row[int(draw() * draw() * len(row))]
    if to == person:
        return None
    hit = seating.held[to] & seating.block[to][seating.duty[k]]
    if not hit:
        return [(k, to)]
    if hit & (hit - 1):  # two duties in the way
        return None
    other = seating.at[to].get(hit.bit_length() - 1)
    if other is None:
        return None
    if person != NOBODY and draw() < BACK:
        return _exchange(seating, k, other)
    return _pass_on(seating, k, to, other, draw)


def _exchange(seating: Seating, k: int, other: int) -> list[Change] | None:
    """Exchange the people of two places."""
    one, two = seating.who[k], seating.who[other]
    if one == two or not (seating.may_move(two, other, k) and seating.may_move(one, k, other)):
        return None
    return [(k, two), (other, one)]


def _pass_on(seating: Seating, k: int, to: int, other: int, draw: Draw) -> list[Change] | None:
    """`to` takes place `k` and gives up `other`, which a third person takes, or nobody."""
    if not seating.may_move(to, other, k):
        return None
    row = seating.row[other]
    third = row[int(draw() * draw() * len(row))]
    duty = seating.duty[other]
    if third in (to, seating.who[k]) or seating.held[third] & seating.block[third][duty]:
        third = NOBODY
    return [(k, to), (other, third)]
