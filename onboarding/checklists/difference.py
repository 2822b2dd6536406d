"""What moving a running checklist to another version of its template would change."""

from dataclasses import dataclass, fields

from onboarding.checklists.template import Item, Template


@dataclass(frozen=True)
class Change:
    """An item that both versions have, and the names of the fields that differ."""

    old: Item
    new: Item
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Items by what happens to them, each in the order of the template it is shown from."""

    added: tuple[Item, ...]
    removed: tuple[Item, ...]
    changed: tuple[Change, ...]

    @property
    def empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


def difference(old: Template, new: Template) -> Difference:
    """What differs between two versions; items are the same where their ids are.

    An item under a new id is another item: what was said about the old one stays behind.
    """
    before = {item.id: item for item in old.items}
    after = {item.id: item for item in new.items}
    pairs = [(before[item.id], item) for item in new.items if item.id in before]
    return Difference(
        added=tuple(item for item in new.items if item.id not in before),
        removed=tuple(item for item in old.items if item.id not in after),
        changed=tuple(Change(one, two, _differing(one, two)) for one, two in pairs if one != two),
    )


def _differing(old: Item, new: Item) -> tuple[str, ...]:
    names = (field.name for field in fields(Item))
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))
