"""What a training path asks for, and how far somebody is on it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

TECHNICAL, TONE = KINDS = ("technical", "tone")
SESSION, PAIRING = EVENTS = ("session", "pairing")


@dataclass(frozen=True)
class Course:
    """A path's demands: sessions by their titles, how often one works beside somebody who is able
    (`pairings`), and how many flips one shadows (`shadows`)."""

    sessions: Sequence[str]
    pairings: int
    shadows: int


@dataclass(frozen=True)
class Demand:
    """One demand: `have` of `need` are done; `missing` says which."""

    name: str
    have: int
    need: int
    missing: Sequence[str] = ()

    @property
    def met(self) -> bool:
        return self.have >= self.need


def progress(
    course: Course, attended: Mapping[str, datetime], pairings: int, shadows: int
) -> list[Demand]:
    """How far somebody is who attended these sessions (by title), and so on; what a path does not
    ask for is left out."""
    missing = [title for title in course.sessions if title not in attended]
    sessions = len(course.sessions)
    demands = [
        Demand("sessions", sessions - len(missing), sessions, missing),
        Demand("pairings", pairings, course.pairings),
        Demand("shadow duties", shadows, course.shadows),
    ]
    return [one for one in demands if one.need]


def lacking(demands: Sequence[Demand]) -> list[str]:
    """What is missing, in words; empty where the path is complete."""
    return [
        f"{one.need - one.have} {one.name}"
        + (f" ({', '.join(one.missing)})" if one.missing else "")
        for one in demands
        if not one.met
    ]


def weeks(start: datetime, end: datetime) -> float:
    """The weeks from `start` to `end`, to a tenth."""
    return round((end - start).total_seconds() / (7 * 86400), 1)
