"""A roster as the solver hands it back, and its JSON form (docs/rosters.md). Pure."""

from dataclasses import asdict, dataclass, field
from typing import Any

from onboarding import clock
from onboarding.rosters import reading
from onboarding.rosters.terms import Assignment
from onboarding.rosters.windows import Span

OPTIMAL, FEASIBLE, INFEASIBLE = "optimal", "feasible", "infeasible"


@dataclass(frozen=True, slots=True)
class Unfilled:
    """`missing` seats stay empty; `why` names the binding reason; `nearest` is the closest window that works.

    `fixes`: what would fill it, the smallest change first.
    """

    cutover: str
    team: str
    role: str
    missing: int
    why: str
    nearest: Span | None = None
    fixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """Seats, hours (`off_shift_hours`, `out_of_hours`, `unfairness`), extra faces, places given up."""

    unfilled: int = 0
    off_shift_hours: float = 0.0
    out_of_hours: float = 0.0
    unfairness: float = 0.0
    discontinuity: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Solution:
    """`objective` is what was minimised, `bound` a valid lower bound of it; `conflicts` say why it is infeasible."""

    status: str
    assignments: tuple[Assignment, ...]
    unfilled: tuple[Unfilled, ...] = ()
    score: Score = field(default_factory=Score)
    objective: float | None = None
    bound: float | None = None
    seconds: float = 0.0
    conflicts: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every seat is filled."""
        return self.status != INFEASIBLE and not self.unfilled

    def to_json(self) -> dict[str, Any]:
        """The document that `turnup roster solve --format json` prints."""
        document: dict[str, Any] = {
            "status": self.status,
            "assignments": [asdict(place) for place in self.assignments],
            "unfilled": [_seat(seat) for seat in self.unfilled],
            "score": asdict(self.score),
            "objective": self.objective,
            "bound": self.bound,
            "seconds": round(self.seconds, 3),
        }
        if self.conflicts:
            document["conflicts"] = list(self.conflicts)
        return document


def kept_places(document: Any) -> tuple[Assignment, ...]:
    """The places of an earlier solution's document. Raises BadInput with the JSON path."""
    return reading.places(document, "assignments")


def _seat(seat: Unfilled) -> dict[str, Any]:
    document = asdict(seat)
    document["fixes"] = list(seat.fixes)
    document["nearest"] = [clock.iso(at) for at in seat.nearest] if seat.nearest else None
    return document
