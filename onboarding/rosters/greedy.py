"""A full roster in well under a second: the start that the search improves on. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from onboarding.rosters import pricing
from onboarding.rosters.team import HOURS, POINTS, Roster, TeamProblem
from onboarding.rosters.terms import ROLES

PRESSURE = 0.35 * POINTS / 60
"""Points of one minute of load already carried."""


@dataclass
class Filling:
    """A roster being filled: who has which duties and how many minutes of HOURS so far."""

    share: TeamProblem
    roster: Roster
    duties: list[set[int]]
    minutes: list[int]

    @classmethod
    def empty(cls, share: TeamProblem) -> "Filling":
        return cls(
            share, [() for _ in share.seats], [set() for _ in share.people], list(share.base)
        )

    def settle(self, places: Iterable[tuple[int, int]]) -> None:
        """Take the (seat, person) `places`, in order of index, as far as they agree with the rules and one another."""
        for i, person in sorted(places):
            seat = self.share.seats[i]
            open_ = len(self.roster[i]) < seat.count and person not in self.roster[i]
            if open_ and pricing.is_free(self.share, self.duties[person], person, seat.duty):
                self.sit(i, person)

    def sit(self, i: int, person: int) -> None:
        """`person` takes a place of seat `i`."""
        seat = self.share.seats[i]
        self.roster[i] = tuple(sorted((*self.roster[i], person)))
        self.duties[person].add(seat.duty)
        self.minutes[person] += seat.takers[person][HOURS]

    def fill(self, i: int, pressure: float | None) -> None:
        """Fill seat `i` with the cheapest who are free; load counts `pressure` points a minute (None: only load)."""
        seat = self.share.seats[i]
        for person in self._by_appeal(i, pressure):
            if len(self.roster[i]) == seat.count:
                return
            if pricing.is_free(self.share, self.duties[person], person, seat.duty):
                self.sit(i, person)

    def _by_appeal(self, i: int, pressure: float | None) -> list[int]:
        takers = self.share.seats[i].takers
        if pressure is None:
            return sorted(takers, key=lambda p: (self.minutes[p], p))
        return sorted(takers, key=lambda p: (self._appeal(i, p, pressure), p))

    def _appeal(self, i: int, person: int, pressure: float) -> float:
        points, _, hours = self.share.seats[i].takers[person]
        return points + pressure * (self.minutes[person] + hours)


def rotas(share: TeamProblem) -> list[Roster]:
    """The usual rotas: pinned places, then each seat to the least loaded person who may take it.

    Seat after seat in order of time or of booking, all primaries first or not: four of them.
    """
    seats = share.seats
    orders: list[Callable[[int], tuple[int, ...]]] = [
        lambda i: (i,),
        lambda i: (seats[i].booked,),
        lambda i: (ROLES.index(seats[i].role), i),
        lambda i: (ROLES.index(seats[i].role), seats[i].booked),
    ]
    found = []
    for order in orders:
        filling = Filling.empty(share)
        filling.settle(share.pinned)
        for i in sorted(range(len(seats)), key=order):
            filling.fill(i, None)
        found.append(filling.roster)
    return found


def start(share: TeamProblem) -> Roster:
    """Pinned and kept places first as far as they agree, then the others; primaries and the hardest to fill first."""
    filling = Filling.empty(share)
    filling.settle(share.pinned)
    filling.settle(share.kept)
    seats = share.seats
    for i in sorted(
        range(len(seats)), key=lambda i: (ROLES.index(seats[i].role), len(seats[i].takers), i)
    ):
        filling.fill(i, PRESSURE)
    return filling.roster
