"""Adapters by kind: ours from a table, those of other distributions from entry points, by one door."""

from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from onboarding.errors import BadInput


def load(kind: str, ours: Mapping[str, str], group: str, *, what: str, place: str) -> Any:
    """What makes an adapter of this kind, imported when it is first asked for; `ours` says where
    each is (`module:name`). Raises BadInput at `place` where there is no such `what`."""
    if kind in ours:
        return EntryPoint(kind, ours[kind], group).load()
    for other in entry_points(group=group, name=kind):
        return other.load()
    raise BadInput(
        f"there is no {what} {kind!r}", place=place, hint=f"one of {', '.join(sorted(ours))}"
    )
