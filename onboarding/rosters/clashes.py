"""Which duties one person cannot both have: two that overlap, or too little rest between. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from onboarding.rosters.terms import Cutover
from onboarding.rosters.windows import REST, WorkingHours, out_of_hours

Clash = list[frozenset[int]]
"""For each cutover (by index) the indexes of those that clash with it; never itself."""


def clashing(
    cutovers: Sequence[Cutover], working: WorkingHours, extra: Sequence[float] | None = None
) -> Clash:
    """The clashes among `cutovers` for somebody with these working hours.

    Two clash where they overlap, or where less than 11 hours lie between them and either has a part outside
    the working hours. `extra`: hours of each outside them, where these are known already.
    """
    if extra is None:
        extra = [out_of_hours(working, c.start, c.end) for c in cutovers]
    found: list[set[int]] = [set() for _ in cutovers]
    order = sorted(range(len(cutovers)), key=lambda i: cutovers[i].start)
    running: list[int] = []
    for j in order:
        running = [i for i in running if cutovers[j].start - cutovers[i].end < REST]
        for i in running:
            gap = cutovers[j].start - cutovers[i].end
            if gap < timedelta() or extra[i] > 0 or extra[j] > 0:
                found[i].add(j)
                found[j].add(i)
        running.append(j)
    return [frozenset(row) for row in found]


def cliques(clash: Clash) -> list[frozenset[int]]:
    """All maximal sets of duties that clash with one another, those of a single duty included.

    Bron and Kerbosch (1973) with the pivot of Tomita (2006), once for each duty as the first of its clique;
    clashes are near to an interval graph, so there are hardly more cliques than duties.
    """
    found: list[frozenset[int]] = []
    for first in range(len(clash)):
        later = {i for i in clash[first] if i > first}
        earlier = {i for i in clash[first] if i < first}
        _extend(clash, {first}, later, earlier, found)
    return found


def _extend(
    clash: Clash, clique: set[int], open_: set[int], closed: set[int], found: list[frozenset[int]]
) -> None:
    if not open_:
        if not closed:
            found.append(frozenset(clique))
        return
    pivot = max(sorted(open_ | closed), key=lambda i: len(clash[i] & open_))
    for i in sorted(open_ - clash[pivot]):
        _extend(clash, clique | {i}, open_ & clash[i], closed & clash[i], found)
        open_ = open_ - {i}
        closed = closed | {i}
