"""Items that one checklist has beside those of its template: added in the app, and taken off again."""

from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists import letters, queries
from onboarding.checklists.documents import item_document
from onboarding.checklists.faults import nearest
from onboarding.checklists.holding import Held, hold, person
from onboarding.checklists.models import Checklist, ChecklistItem
from onboarding.checklists.offsets import parse_offset
from onboarding.checklists.order import order_faults
from onboarding.checklists.progress import Line
from onboarding.checklists.rights import may_waive
from onboarding.checklists.template import OWNERS, STAGES, Item
from onboarding.customers.models import Turnup
from onboarding.errors import BadInput, NotAllowed, NotFound, Refused
from onboarding.trail.log import Actor, lock_stream

MOST = 50
#: A template's ids have no underscore, so that none of a newer version is ever one of these.
PREFIX = "own_"


@dataclass(frozen=True)
class Wanted:
    """An item as a form gives it: `due` is an offset from T or empty, `depends_on` ids."""

    title: str
    why: str
    owner: str
    stage: str
    due: str = ""
    depends_on: tuple[str, ...] = ()
    required: bool = False


def add_item(session: Session, actor: Actor, turnup: Turnup, wanted: Wanted) -> ChecklistItem:
    """Put an item on the checklist of this turn-up only, and tell whose it is.

    Raises BadInput naming the field, NotAllowed, NotFound without a checklist, and Refused beyond
    `MOST` of them.
    """
    if not may_waive(person(session, actor)):
        raise NotAllowed("Only planners add items", hint="ask the account manager")
    lock_stream(session, turnup.customer.stream)
    checklist = queries.of_turnup(session, turnup.id)
    if checklist is None:
        raise NotFound("There is no checklist yet", hint="start one on the turn-up's page")
    before = queries.standing(session, turnup)
    number = _next_number(session, checklist)
    item = _checked(wanted, f"{PREFIX}{number}", before, turnup.stage)
    row = ChecklistItem(
        checklist_id=checklist.id,
        key=item.id,
        position=max((row.position for row in checklist.items), default=-1) + 1,
        definition=item_document(item),
        stage=item.stage,
        owner=item.owner,
        by_hand=True,
    )
    session.add(row)
    session.flush()
    session.expire(checklist, ["items"])
    line = next(one for one in queries.standing(session, turnup) if one.item.id == item.id)
    held = Held(row, turnup, line, person(session, actor))
    held.record(session, actor, "checklist.item_added")
    letters.tell_of_new(session, actor, held)
    return row


def remove_item(session: Session, actor: Actor, item_id: int) -> None:
    """Take an item that was added by hand off again; what was said of it is kept. Raises
    NotAllowed, NotFound, Stale, and Refused for one of the template's."""
    held = hold(session, actor, item_id)
    if not may_waive(held.person):
        raise NotAllowed("Only planners take items off", hint="ask the account manager")
    if not held.row.by_hand:
        raise Refused("This item comes from the template", hint="waive it, and say why")
    held.row.retired_at, held.row.stuck = clock.now(), ""
    held.record(session, actor, "checklist.item_removed")


def _next_number(session: Session, checklist: Checklist) -> int:
    ever = select(func.count()).where(
        ChecklistItem.checklist_id == checklist.id, ChecklistItem.by_hand
    )
    now = sum(row.by_hand for row in checklist.items)
    if now >= MOST:
        raise Refused(f"{MOST} items were added already", hint="take some off, or use a template")
    return (session.scalar(ever) or 0) + 1


def _checked(wanted: Wanted, key: str, before: tuple[Line, ...], stage: str) -> Item:
    if wanted.owner not in OWNERS:
        raise BadInput("this is no owner", place="owner", hint=f"one of {', '.join(OWNERS)}")
    if wanted.stage not in STAGES:
        raise BadInput("this is no stage", place="stage", hint=f"one of {', '.join(STAGES)}")
    if STAGES.index(wanted.stage) < STAGES.index(stage):
        raise BadInput("this stage is over", place="stage", hint="choose the present one or later")
    item = Item(key, wanted.stage, wanted.owner, wanted.title, wanted.why, required=wanted.required)
    if wanted.due:
        try:
            item = replace(item, due=parse_offset(wanted.due.replace(" ", "")))
        except ValueError as wrong:
            raise BadInput(f"{wanted.due!r} is no due time", place="due", hint=str(wrong)) from None
    items = {line.item.id: line.item for line in before}
    for need in wanted.depends_on:
        if need not in items:
            hint = f"{nearest(need, items)}choose from the list"
            raise BadInput(f"there is no item {need!r}", place="depends_on", hint=hint)
    item = replace(item, depends_on=wanted.depends_on)
    for _key, message, hint in order_faults([*(items[n] for n in _needs(item, items)), item]):
        raise BadInput(
            message, place="due" if message.startswith("due") else "depends_on", hint=hint
        )
    return item


def _needs(item: Item, items: dict[str, Item]) -> list[str]:
    """All that `item` waits for, directly or not."""
    found: dict[str, None] = {}
    ahead = list(item.depends_on)
    while ahead:
        key = ahead.pop()
        if key in items and key not in found:
            found[key] = None
            ahead.extend(items[key].depends_on)
    return list(found)
