"""Which minutes of a window nobody of a team is there. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from onboarding.rosters.windows import Span


@dataclass(frozen=True, slots=True)
class Stand:
    """Somebody who has accepted a seat, and when they are away (whole time where they have left)."""

    name: str
    primary: bool
    away: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """[start, end) without a primary of `team`; `backup` names who is there instead, empty where nobody is.

    `away` names those who accepted and are not there.
    """

    team: str
    start: datetime
    end: datetime
    away: tuple[str, ...]
    backup: str = ""


def gaps(team: str, start: datetime, end: datetime, stands: Iterable[Stand]) -> list[Gap]:
    """The stretches of [start, end) in which no primary of `stands` is there, in order, none touching alike.

    Without any stand the whole window is one gap.
    """
    known = list(stands)
    edges = {start, end}
    for stand in known:
        edges.update(at for span in stand.away for at in span if start < at < end)
    found: list[Gap] = []
    for low, high in pairwise(sorted(edges)):
        gap = _piece(team, low, high, known)
        if gap is None:
            continue
        last = found[-1] if found else None
        if last and last.end == low and (last.away, last.backup) == (gap.away, gap.backup):
            found[-1] = Gap(team, last.start, high, gap.away, gap.backup)
        else:
            found.append(gap)
    return found


def _piece(team: str, low: datetime, high: datetime, stands: Sequence[Stand]) -> Gap | None:
    there = [s for s in stands if not any(a < high and low < b for a, b in s.away)]
    if any(stand.primary for stand in there):
        return None
    away = tuple(sorted(stand.name for stand in stands if stand not in there))
    return Gap(team, low, high, away, there[0].name if there else "")
