"""A roster problem: who there is, who is on rotation, what has to be staffed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from onboarding.errors import BadInput
from onboarding.rosters import reading
from onboarding.rosters.terms import Assignment, Cutover, Need, Person, Shift, Weights


@dataclass(frozen=True)
class Problem:
    """`declined` and `barred` are (cutover id, person id); `pinned` are places that must be as they
    are; `faces` are (customer, person id) of whom the customer knows already."""

    people: tuple[Person, ...]
    shifts: tuple[Shift, ...]
    cutovers: tuple[Cutover, ...]
    declined: frozenset[tuple[str, str]] = frozenset()
    pinned: frozenset[Assignment] = frozenset()
    barred: frozenset[tuple[str, str]] = frozenset()
    faces: frozenset[tuple[str, str]] = frozenset()
    weights: Weights = field(default_factory=Weights)

    @classmethod
    def from_json(cls, document: Any) -> "Problem":
        """The problem in the format of docs/rosters.md. Raises BadInput with the JSON path and what was expected."""
        people = reading.people(document)
        known = {person.id: person for person in people}
        shifts = reading.shifts(document, known)
        cutovers = reading.cutovers(document)
        ids = {cutover.id for cutover in cutovers}
        problem = cls(
            people,
            shifts,
            cutovers,
            declined=reading.pairs(document, "declined", ids, set(known)),
            barred=reading.pairs(document, "barred", ids, set(known)),
            faces=reading.faces(document, set(known)),
        )
        return problem.with_pins(reading.places(document, "pinned"))

    def with_pins(
        self, pins: Iterable[Assignment] = (), bars: Iterable[tuple[str, str]] = ()
    ) -> "Problem":
        """The problem with more names pinned and barred. Raises BadInput where one names what is not there."""
        pins, bars = frozenset(pins), frozenset(bars)
        for i, pin in enumerate(sorted(pins)):
            if self.need(pin.cutover, pin.team, pin.role) is None:
                raise BadInput(
                    f"{pin.cutover} needs no {pin.role} of {pin.team}",
                    place=f"$.pinned[{i}]",
                    hint="expected a seat that the cutover has",
                )
        for i, person in enumerate(
            [*(p.person for p in sorted(pins)), *(b[1] for b in sorted(bars))]
        ):
            if person not in self.person_by_id:
                raise BadInput(
                    f"{person!r} is unknown",
                    place=f"pinned or barred {i}",
                    hint="expected a person's id",
                )
        return replace(self, pinned=self.pinned | pins, barred=self.barred | bars)

    @cached_property
    def person_by_id(self) -> dict[str, Person]:
        return {person.id: person for person in self.people}

    @cached_property
    def cutover_by_id(self) -> dict[str, Cutover]:
        return {cutover.id: cutover for cutover in self.cutovers}

    @cached_property
    def teams(self) -> tuple[str, ...]:
        """Every team that somebody belongs to or that a cutover needs, in order of name."""
        needed = {need.team for cutover in self.cutovers for need in cutover.needs}
        return tuple(sorted(needed | {person.team for person in self.people}))

    def need(self, cutover: str, team: str, role: str) -> Need | None:
        """The need of that cutover for that team and role, or None."""
        if cutover not in self.cutover_by_id:
            return None
        for need in self.cutover_by_id[cutover].needs:
            if (need.team, need.role) == (team, role):
                return need
        return None
