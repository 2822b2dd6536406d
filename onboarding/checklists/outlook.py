"""When a turn-up can go live, from what is left to do and how long such things usually take. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from graphlib import TopologicalSorter

from onboarding.checklists.progress import Line
from onboarding.checklists.template import STAGES

LEAST = timedelta(days=1)  # of an item that nobody has done yet: somebody has to get to it
ENOUGH = 3  # times an item was done before its usual time counts


@dataclass(frozen=True)
class Outlook:
    """`at`: the day traffic can move, the booked cutover's at the earliest. `chain` are the ids of
    the items that decide it, first to last; `late`: they end after the booked cutover."""

    at: datetime
    chain: tuple[str, ...]
    late: bool


def usual(taken: Mapping[str, Iterable[timedelta]]) -> dict[str, timedelta]:
    """The median of the times that items took elsewhere, of those done often enough."""
    found = {key: sorted(times) for key, times in taken.items()}
    return {key: times[len(times) // 2] for key, times in found.items() if len(times) >= ENOUGH}


def go_live(
    lines: Sequence[Line],
    took: Mapping[str, timedelta],
    now: datetime,
    cutover_at: datetime | None = None,
) -> Outlook:
    """The longest chain of required items that are left before traffic moves, end to end.

    `took` is what items usually take (`usual`); one that is not in it takes its hands-on time, a day
    at the least. Items are free of circles, as templates are.
    """
    moves = STAGES.index("ramping")
    left = {
        line.item.id: line.item
        for line in lines
        if line.item.required and not line.settled and STAGES.index(line.item.stage) < moves
    }
    before = {key: [one for one in item.depends_on if one in left] for key, item in left.items()}
    ends: dict[str, datetime] = {}
    chains: dict[str, tuple[str, ...]] = {}
    for key in TopologicalSorter(before).static_order():
        last = max(before[key], key=lambda one: ends[one], default="")
        span = took.get(key) or max(left[key].how_long or LEAST, LEAST)
        ends[key] = (ends[last] if last else now) + span
        chains[key] = (*(chains[last] if last else ()), key)
    final = max(ends, key=lambda one: ends[one], default="")
    ready = ends[final] if final else now
    late = cutover_at is not None and bool(final) and ready > cutover_at
    return Outlook(max(ready, cutover_at or ready), chains[final] if final else (), late)
