"""What a roster is made of: people, their shifts, cutovers and the seats these need. Pure."""

from dataclasses import dataclass
from datetime import datetime

from onboarding.rosters.windows import Span, WorkingHours

PRIMARY, BACKUP, SHADOW = ROLES = ("primary", "backup", "shadow")


@dataclass(frozen=True, slots=True)
class Person:
    """`load`: weighted hours already carried this quarter; `availability`: share of a full quarter (0 < a <= 1).

    `avoid`: hours the person would rather not stand by (a wish, never a rule). `lapsed`: skills whose
    certificate has run out. `holidays`: the parts of `away` that are public holidays of theirs; both
    are there to say why.
    """

    id: str
    team: str
    working: WorkingHours
    skills: frozenset[str] = frozenset()
    trainee: bool = False
    away: tuple[Span, ...] = ()
    load: float = 0.0
    availability: float = 1.0
    avoid: tuple[WorkingHours, ...] = ()
    name: str = ""
    lapsed: frozenset[str] = frozenset()
    holidays: tuple[Span, ...] = ()

    @property
    def called(self) -> str:
        """What people call this person; the id where no name is given."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Shift:
    """`person` is on rotation for `team` in [start, end)."""

    team: str
    person: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Need:
    """`count` seats of one role from one team; each takes somebody with all `skills` (a shadow needs none)."""

    team: str
    role: str
    count: int = 1
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Cutover:
    """A window [start, end) and the seats to fill in it; at most one need per team and role."""

    id: str
    customer: str
    start: datetime
    end: datetime
    needs: tuple[Need, ...]
    title: str = ""

    @property
    def called(self) -> str:
        """What people call this cutover; the id where no title is given."""
        return self.title or self.id

    @property
    def hours(self) -> float:
        """Length of the window in hours."""
        return (self.end - self.start).total_seconds() / 3600


@dataclass(frozen=True, slots=True, order=True)
class Assignment:
    """`person` takes a seat of `role` for `team` at `cutover` (all by id)."""

    cutover: str
    team: str
    role: str
    person: str


@dataclass(frozen=True, slots=True)
class Weights:
    """How the goals are weighed against each other, in hours outside working time.

    One weight for each goal; a goal of a later line counts for little beside one of an earlier line:
    empty seats, then places given up on a re-solve, then hours outside working time together with
    fairness, then rotation, then the same faces, then wishes. `backup_load` and `shadow_load` are the
    part of a duty's hours that count as load (a primary's count whole). A primary seat is dearer than a
    backup seat, but not than two: as few seats stay empty as can be, and of those as few primaries.
    `unfairness` is the price of an hour of spread, `unfair_excess` what an hour beyond the allowance costs
    on top (docs/rosters.md).
    """

    empty_primary: float = 31_000.0
    empty_backup: float = 30_000.0
    empty_shadow: float = 6_000.0
    changed: float = 400.0
    out_of_hours: float = 1.0
    unfairness: float = 0.3
    unfair_excess: float = 10.0
    off_shift_hours: float = 0.02
    discontinuity: float = 0.05
    wishes: float = 0.01
    backup_load: float = 0.5
    shadow_load: float = 0.25

    def empty(self, role: str) -> float:
        """Price of one empty seat of `role`."""
        return {PRIMARY: self.empty_primary, BACKUP: self.empty_backup}.get(role, self.empty_shadow)

    def load(self, role: str) -> float:
        """Part of a duty's hours that counts as load for `role`."""
        return {PRIMARY: 1.0, BACKUP: self.backup_load}.get(role, self.shadow_load)
