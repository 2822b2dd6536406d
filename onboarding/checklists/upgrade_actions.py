"""Move a running checklist up to the newest version of its template."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists import queries, shelf
from onboarding.checklists.documents import digest, fact_document, item_document, item_from
from onboarding.checklists.models import Checklist, ChecklistItem
from onboarding.checklists.template import Item, Template
from onboarding.checklists.upgrade import Upgrade, upgrade
from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.errors import NotFound, Stale, TurnupError
from onboarding.trail.log import Actor, lock_stream, record


def offered(session: Session, checklist: Checklist) -> tuple[Upgrade, Template] | None:
    """What moving up would do, and the template it leads to; None where nothing newer can be
    used, also where its file is broken or gone."""
    try:
        newest = shelf.template(settings().checklists, checklist.template)
    except TurnupError:
        return None
    own = [row for row in checklist.items if not row.by_hand]
    items = tuple(item_from(row.definition) for row in own)
    running = Template(checklist.template, checklist.version, newest.title, items)
    found = upgrade(running, newest, {row.key: row.state for row in own})
    return (found, newest) if found is not None else None


def mark(template: Template) -> str:
    """What a page that shows a difference carries back, so that only what was seen is done."""
    return f"{template.version}-{digest(template)[:16]}"


def move_up(session: Session, actor: Actor, turnup: Turnup, seen: str) -> Upgrade:
    """Do what the page with the `mark` `seen` has shown. Settled items stay so with all that was
    said of them, those that the newer version leaves out are kept as history, and due times are
    the newer ones. Raises NotFound, and Stale where it was done already or the file has changed.
    """
    lock_stream(session, turnup.customer.stream)
    checklist = queries.of_turnup(session, turnup.id)
    if checklist is None:
        raise NotFound("There is no checklist yet", hint="start one on the turn-up's page")
    session.refresh(checklist)
    offer = offered(session, checklist)
    if offer is None or mark(offer[1]) != seen:
        raise Stale("The checklist or its template has changed meanwhile", hint="look once more")
    found, newest = offer
    standing = {line.item.id: line.status for line in queries.standing(session, turnup)}
    rows = _rows(session, checklist)
    for row in rows.values():
        row.carried = row.carried or standing.get(row.key) in ("done", "broken")
    _lay_out(session, checklist, newest, rows)
    checklist.version = newest.version
    checklist.facts = [fact_document(fact) for fact in newest.facts]
    session.flush()
    session.expire(checklist, ["items"])
    changes = found.found
    payload = {
        "turnup": turnup.id,
        "from": found.at,
        "to": found.to,
        "added": [item.id for item in changes.added],
        "removed": [item.id for item in changes.removed],
        "changed": [change.new.id for change in changes.changed],
    }
    record(session, turnup.customer.stream, "checklist.moved_up", actor, payload)
    return found


def _rows(session: Session, checklist: Checklist) -> dict[str, ChecklistItem]:
    """All rows there ever were, under their locks; those added by hand are nobody's template's."""
    query = select(ChecklistItem).where(
        ChecklistItem.checklist_id == checklist.id, ChecklistItem.by_hand.is_(False)
    )
    return {row.key: row for row in session.scalars(query.with_for_update())}


def _lay_out(
    session: Session, checklist: Checklist, newest: Template, rows: dict[str, ChecklistItem]
) -> None:
    wanted = {item.id for item in newest.items}
    for position, item in enumerate(newest.items):
        row = rows.get(item.id)
        if row is None:
            row = ChecklistItem(checklist_id=checklist.id, key=item.id)
            session.add(row)
        _redefine(row, position, item)
    for row in rows.values():
        if row.key not in wanted and row.retired_at is None:
            row.retired_at, row.probe_due_at, row.stuck = clock.now(), None, ""
    extra = [row for row in checklist.items if row.by_hand]
    for number, row in enumerate(extra):
        row.position = len(newest.items) + number


def _redefine(row: ChecklistItem, position: int, item: Item) -> None:
    document = item_document(item)
    if row.definition and row.definition.get("probe") != document["probe"]:
        row.probe_passes, row.probe_misses, row.probe_ticks = None, 0, True
    row.definition = document
    row.position, row.stage, row.owner = position, item.stage, item.owner
    row.retired_at = None
