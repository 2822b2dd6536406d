"""Count stays in stages and ways to live once they are over: pages only sum them up."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from onboarding.checklists.models import Checklist, ChecklistItem
from onboarding.customers.models import Customer, StageEntry, Turnup
from onboarding.customers.stages import STAGES
from onboarding.cutovers.models import Cutover, Step
from onboarding.reports.models import Journey, Stay, Wait
from onboarding.reports.waits import waits

DAY = timedelta(days=1)
Settled = tuple[datetime, str]


def count_stays(session: Session, limit: int) -> int:
    """Count up to `limit` stages that were left since it was last asked; how many those were."""
    query = select(StageEntry).outerjoin(Stay, Stay.entry_id == StageEntry.id)
    query = query.where(StageEntry.left_at.is_not(None), Stay.entry_id.is_(None))
    entries = session.scalars(query.order_by(StageEntry.id).limit(limit)).all()
    settled = _settled(session, {one.turnup_id for one in entries})
    for one in entries:
        assert one.left_at is not None  # asked for above
        days = max(0.0, (one.left_at - one.entered_at) / DAY)
        stay = Stay(entry_id=one.id, turnup_id=one.turnup_id, stage=one.stage)
        stay.left_at, stay.days = one.left_at, days
        session.add(stay)
        things = settled.get((one.turnup_id, one.stage), [])
        for owner, waited in waits(one.stage, one.entered_at, one.left_at, things).items():
            session.add(Wait(entry_id=one.id, owner=owner, days=waited))
    session.flush()
    return len(entries)


def _settled(session: Session, turnups: set[int]) -> dict[tuple[int, str], list[Settled]]:
    """When whose things were settled, by turn-up and stage; an owner as the customer's level of
    help makes it."""
    query = (
        select(
            Checklist.turnup_id,
            ChecklistItem.stage,
            ChecklistItem.settled_at,
            ChecklistItem.owner,
            ChecklistItem.definition["owner_at"],
            Customer.help_level,
        )
        .join(ChecklistItem, ChecklistItem.checklist_id == Checklist.id)
        .join(Turnup, Turnup.id == Checklist.turnup_id)
        .join(Customer, Customer.id == Turnup.customer_id)
        .where(Checklist.turnup_id.in_(turnups), ChecklistItem.settled_at.is_not(None))
    )
    found: dict[tuple[int, str], list[Settled]] = defaultdict(list)
    for turnup, stage, at, owner, by_level, level in session.execute(query):
        found[turnup, stage].append((at, (by_level or {}).get(level, owner)))
    return found


def count_journeys(session: Session, limit: int) -> int:
    """Count up to `limit` turn-ups that came to their first day live; how many those were."""
    query = (
        select(Turnup.id, Turnup.created_at, func.min(StageEntry.entered_at).label("live_at"))
        .join(StageEntry, StageEntry.turnup_id == Turnup.id)
        .outerjoin(Journey, Journey.turnup_id == Turnup.id)
        .where(StageEntry.stage == "live", Journey.turnup_id.is_(None))
        .group_by(Turnup.id, Turnup.created_at)
        .order_by(Turnup.id)
        .limit(limit)
    )
    rows = session.execute(query).all()
    ids = [row.id for row in rows]
    styles, returns, lists = _styles(session, ids), _returns(session, ids), _lists(session, ids)
    for row in rows:
        days = max(0.0, (row.live_at - row.created_at) / DAY)
        journey = Journey(turnup_id=row.id, live_at=row.live_at, days=days)
        journey.style, journey.returns = styles.get(row.id, ""), returns.get(row.id, 0)
        for name, value in lists.get(row.id, {}).items():
            setattr(journey, name, value)
        session.add(journey)
    session.flush()
    return len(rows)


def _styles(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The style of the first flip that was done of each."""
    query = select(Cutover.turnup_id, Cutover.id, Step.selector)
    query = query.join(Step, Step.cutover_id == Cutover.id)
    query = query.where(Cutover.turnup_id.in_(ids), Cutover.state == "done")
    steps: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for turnup, cutover, selector in session.execute(query.order_by(Cutover.starts_at)):
        steps[turnup][cutover].append(selector)
    return {turnup: style_of(next(iter(plans.values()))) for turnup, plans in steps.items()}


def style_of(selectors: Sequence[Mapping[str, Any]]) -> str:
    """Of a plan, from what each of its steps picks."""
    if any(selectors):
        return "a part first"
    return "at once" if len(selectors) == 1 else "gradual"


def _returns(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """How often each went back to an earlier stage before it was live."""
    query = select(StageEntry.turnup_id, StageEntry.stage).where(StageEntry.turnup_id.in_(ids))
    last: dict[int, str] = {}
    found: dict[int, int] = defaultdict(int)
    for turnup, stage in session.execute(query.order_by(StageEntry.id)):
        before = last.get(turnup, stage)
        if before != "live":
            found[turnup] += STAGES.index(stage) < STAGES.index(before)
            last[turnup] = stage
    return found


def _lists(session: Session, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What became of each one's checklist."""
    query = (
        select(
            Checklist.turnup_id,
            Checklist.template,
            Checklist.version,
            func.count(ChecklistItem.id),
            func.sum(case((ChecklistItem.state == "waived", 1), else_=0)),
            func.sum(case((ChecklistItem.by_hand.is_(True), 1), else_=0)),
        )
        .join(ChecklistItem, ChecklistItem.checklist_id == Checklist.id)
        .where(Checklist.turnup_id.in_(ids), ChecklistItem.retired_at.is_(None))
        .group_by(Checklist.turnup_id, Checklist.template, Checklist.version)
    )
    return {
        turnup: {
            "template": f"{template} {version}",
            "items": items,
            "waived": int(waived),
            "by_hand": int(by_hand),
        }
        for turnup, template, version, items, waived, by_hand in session.execute(query)
    }
