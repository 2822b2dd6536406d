"""Take customers in from another system: what it would do, and doing it, whole or not at all."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.board.signup import TEMPLATE, usable
from onboarding.checklists import actions as checklists
from onboarding.customers import actions, contacts, inviting, queries
from onboarding.customers.models import Customer, Hostname, Invitation, Member, Turnup
from onboarding.customers.planning import Known, Plan, Planned, plan
from onboarding.customers.records import Record
from onboarding.errors import BadInput
from onboarding.people.models import User
from onboarding.trail.log import Actor, lock_stream, record


def planned(session: Session, records: Sequence[Record]) -> Plan:
    """What taking these in would make and change now; nothing is written."""
    managers = {one.email: one.id for one in queries.account_managers(session)}
    return plan(records, _known(session), managers, _accounts(session, records))


def take_in(
    session: Session, actor: Actor, records: Sequence[Record], *, invite: bool = False
) -> Plan:
    """Make and change what the records say; with `invite`, mail those contacts who were not invited
    yet. Raises BadInput, with nothing written, where one of them cannot be used. The same records
    again change nothing."""
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
        else:
            customer = session.get_one(Customer, one.customer)
        if one.changes:
            _change(session, actor, customer, one, managers)
        if invite and one.invites:
            _invite(session, actor, customer, one)
    return found


def _change(
    session: Session, actor: Actor, customer: Customer, one: Planned, managers: Mapping[str, User]
) -> None:
    if one.customer is not None:
        actions.rewrite(session, actor, customer, one.record)
    changed = {change.field: change.new for change in one.changes}
    if "account_manager" in changed:
        actions.assign(session, actor, customer, managers[changed["account_manager"]])
    if "help_level" in changed:
        actions.set_help_level(session, actor, customer, changed["help_level"])
    if "contact" in changed:
        given = one.record
        contacts.add_contact(session, actor, customer, given.contact_email, given.contact_name)
    _add_hostnames(session, actor, customer, changed.get("hostnames", "").split())
    payload = {"outcome": one.outcome, "fields": sorted(changed)}
    record(session, customer.stream, "customer.imported", actor, payload)


def _invite(session: Session, actor: Actor, customer: Customer, one: Planned) -> None:
    """In the name of whoever takes them in, else of their account manager."""
    number = actor.user_id or customer.account_manager_id
    by = session.get(User, number) if number else None
    if by is None:
        message, hint = "nobody invites them", "give the account manager in whose name it is done"
        raise BadInput(message, place=f"{one.record.place}, account_manager", hint=hint)
    inviting.invite(session, actor, customer, by, one.invites)


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


def _accounts(session: Session, records: Sequence[Record]) -> set[str]:
    """Those of the contacts' addresses that have an account."""
    given = [record.contact_email for record in records if record.contact_email]
    found: set[str] = set()
    for start in range(0, len(given), 500):
        some = func.lower(User.email).in_(given[start : start + 500])
        found.update(session.scalars(select(func.lower(User.email)).where(some)))
    return found


def _people(session: Session) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """By customer: the addresses of its people, and of those who joined or were invited to."""
    people: dict[int, set[str]] = defaultdict(set)
    asked: dict[int, set[str]] = defaultdict(set)
    members = select(Member.customer_id, User.email, User.active).join(User)
    for customer_id, email, joined in session.execute(members):
        people[customer_id].add(email)
        if joined:
            asked[customer_id].add(email)
    still = Invitation.revoked_at.is_(None) & (Invitation.expires_at > clock.now())
    invited = select(Invitation.customer_id, Invitation.email).where(still)
    for customer_id, email in session.execute(invited):
        asked[customer_id].add(email)
    return people, asked


def _known(session: Session) -> list[Known]:
    """Every customer there is, as the fields of a record."""
    people, asked = _people(session)
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
            people=frozenset(people[row.id]),
            asked=frozenset(asked[row.id]),
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
    said = f"{one.record.place}: {one.outcome} {one.slug}" + (f" ({changes})" if changes else "")
    return said + (f", to invite: {one.invites}" if one.invites else "")


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
                "invites": one.invites,
            }
            for one in found.planned
        ],
        "faults": [
            {"place": one.place, "message": one.message, "hint": one.hint} for one in faults
        ],
    }
