"""Why a seat is empty though people could take it: the fewest seats that cannot all be filled together. Pure.

From the empty seat outwards: the seats whose holders would be needed for it, then those whose holders would be
needed for these, until they cannot all be filled by anybody, whatever the rest of the roster; then every seat
is left out that can be.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import NamedTuple

from onboarding.rosters.eligibility import reason_against
from onboarding.rosters.statement import Problem
from onboarding.rosters.terms import Assignment
from onboarding.rosters.windows import REST, out_of_hours

MOST = 14
"""Seats of a core at most: more explain nothing to anybody."""

HOPS = 3
EFFORT = 2_000
"""Tries for one team's seats in all, some 8 ms; what is not proven by then is not claimed."""

NAMED = 3


class Slot(NamedTuple):
    """The `number`-th seat of a role at a cutover (by id)."""

    cutover: str
    role: str
    number: int = 0


class GivenUp(Exception):
    """There were too many tries to make."""


class Cores:
    """The cores of one team's empty seats in the roster `places` (all of that team)."""

    def __init__(self, problem: Problem, team: str, places: Iterable[Assignment]) -> None:
        self.problem = problem
        self.team = team
        self.people = [person for person in problem.people if person.team == team]
        self.left = EFFORT
        self.held: dict[str, list[Slot]] = {}
        self.pinned: dict[Slot, str] = {}
        counts: dict[tuple[str, str], int] = {}
        for place in sorted(places, key=lambda p: (p not in problem.pinned, p)):
            number = counts.get((place.cutover, place.role), 0)
            counts[place.cutover, place.role] = number + 1
            slot = Slot(place.cutover, place.role, number)
            self.held.setdefault(place.person, []).append(slot)
            if place in problem.pinned:
                self.pinned[slot] = place.person
        self.counts = counts
        self.clash = cache(self._clash)
        self.outside = cache(self._outside)
        self.able = cache(self._able)

    def core(self, cutover: str, role: str) -> tuple[Slot, ...]:
        """The fewest seats, the empty one of `cutover` and `role` among them, that cannot all be filled; () where none are found."""
        empty = Slot(cutover, role, self.counts.get((cutover, role), 0))
        slots = [empty]
        try:
            for _ in range(HOPS):
                grown = self._grown(slots)
                if len(grown) == len(slots):
                    return ()
                slots = grown
                if not self._fillable(slots):
                    return self._least(empty, slots)
        except GivenUp:
            pass
        return ()

    def words(self, core: Sequence[Slot]) -> str:
        """ "c1 primary, c2 primary and c3 backup cannot all be filled: only ann and bob may take them, and …"."""
        slots = sorted(
            core, key=lambda slot: (self.problem.cutover_by_id[slot.cutover].start, slot)
        )
        names = [f"{self.problem.cutover_by_id[s.cutover].called} {s.role}" for s in slots]
        able = sorted({who for slot in core for who in self.able(slot)})
        people = [self.problem.person_by_id[who].called for who in able[:NAMED]]
        people += [f"{len(able) - NAMED} more"] if len(able) > NAMED else []
        return (
            f"{_listed(names)} cannot all be filled, whoever stands by elsewhere: only {_listed(people)} "
            "may take them, and the windows overlap or leave too little rest"
        )

    def _grown(self, slots: list[Slot]) -> list[Slot]:
        """`slots` and the seats that keep those who could take them, at most MOST."""
        found = dict.fromkeys(slots)
        for slot in slots:
            for person in self.able(slot):
                for other in self.held.get(person, ()):
                    if len(found) < MOST and self.clash(person, slot.cutover, other.cutover):
                        found[other] = None
        return list(found)

    def _least(self, empty: Slot, slots: list[Slot]) -> tuple[Slot, ...]:
        """`slots` without all that can be left out with the others still not to be filled."""
        core = list(slots)
        for slot in reversed(slots):
            fewer = [other for other in core if other != slot]
            if slot != empty and not self._fillable(fewer):
                core = fewer
        return tuple(core)

    def _fillable(self, slots: Sequence[Slot]) -> bool:
        """Whether `slots` can all be filled at once. Raises GivenUp."""
        return self._fill({slot: self.able(slot) for slot in slots})

    def _fill(self, open_: Mapping[Slot, Sequence[str]]) -> bool:
        if not open_:
            return True
        slot = min(open_, key=lambda s: len(open_[s]))
        for person in open_[slot]:
            self.left -= 1
            if self.left < 0:
                raise GivenUp
            rest = {
                other: [
                    who
                    for who in able
                    if who != person or not self.clash(person, slot.cutover, other.cutover)
                ]
                for other, able in open_.items()
                if other != slot
            }
            if all(rest.values()) and self._fill(rest):
                return True
        return False

    def _able(self, slot: Slot) -> tuple[str, ...]:
        """Who may take the seat; of a pinned one, whom it is pinned to."""
        if slot in self.pinned:
            return (self.pinned[slot],)
        cutover = self.problem.cutover_by_id[slot.cutover]
        need = self.problem.need(slot.cutover, self.team, slot.role)
        assert need is not None, "a seat of the problem"
        return tuple(
            person.id
            for person in self.people
            if reason_against(self.problem, cutover, need, person) is None
        )

    def _clash(self, person: str, one: str, two: str) -> bool:
        """As `clashes.clashing` says of two duties, from what lies outside the person's hours, which is known."""
        if one > two:
            return bool(self.clash(person, two, one))
        first, second = self.problem.cutover_by_id[one], self.problem.cutover_by_id[two]
        apart = max(first.start - second.end, second.start - first.end)
        if apart < timedelta() or apart >= REST:
            return apart < REST
        return bool(self.outside(person, one) or self.outside(person, two))

    def _outside(self, person: str, cutover: str) -> bool:
        window = self.problem.cutover_by_id[cutover]
        return out_of_hours(self.problem.person_by_id[person].working, window.start, window.end) > 0


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
