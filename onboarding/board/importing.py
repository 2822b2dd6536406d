"""Take customers in from another system: what it would do, and doing it, whole or not at all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.board.signup import TEMPLATE, usable
from onboarding.checklists import actions as checklists
from onboarding.customers import actions, queries
from onboarding.customers.models import Customer, Hostname, Turnup
from onboarding.customers.planning import Known, Plan, Planned, plan
from onboarding.customers.records import Record
from onboarding.errors import BadInput
from onboarding.trail.log import Actor, lock_stream, record


def planned(session: Session, records: Sequence[Record]) -> Plan:
    """What taking these in would make and change now; nothing is written."""
    managers = {one.email: one.id for one in queries.account_managers(session)}
    return plan(records, _known(session), managers)


def take_in(session: Session, actor: Actor, records: Sequence[Record]) -> Plan:
    """Make and change what the records say. Raises BadInput, with nothing written, where one of
    them cannot be used. The same records again change nothing."""
    lock_stream(session, "system")  # sign-ups queue here too: a slug found free stays free
    found = planned(session, records)
    refuse(found.faults)
    managers = {one.email: one for one in queries.account_managers(session)}
    ready = any(one.customer is None for one in found.planned) and usable()
    for one in found.planned:
        if one.customer is None:
            customer = actions.add_customer(session, actor, one.slug, one.record)
            turnup = actions.open_turnup(session, actor, customer, one.record.name)
            if ready:
                checklists.start(session, actor, turnup, TEMPLATE)
        elif not one.changes:
            continue
        else:
            customer = session.get_one(Customer, one.customer)
            actions.rewrite(session, actor, customer, one.record)
        changed = {change.field: change.new for change in one.changes}
        if "account_manager" in changed:
            actions.assign(session, actor, customer, managers[changed["account_manager"]])
        if "help_level" in changed:
            actions.set_help_level(session, actor, customer, changed["help_level"])
        _add_hostnames(session, actor, customer, changed.get("hostnames", "").split())
        payload = {"outcome": one.outcome, "fields": sorted(changed)}
        record(session, customer.stream, "customer.imported", actor, payload)
    return found


def refuse(faults: Sequence[BadInput]) -> None:
    """Raises BadInput with the first fault and how many follow; nothing where there is none."""
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        first = faults[0]
        raise BadInput(first.message, place=first.place, hint=f"{first.hint}{more}")


def _add_hostnames(
    session: Session, actor: Actor, customer: Customer, names: Iterable[str]
) -> None:
    """Under the newest turn-up of the customer, which every customer has."""
    for name in names:
        newest = queries.turnups_of(session, customer)[0]
        actions.add_hostname(session, actor, newest, name)


def _known(session: Session) -> list[Known]:
    """Every customer there is, as the fields of a record."""
    names: dict[int, set[str]] = defaultdict(set)
    query = select(Turnup.customer_id, Hostname.name).join(Hostname)
    for customer_id, name in session.execute(query):
        names[customer_id].add(name)
    managers = {one.id: one.email for one in queries.account_managers(session)}
    return [
        Known(
            id=row.id,
            slug=row.slug,
            name=row.name,
            external_id=row.external_id or "",
            timezone=row.timezone,
            help_level=row.help_level,
            account_manager=managers.get(row.account_manager_id or 0, ""),
            hostnames=frozenset(names[row.id]),
        )
        for row in session.scalars(select(Customer))
    ]


def sentence(one: Planned) -> str:
    """A line of a plan for people: where it stands, what becomes of it, and how."""
    changes = "; ".join(
        f"{change.field} {change.old} → {change.new}"
        if change.old
        else f"{change.field} {change.new}"
        for change in one.changes
    )
    return f"{one.record.place}: {one.outcome} {one.slug}" + (f" ({changes})" if changes else "")


def document(found: Plan, faults: Sequence[BadInput], *, written: bool) -> dict[str, Any]:
    """A plan for programs: what became of each record, and every fault."""
    return {
        "written": written,
        "customers": [
            {
                "place": one.record.place,
                "slug": one.slug,
                "outcome": one.outcome,
                "changes": [vars(change) for change in one.changes],
            }
            for one in found.planned
        ],
        "faults": [
            {"place": one.place, "message": one.message, "hint": one.hint} for one in faults
        ],
    }
