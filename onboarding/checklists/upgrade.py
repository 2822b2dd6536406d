"""Moving a running checklist to a newer version of its template: what becomes of each item. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from onboarding.checklists.difference import Difference, difference
from onboarding.checklists.offsets import show_duration, show_offset
from onboarding.checklists.template import Item, Template

#: What the fields of an item are called where a difference is shown.
FIELD_NAMES = {
    "stage": "stage",
    "owner": "owner",
    "title": "title",
    "why": "reason",
    "how_long": "time it takes",
    "docs": "docs",
    "due": "due time",
    "depends_on": "what it waits for",
    "needed_when": "when it is needed",
    "evidence": "evidence",
    "sign_off": "second person",
    "probe": "check by a machine",
    "source": "source",
    "required": "required",
    "owner_at": "owner by level of help",
}


@dataclass(frozen=True)
class Upgrade:
    """What moving up does. `settled` are the ids of items that are done or waived now: of those
    removed they become history, of those changed they stay settled as they are."""

    at: int
    to: int
    found: Difference
    settled: frozenset[str]

    @property
    def kept(self) -> int:
        """How many changed items stay settled."""
        return sum(change.new.id in self.settled for change in self.found.changed)


def upgrade(running: Template, newest: Template, states: Mapping[str, str]) -> Upgrade | None:
    """What moving `running` (the checklist as it is, without what was added by hand) up to
    `newest` does; None where there is nothing newer. `states` are open, done or waived by id."""
    if newest.version <= running.version:
        return None
    settled = frozenset(key for key, state in states.items() if state != "open")
    return Upgrade(running.version, newest.version, difference(running, newest), settled)


def told(old: Item, new: Item, field: str) -> tuple[str, str]:
    """The two values of a field as people read them; "" stands for nothing."""
    return _words(field, getattr(old, field)), _words(field, getattr(new, field))


def _words(field: str, value: object) -> str:
    if isinstance(value, timedelta):
        return show_offset(value) if field == "due" else show_duration(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(": ".join(one) if isinstance(one, tuple) else str(one) for one in value)
    kind = getattr(value, "kind", None)
    return str(kind) if kind else str(value or "")
