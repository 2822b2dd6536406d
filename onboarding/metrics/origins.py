"""Where errors arose: at the edge, on the way to the origin, or in the origin. Pure.

A source that can tell gives a count for each kind among its errors; what it cannot tell is None,
and what is left over of the errors is of no known kind.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

#: Each kind and how it reads in a sentence about errors.
KINDS: Mapping[str, str] = {
    "edge": "answered by the edge without asking the origin",
    "unreachable": "as the origin could not be reached",
    "origin": "answered by the origin itself",
}


class Origins(NamedTuple):
    """Errors by where they arose; None where the source cannot tell that kind."""

    edge: int | None = None
    unreachable: int | None = None
    origin: int | None = None


def origins(given: Mapping[str, int | None]) -> Origins | None:
    """From counts by kind; None where none is told."""
    found = Origins(*(given.get(kind) for kind in KINDS))
    return found if any(count is not None for count in found) else None


def added(several: Iterable[Origins | None]) -> dict[str, int | None]:
    """The counts of some intervals by kind; None where none of them tells that kind."""
    known = [one for one in several if one is not None]
    total: dict[str, int | None] = {}
    for kind in KINDS:
        counts = [getattr(one, kind) for one in known if getattr(one, kind) is not None]
        total[kind] = sum(counts) if counts else None
    return total


def told(arm: Mapping[str, Any] | None) -> str:
    """Of an arm's errors, which part arose where, the largest first; empty where nobody can tell.
    `arm`: counts with "errors" and the kinds."""
    if not arm or not arm.get("errors"):
        return ""
    known = {kind: arm.get(kind) or 0 for kind in KINDS}
    parts = sorted(((count, kind) for kind, count in known.items() if count), reverse=True)
    shown = [f"{100 * count / arm['errors']:.0f} % {KINDS[kind]}" for count, kind in parts]
    return "of the errors " + ", ".join(shown) if shown else ""
