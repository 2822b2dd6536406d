"""Who may settle, waive and sign which item. Pure."""

from dataclasses import dataclass

from onboarding.checklists.template import Item
from onboarding.people.permissions import may

#: The team whose people act for an owner named in a template, where the two differ.
TEAMS = {"account_manager": "account_management"}


@dataclass(frozen=True)
class Person:
    """Who asks: role, key of the team (empty for a customer), and the id others know them by."""

    id: int
    role: str
    team: str = ""

    def acts_for(self, owner: str) -> bool:
        """Whether this person is one of `owner`: the customer, or a team."""
        if owner == "customer":
            return self.role == "customer"
        return self.role != "customer" and self.team == TEAMS.get(owner, owner)


def may_settle(person: Person, item: Item, level: str) -> bool:
    """An item is ticked and opened again by its owners; by the customer also where the level of
    help gave it to a team; by planners (`checklists.edit`) for everybody."""
    owners = {item.owner, item.owner_for(level)}
    return may(person.role, "checklists.edit") or any(person.acts_for(one) for one in owners)


def on_behalf(person: Person, item: Item, level: str) -> bool:
    """Whether settling it would be done in the customer's place, which is then said."""
    return item.owner_for(level) == "customer" and person.role != "customer"


def may_waive(person: Person) -> bool:
    """Only planners waive."""
    return may(person.role, "checklists.edit")


def may_sign(person: Person, item: Item, settled_by: int | None) -> bool:
    """The second person is of the team the item names and did not settle it."""
    return bool(item.sign_off) and person.acts_for(item.sign_off) and person.id != settled_by
