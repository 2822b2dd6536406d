"""A checklist template as plain data: what `checklists/*.yaml` says once it was found valid.

Nothing here reads files; `onboarding.checklists.library` does.
"""

from dataclasses import dataclass
from datetime import timedelta

from onboarding.checklists.facts import Fact
from onboarding.customers.stages import LEVELS, STAGES

OWNERS = ("customer", "account_manager", "support", "ops", "neteng", "engineering")
EVIDENCE = ("note", "file", "link")

Setting = str | int

__all__ = ["EVIDENCE", "LEVELS", "OWNERS", "STAGES", "Item", "Probe", "Setting", "Template"]


@dataclass(frozen=True)
class Probe:
    """A check that a machine makes. `settings` are (name, value) pairs in the order of `KINDS`.

    A text value that begins with `$` stands for the fact of that name.
    """

    kind: str
    settings: tuple[tuple[str, Setting], ...] = ()

    def setting(self, name: str) -> Setting | None:
        """The value of one setting, None where neither the template nor a default gives one."""
        return dict(self.settings).get(name)


@dataclass(frozen=True)
class Item:
    """One thing to be done.

    `how_long` is hands-on time. `due` is an offset from T, the cutover's planned start: negative
    is before it; None has no due time. `needed_when` is an expression over the customer's facts,
    empty where the item is always needed. Evidence of any one of the kinds in `evidence` is
    enough; an empty tuple asks for none. `sign_off` is the team of the second person, or empty.
    `docs` is a link or empty; `source` says where the practice was seen.
    """

    id: str
    stage: str
    owner: str
    title: str
    why: str
    how_long: timedelta | None = None
    docs: str = ""
    due: timedelta | None = None
    depends_on: tuple[str, ...] = ()
    needed_when: str = ""
    evidence: tuple[str, ...] = ()
    sign_off: str = ""
    probe: Probe | None = None
    source: tuple[str, ...] = ()
    required: bool = False
    owner_at: tuple[tuple[str, str], ...] = ()

    def owner_for(self, level: str) -> str:
        """Who does it for a customer at this level of help."""
        return dict(self.owner_at).get(level, self.owner)


@dataclass(frozen=True)
class Template:
    """A list of items under a key and a version, in the order they are shown.

    `facts` are those this template adds to `onboarding.checklists.facts.FACTS`.
    """

    key: str
    version: int
    title: str
    items: tuple[Item, ...]
    summary: str = ""
    facts: tuple[Fact, ...] = ()

    def item(self, item_id: str) -> Item:
        """The item of that id. Raises KeyError."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)
