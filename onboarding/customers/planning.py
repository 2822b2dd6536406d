"""What taking records in would make and change, before anything is written. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from onboarding.customers.records import Record
from onboarding.customers.slugs import candidates, slug_from
from onboarding.errors import BadInput


@dataclass(frozen=True)
class Known:
    """A customer that is there, with the fields of a record; `hostnames` of all its turn-ups,
    `people` the mail addresses of its people, `asked` of those who joined or were invited to."""

    id: int
    slug: str
    name: str
    external_id: str
    timezone: str
    help_level: str
    account_manager: str
    hostnames: frozenset[str]
    people: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Change:
    """A field and what it is and becomes; of hostnames, those that are added."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Planned:
    """What becomes of a record. `customer` is None for a new one; `slug` is its slug then. `invites`
    is the contact's mail address where they have neither joined nor been invited."""

    record: Record
    customer: int | None
    slug: str
    changes: tuple[Change, ...]
    invites: str = ""

    @property
    def outcome(self) -> str:
        """made, changed or same."""
        if self.customer is None:
            return "made"
        return "changed" if self.changes else "same"


@dataclass(frozen=True)
class Plan:
    """What is to be done, in the records' order, and what keeps all of it from being done."""

    planned: tuple[Planned, ...]
    faults: tuple[BadInput, ...]

    def count(self, outcome: str) -> int:
        """How many records come out so."""
        return sum(one.outcome == outcome for one in self.planned)

    @property
    def invites(self) -> int:
        """How many people there are to invite by mail."""
        return sum(bool(one.invites) for one in self.planned)


_CHANGED = ("name", "external_id", "timezone", "help_level", "account_manager")


def plan(
    records: Sequence[Record],
    known: Iterable[Known],
    managers: Mapping[str, int],
    accounts: Collection[str] = (),
) -> Plan:
    """Hold `records` against the customers there are. `accounts` are the mail addresses of all who
    have an account, whoever they belong to.

    A record is the customer of its external id; else that of its slug (given, or made from its
    name), unless that one is known by another external id. `managers` are ids by mail address.
    """
    there = list(known)
    by_slug = {one.slug: one for one in there}
    by_external = {one.external_id: one for one in there if one.external_id}
    taken = set(by_slug) | {record.slug for record in records if record.slug}
    planned: list[Planned] = []
    faults: list[BadInput] = []
    seen: set[tuple[str, str]] = set()
    for record in records:
        wrong = list(_faults(record, by_slug, by_external, managers))
        found = _match(record, by_slug, by_external)
        slug = found.slug if found else record.slug or _free(record, taken)
        keys = {("slug", slug)}
        if record.external_id:
            keys.add(("external_id", record.external_id))
        if record.contact_email:
            keys.add(("contact_email", record.contact_email))
            wrong += _of_contact(record, found, accounts)
        for field, value in sorted(keys & seen):
            place = f"{record.place}, {field if getattr(record, field) else 'name'}"
            hint = "give every customer, and every person, once"
            wrong.append(BadInput(f"{value} stands there twice", place=place, hint=hint))
        seen |= keys
        faults += wrong
        taken.add(slug)
        if not wrong:
            changes = tuple(_changes(record, found))
            invites = _invites(record, found)
            number = found.id if found else None
            planned.append(Planned(record, number, slug, changes, invites))
    return Plan(tuple(planned), tuple(faults))


def _of_contact(
    record: Record, found: Known | None, accounts: Collection[str]
) -> Iterator[BadInput]:
    email = record.contact_email
    if email in accounts and (found is None or email not in found.people):
        place, hint = f"{record.place}, contact_email", "give the address of one of the customer's"
        yield BadInput(f"{email} has an account elsewhere", place=place, hint=hint)


def _invites(record: Record, found: Known | None) -> str:
    asked = found.asked if found else frozenset()
    return record.contact_email if record.contact_email not in asked else ""


def _match(
    record: Record, by_slug: Mapping[str, Known], by_external: Mapping[str, Known]
) -> Known | None:
    if record.external_id in by_external:
        return by_external[record.external_id]
    if record.external_id and not record.slug:
        return None  # another customer that happens to be called alike
    return by_slug.get(record.slug or slug_from(record.name))


def _free(record: Record, taken: set[str]) -> str:
    if not record.external_id:
        return slug_from(record.name)  # the same name again is the same customer
    return next(slug for slug in candidates(record.name) if slug not in taken)


def _faults(
    record: Record,
    by_slug: Mapping[str, Known],
    by_external: Mapping[str, Known],
    managers: Mapping[str, int],
) -> Iterator[BadInput]:
    holder, own = by_slug.get(record.slug), by_external.get(record.external_id)
    if own is not None and record.slug and record.slug != own.slug:
        hint = f"leave it out, or write {own.slug}"
        message = f"{record.external_id} is {own.slug}, and addresses do not change"
        yield BadInput(message, place=f"{record.place}, slug", hint=hint)
    elif own is None and holder is not None and holder.external_id and record.external_id:
        message = f"{holder.slug} is known as {holder.external_id} already"
        hint = "correct one of the two, or choose another slug"
        yield BadInput(message, place=f"{record.place}, external_id", hint=hint)
    if record.account_manager and record.account_manager not in managers:
        place = f"{record.place}, account_manager"
        hint = "the mail address of an account manager, of support or of an admin"
        yield BadInput(f"{record.account_manager} is no account manager", place=place, hint=hint)


def _changes(record: Record, found: Known | None) -> Iterator[Change]:
    for name in _CHANGED:
        old, new = (getattr(found, name) if found else ""), getattr(record, name)
        if new and new != old:
            yield Change(name, old, new)
    if record.contact_email and (found is None or record.contact_email not in found.people):
        named = f"{record.contact_name} <{record.contact_email}>"
        yield Change("contact", "", named if record.contact_name else record.contact_email)
    added = [one for one in record.hostnames if found is None or one not in found.hostnames]
    if added:
        yield Change("hostnames", "", " ".join(added))
