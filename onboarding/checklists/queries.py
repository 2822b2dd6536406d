"""Where checklists stand, read from the tables: for one turn-up, and for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, inspect, or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists.documents import fact_from, item_from
from onboarding.checklists.facts import Fact, Value, complete
from onboarding.checklists.models import Checklist, ChecklistItem
from onboarding.checklists.progress import Line, Mark, survey
from onboarding.checklists.template import Item
from onboarding.config import settings
from onboarding.customers import hostnames
from onboarding.customers.models import Hostname, Turnup
from onboarding.errors import NotFound, marked
from onboarding.people.models import User


@dataclass(frozen=True)
class Entry:
    """A line of a checklist with its row, and the names of those who settled and signed it."""

    line: Line
    row: ChecklistItem
    settled_by: str = ""
    signed_by: str = ""


def of_turnup(session: Session, turnup_id: int) -> Checklist | None:
    """The checklist of a turn-up; None where none was started."""
    return session.scalar(select(Checklist).where(Checklist.turnup_id == turnup_id))


def item(session: Session, item_id: int) -> tuple[ChecklistItem, Checklist]:
    """One row and the checklist it belongs to. Raises NotFound."""
    row = session.get(ChecklistItem, item_id)
    if row is None:
        raise NotFound(marked("There is no such item"), hint=marked("reload the page"))
    checklist = session.get(Checklist, row.checklist_id)
    assert checklist is not None  # a foreign key
    return row, checklist


def standing(session: Session, turnup: Turnup) -> tuple[Line, ...]:
    """Where every item of the turn-up stands now, in order; empty without a checklist."""
    return tuple(entry.line for entry in entries(session, turnup))


def entries(session: Session, turnup: Turnup) -> list[Entry]:
    """As `standing`, with the rows and the names of people, for pages."""
    checklist = of_turnup(session, turnup.id)
    if checklist is None:
        return []
    rows = checklist.items
    return _entries(session, checklist, rows, turnup)


def retired(session: Session, turnup: Turnup) -> list[Entry]:
    """What is no longer on the turn-up's checklist, the latest first, with what was said of it."""
    checklist = of_turnup(session, turnup.id)
    if checklist is None:
        return []
    query = select(ChecklistItem).where(
        ChecklistItem.checklist_id == checklist.id, ChecklistItem.retired_at.is_not(None)
    )
    ordered = query.order_by(ChecklistItem.retired_at.desc(), ChecklistItem.position)
    return _entries(session, checklist, session.scalars(ordered).all(), turnup)


def _entries(
    session: Session, checklist: Checklist, rows: Sequence[ChecklistItem], turnup: Turnup
) -> list[Entry]:
    lines = _survey(
        checklist,
        [item_from(row.definition) for row in rows],
        [_mark(row.key, row.state, row.note, row) for row in rows if row.state != "open"],
        turnup,
        [hostname.name for hostname in turnup.hostnames],
    )
    names = _names(session, rows)
    return [
        Entry(line, row, names.get(row.settled_by, ""), names.get(row.signed_by, ""))
        for line, row in zip(lines, rows, strict=True)
    ]


def standings(session: Session, turnups: Sequence[Turnup]) -> dict[int, tuple[Line, ...]]:
    """`standing` for many turn-ups with a fixed number of queries; only what was settled is read
    for each, as copies of one version of a template hold the same items, beside what was added to
    one by hand."""
    ids = [turnup.id for turnup in turnups]
    checklists = session.scalars(select(Checklist).where(Checklist.turnup_id.in_(ids))).all()
    items = _items_by_template(session, checklists)
    marks, extras = _said_of(session, [checklist.id for checklist in checklists])
    names = _hostnames_by_turnup(session, turnups)
    by_turnup = {checklist.turnup_id: checklist for checklist in checklists}
    found: dict[int, tuple[Line, ...]] = {}
    for turnup in turnups:
        own = by_turnup.get(turnup.id)
        if own is not None:
            every = [*items[own.template, own.version], *extras[own.id]]
            found[turnup.id] = _survey(own, every, marks[own.id], turnup, names[turnup.id])
    return found


def stuck(session: Session, turnup_ids: Sequence[int]) -> dict[int, str]:
    """The title of the first item that somebody is stuck with, by turn-up."""
    query = select(Checklist.turnup_id, ChecklistItem.definition).join(
        ChecklistItem, ChecklistItem.checklist_id == Checklist.id
    )
    query = query.where(
        Checklist.turnup_id.in_(turnup_ids),
        ChecklistItem.stuck != "",
        ChecklistItem.retired_at.is_(None),
    )
    found: dict[int, str] = {}
    for turnup_id, definition in session.execute(query.order_by(ChecklistItem.position)):
        found.setdefault(turnup_id, definition["title"])
    return found


def known_facts(turnup: Turnup, names: Iterable[str]) -> dict[str, object]:
    """What the checklist may ask about: the customer's answers and what the turn-up itself says."""
    listed = list(names)
    kinds = sorted({hostnames.kind(name) for name in listed})
    said = {"hostnames": listed, "hostname_kinds": kinds, "help_level": turnup.customer.help_level}
    return {**turnup.customer.facts, **vendors_facts(turnup.customer.slug), **said}


def vendors_facts(slug: str) -> dict[str, str]:
    """What the operator has set for every customer; nobody is asked for it."""
    edge = settings().edge_hostname.replace("{slug}", slug)
    said = {"edge_hostname": edge, "issuing_ca": settings().issuing_ca}
    return {name: value for name, value in said.items() if value}


def added_facts(checklist: Checklist) -> tuple[Fact, ...]:
    """The facts that only this checklist's template asks for."""
    return tuple(fact_from(document) for document in checklist.facts)


def _survey(
    checklist: Checklist,
    items: Sequence[Item],
    marks: Sequence[Mark],
    turnup: Turnup,
    names: Sequence[str],
) -> tuple[Line, ...]:
    facts: Mapping[str, Value] = complete(known_facts(turnup, names), added_facts(checklist))
    return survey(
        items,
        marks,
        facts,
        now=clock.now(),
        cutover_at=checklist.cutover_at,
        level=turnup.customer.help_level,
    )


def _mark(key: str, state: str, note: str, row: Any) -> Mark:
    """The mark of a settled row, which has what `_marks_by_checklist` selects."""
    settled_by = str(row.settled_by or "system")
    if state == "waived":
        return Mark(key, waived_by=settled_by, waived_why=note)
    given = (("note", note), ("link", row.evidence), ("file", row.file_name))
    return Mark(
        key,
        done_by=settled_by,
        signed_by=str(row.signed_by or ""),
        evidence=frozenset(kind for kind, value in given if value),
        probe_passes=row.probe_passes,
        carried=row.carried,
    )


def _names(session: Session, rows: Sequence[ChecklistItem]) -> dict[int | None, str]:
    ids = {row.settled_by for row in rows} | {row.signed_by for row in rows}
    users = session.scalars(select(User).where(User.id.in_(ids - {None})))
    return {user.id: user.name for user in users}


def _items_by_template(
    session: Session, checklists: Sequence[Checklist]
) -> dict[tuple[str, int], list[Item]]:
    pattern = {(one.template, one.version): one.id for one in checklists}
    kinds = {checklist_id: kind for kind, checklist_id in pattern.items()}
    query = select(ChecklistItem.checklist_id, ChecklistItem.definition)
    query = query.where(
        ChecklistItem.checklist_id.in_(kinds),
        ChecklistItem.by_hand.is_(False),
        ChecklistItem.retired_at.is_(None),
    ).order_by(ChecklistItem.position)
    items: dict[tuple[str, int], list[Item]] = defaultdict(list)
    for checklist_id, definition in session.execute(query):
        items[kinds[checklist_id]].append(item_from(definition))
    return items


def _said_of(
    session: Session, ids: Sequence[int]
) -> tuple[dict[int, list[Mark]], dict[int, list[Item]]]:
    """Of each checklist the marks, and the items that only it has."""
    row = ChecklistItem
    query = select(
        row.checklist_id,
        row.key,
        row.state,
        row.note,
        row.settled_by,
        row.signed_by,
        row.evidence,
        row.file_name,
        row.probe_passes,
        row.carried,
        case((row.by_hand, row.definition)).label("extra"),
    ).where(
        row.checklist_id.in_(ids),
        or_(row.state != "open", row.by_hand),
        row.retired_at.is_(None),
    )
    marks: dict[int, list[Mark]] = defaultdict(list)
    extras: dict[int, list[Item]] = defaultdict(list)
    for found in session.execute(query.order_by(row.position)):
        if found.extra is not None:
            extras[found.checklist_id].append(item_from(found.extra))
        if found.state != "open":
            marks[found.checklist_id].append(_mark(found.key, found.state, found.note, found))
    return marks, extras


def _hostnames_by_turnup(session: Session, turnups: Sequence[Turnup]) -> dict[int, list[str]]:
    """In order; those that somebody has read already are not read again."""
    unread = {turnup.id for turnup in turnups if "hostnames" in inspect(turnup).unloaded}
    names: dict[int, list[str]] = defaultdict(list)
    for turnup in turnups:
        if turnup.id not in unread:
            names[turnup.id] = [hostname.name for hostname in turnup.hostnames]
    if unread:
        query = select(Hostname.turnup_id, Hostname.name).where(Hostname.turnup_id.in_(unread))
        for turnup_id, name in session.execute(query.order_by(Hostname.name)):
            names[turnup_id].append(name)
    return names
