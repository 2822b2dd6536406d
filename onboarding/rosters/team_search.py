"""The search for one team's roster: greedy start, then CP-SAT on the whole or on one part after another."""

import time
from dataclasses import dataclass
from random import Random

from onboarding.rosters import greedy, model, neighbourhood, pricing
from onboarding.rosters.cpsat import Answer
from onboarding.rosters.model import SeatModel
from onboarding.rosters.team import Roster, TeamProblem

WHOLE = 1_500
"""Up to so many (seat, person) pairs the whole team is one model from the beginning."""

STEP = 0.25
"""Deterministic seconds of one step of the neighbourhood search."""


@dataclass(slots=True)
class Found:
    """The best roster known, its price and a lower bound of any roster's price, in points."""

    roster: Roster
    price: int
    bound: float
    proven: bool = False


def solve_team(share: TeamProblem, seconds: float, seed: int) -> Found:
    """The best roster found in `seconds`; it returns early where the best is proven. Pinned places must agree."""
    ends = time.monotonic() + seconds
    roster = greedy.start(share)
    found = Found(roster, pricing.price(share, roster), 0.0)
    if not share.seats:
        found.bound, found.proven = found.price, True
        return found
    if share.kept and _repaired(share, found, ends, seed):
        return found
    pairs = sum(len(seat.takers) for seat in share.seats)
    if pairs <= WHOLE:
        _whole(share, found, ends, seed)
    else:
        _neighbourhoods(share, found, ends, seed)
    return found


def _repaired(share: TeamProblem, found: Found, ends: float, seed: int) -> bool:
    """Fill what a re-solve left open with every kept place held; proven best where that fills all there is."""
    open_ = [
        i
        for i, seat in enumerate(share.seats)
        if len([p for p in found.roster[i] if (i, p) in share.kept]) < seat.count
    ]
    if open_:
        built = model.build(share, found.roster, open_)
        _take(found, built, _ask(built, ends, seed, effort=2.0))
    given_up = any(person not in found.roster[i] for i, person in share.kept)
    empty = any(
        len(taken) < min(seat.count, len(seat.takers))
        for seat, taken in zip(share.seats, found.roster, strict=True)
    )
    if given_up or empty:
        return False
    found.bound, found.proven = found.price, True
    return True


def _whole(share: TeamProblem, found: Found, ends: float, seed: int) -> None:
    built = model.build(share, found.roster)
    answer = _ask(built, ends, seed, effort=1e9)
    _take(found, built, answer)
    found.bound = max(found.bound, answer.bound)
    found.proven = answer.proven


def _neighbourhoods(share: TeamProblem, found: Found, ends: float, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a search, not a secret
    size = 400.0
    while time.monotonic() < ends:
        free, among = neighbourhood.choose(share, found.roster, int(size), random)
        built = model.build(share, found.roster, free, among)
        answer = _ask(built, ends, random.randrange(1 << 30), effort=STEP)
        _take(found, built, answer)
        size = min(size * 1.1, 4000) if answer.proven else max(size * 0.9, 100)


def _ask(built: SeatModel, ends: float, seed: int, effort: float) -> Answer:
    return built.model.solve(
        {
            "num_workers": 1,
            "linearization_level": 2,
            "random_seed": seed % (1 << 31),
            "max_time_in_seconds": max(0.05, ends - time.monotonic()),
            "max_deterministic_time": effort,
        }
    )


def _take(found: Found, built: SeatModel, answer: Answer) -> None:
    """Keep the answer where it is no worse: the incumbent is never lost."""
    if answer.values:
        roster = built.roster_of(answer)
        price = pricing.price(built.share, roster)
        if price <= found.price:
            found.roster, found.price = roster, price
