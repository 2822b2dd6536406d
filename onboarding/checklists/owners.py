"""Which person does what a checklist gives to a role. Pure.

Somebody of the role itself comes first. Where it has nobody: the lead of its team, then the
customer's account manager, then the lead of the account managers, then an admin.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from onboarding.checklists.rights import TEAMS

#: How somebody came to it: of the role itself, or as a fallback (all but the first).
HOW = ("own", "lead", "account_manager", "admin", "nobody")
MANAGERS = TEAMS["account_manager"]


@dataclass(frozen=True)
class Somebody:
    """A person who can sign in: their id, and the key of their team (empty for a customer)."""

    id: int
    team: str = ""


@dataclass(frozen=True)
class Known:
    """Who there is. Only active people are listed: `customers` those of the customer, first come
    first; `staff` the vendor's; `manager` the customer's account manager, None where there is none
    or they have left; `leads` team: person; `on_shift` those whose turn it is now."""

    customers: Sequence[int] = ()
    manager: int | None = None
    staff: Sequence[Somebody] = ()
    leads: Mapping[str, int] = field(default_factory=dict)
    admins: Sequence[int] = ()
    on_shift: Collection[int] = ()


@dataclass(frozen=True)
class Resolved:
    """The person, None where there is nobody at all, and how they came to it."""

    user_id: int | None
    how: str


def resolve(owner: str, known: Known, number: int, present: int | None = None) -> Resolved:
    """The person behind `owner`. Who has it at `present` keeps it while they are of the role.

    Of a team it is one whose turn it is, else anyone; checklists go round among them by `number`.
    """
    own = _own(owner, known)
    if present is not None and present in own:
        return Resolved(present, "own")
    if own and owner == "customer":
        return Resolved(own[0], "own")
    if own:
        ready = sorted(set(own) & set(known.on_shift)) or sorted(own)
        return Resolved(ready[number % len(ready)], "own")
    team = TEAMS.get(owner, owner)
    fallbacks = (
        ("lead", known.leads.get(team)),
        ("account_manager", known.manager),
        ("lead", known.leads.get(MANAGERS)),
        ("admin", min(known.admins, default=None)),
    )
    for how, found in fallbacks:
        if found is not None:
            return Resolved(found, how)
    return Resolved(None, "nobody")


def _own(owner: str, known: Known) -> Sequence[int]:
    if owner == "customer":
        return known.customers
    if owner == "account_manager":
        return [known.manager] if known.manager is not None else []
    return [one.id for one in known.staff if one.team == owner]
