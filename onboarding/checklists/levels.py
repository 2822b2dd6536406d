"""What another level of help does to a checklist: which open items change hands, and what those
concerned read about it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onboarding.checklists.progress import Line
from onboarding.checklists.template import Item


@dataclass(frozen=True)
class Move:
    """An open item of the turn-up called `turnup` that another owner does from now on."""

    turnup: str
    item: Item
    left: str
    to: str


def moves(turnup: str, lines: Iterable[Line], before: str, after: str) -> list[Move]:
    """The unsettled items whose owner differs between two levels of help, in the items' order."""
    found = []
    for line in lines:
        left, to = line.item.owner_for(before), line.item.owner_for(after)
        if not line.settled and left != to:
            found.append(Move(turnup, line.item, left, to))
    return found


def owners_concerned(moved: Sequence[Move]) -> set[str]:
    """The vendor's teams that get an open item or lose one; nobody else is told."""
    return {owner for one in moved for owner in (one.left, one.to)} - {"customer"}


def news(said: str, owners: set[str], moved: Sequence[Move], address: str) -> str:
    """The letter to somebody who does what `owners` do; `said` is what happened in a sentence."""
    gained = [one for one in moved if one.to in owners]
    lost = [one for one in moved if one.left in owners and one.to not in owners]
    parts = [said, *_listed("Yours from now on:", gained), *_listed("No longer yours:", lost)]
    if not gained and not lost:
        parts.append("No open item changes hands.")
    return "\n\n".join([*parts, address]) + "\n"


def _listed(title: str, moved: Sequence[Move]) -> list[str]:
    return ["\n".join([title, *(f"- {m.item.title} ({m.turnup})" for m in moved)])] if moved else []
