"""A full roster in well under a second: the start that the search improves on. Pure."""

from onboarding.rosters import pricing
from onboarding.rosters.team import Roster, TeamProblem
from onboarding.rosters.terms import ROLES

PRESSURE = 0.35
"""Points of one minute of load already carried, as a part of a minute outside working time."""


def start(share: TeamProblem) -> Roster:
    """Pinned and kept places first as far as they agree, then seat by seat, those with fewest takers first."""
    roster: Roster = [() for _ in share.seats]
    duties: list[set[int]] = [set() for _ in share.people]
    minutes = list(share.base)

    def seat_in(i: int, person: int) -> None:
        roster[i] = tuple(sorted((*roster[i], person)))
        duties[person].add(share.seats[i].duty)
        minutes[person] += share.seats[i].takers[person][1]

    for places in (share.pinned, share.kept):
        for i, person in sorted(places):
            seat = share.seats[i]
            open_ = len(roster[i]) < seat.count and person not in roster[i]
            if open_ and pricing.is_free(share, duties[person], person, seat.duty):
                seat_in(i, person)
    for i in _order(share):
        seat = share.seats[i]
        while len(roster[i]) < seat.count:
            free = [p for p in seat.takers if pricing.is_free(share, duties[p], p, seat.duty)]
            if not free:
                break
            seat_in(i, min(free, key=lambda p: (_appeal(share, i, p, minutes[p]), p)))
    return roster


def _order(share: TeamProblem) -> list[int]:
    """Primary seats before backups before shadows; the hardest to fill first."""
    seats = share.seats
    return sorted(
        range(len(seats)), key=lambda i: (ROLES.index(seats[i].role), len(seats[i].takers), i)
    )


def _appeal(share: TeamProblem, i: int, person: int, minutes: int) -> float:
    points, load = share.seats[i].takers[person]
    return points + PRESSURE * 50 * (minutes + load)
