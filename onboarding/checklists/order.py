"""What depends on what: dependencies that do not exist, go round in circles, or come too late."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from onboarding.checklists.faults import nearest
from onboarding.checklists.offsets import show_offset
from onboarding.checklists.template import STAGES, Item


def cycles(depends_on: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Circles among dependencies, each written out in full and ending where it began.

    Enough are listed that breaking each one leaves no circle.
    """
    edges = {item: set(needs) for item, needs in depends_on.items()}
    found = []
    while True:
        try:
            TopologicalSorter(edges).prepare()
        except CycleError as circle:
            # graphlib lists each node before the one that needs it; readers follow "needs".
            path = tuple(reversed(circle.args[1]))
            found.append(path)
            edges[path[0]].discard(path[1])
        else:
            return found


def order_faults(items: Sequence[Item]) -> Iterator[tuple[str, str, str]]:
    """(item id, what is wrong, what to do) for the dependencies among these items.

    Also used before an item is added to a running checklist.
    """
    by_id = {item.id: item for item in items}
    for item in items:
        for need in item.depends_on:
            if need not in by_id:
                hint = f"{nearest(need, by_id)}expected the id of another item"
                yield item.id, f"depends_on names {need!r}, which is no item", hint
            else:
                yield from _too_late(item, by_id[need])
    needs = {item.id: [one for one in item.depends_on if one in by_id] for item in items}
    for path in cycles(needs):
        yield path[0], f"depends_on goes in a circle: {' → '.join(path)}", "remove one of these"


def _too_late(item: Item, need: Item) -> Iterator[tuple[str, str, str]]:
    stages = {item.stage, need.stage}
    if stages <= set(STAGES) and STAGES.index(need.stage) > STAGES.index(item.stage):
        message = f"stage {item.stage} comes before stage {need.stage} of {need.id!r}, on which it depends"
        yield item.id, message, "move one of them to another stage or drop the dependency"
    if item.due is not None and need.due is not None and need.due > item.due:
        message = (
            f"due {show_offset(item.due)} is before {need.id!r}, "
            f"on which it depends, is due ({show_offset(need.due)})"
        )
        yield item.id, message, "make it due later, or the other one earlier"
