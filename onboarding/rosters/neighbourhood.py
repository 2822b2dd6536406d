"""Which seats to free for the next step of a large-neighbourhood search. Pure."""

from collections.abc import Sequence
from random import Random

from onboarding.rosters import pricing
from onboarding.rosters.team import HOURS, Roster, TeamProblem

Choice = tuple[list[int], list[int] | None]
"""The seats that may change hands, and among which people (None: all)."""


def choose(share: TeamProblem, roster: Roster, size: int, random: Random) -> Choice:
    """About `size` variables' worth of freedom: a stretch of time, a few people, or seats here and there."""
    kind = random.random()
    if kind < 0.45:
        return _stretch(share, size, random), None
    if kind < 0.9:
        return _few_people(share, roster, size, random)
    return _anywhere(share, size, random), None


def _stretch(share: TeamProblem, size: int, random: Random) -> list[int]:
    """Seats of duties that follow one another, around an empty seat where there is one to begin with."""
    seats = share.seats
    begin = random.randrange(len(seats))
    picked: list[int] = []
    freedom = 0
    for i in range(begin, begin + len(seats)):
        i %= len(seats)
        picked.append(i)
        freedom += len(seats[i].takers)
        if freedom >= size:
            break
    return picked


def _anywhere(share: TeamProblem, size: int, random: Random) -> list[int]:
    order = list(range(len(share.seats)))
    random.shuffle(order)
    picked: list[int] = []
    freedom = 0
    for i in order:
        picked.append(i)
        freedom += len(share.seats[i].takers)
        if freedom >= size:
            break
    return sorted(picked)


def _few_people(share: TeamProblem, roster: Roster, size: int, random: Random) -> Choice:
    """All seats of some people, to be dealt out among these: the most and the least loaded and some at random."""
    minutes = pricing.loads(share, roster, HOURS)
    order = sorted(range(len(share.people)), key=lambda p: minutes[p])
    counted = [p for p in order if share.loaded[p]]
    extremes: Sequence[int] = [*counted[-2:], *counted[:2]] if random.random() < 0.6 else ()
    random.shuffle(order)
    among: list[int] = []
    picked: set[int] = set()
    seats_of: dict[int, list[int]] = {p: [] for p in order}
    for i, taken in enumerate(roster):
        for person in taken:
            seats_of[person].append(i)
    for person in [*extremes, *order]:
        if person in among:
            continue
        among.append(person)
        picked.update(seats_of[person])
        picked.update(i for i in (_empty_for(share, roster, person)))
        if len(among) * len(picked) >= size and len(among) > 2:
            break
    return sorted(picked), among


def _empty_for(share: TeamProblem, roster: Roster, person: int) -> list[int]:
    """Empty seats that `person` may take."""
    return [
        i
        for i, seat in enumerate(share.seats)
        if len(roster[i]) < seat.count and person in seat.takers
    ]
