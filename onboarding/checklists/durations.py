"""How long the items of a template usually take, from the turn-ups that went live with it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists import queries
from onboarding.checklists.models import Checklist, ChecklistItem
from onboarding.checklists.outlook import Outlook, go_live, usual
from onboarding.config import settings
from onboarding.customers.models import Turnup

MOVING = ("ramping", "live", "tuning")
LOOKED_AT = 20  # turn-ups, the newest


def outlook(session: Session, turnup: Turnup) -> Outlook | None:
    """When `turnup` can go live; None without a checklist and once traffic moves."""
    checklist = queries.of_turnup(session, turnup.id)
    if checklist is None or turnup.stage in MOVING:
        return None
    lines = queries.standing(session, turnup)
    took = usual(_taken(session, checklist.template))
    return go_live(lines, took, clock.now(), checklist.cutover_at)


def customer_sees(turnup: Turnup) -> bool:
    """Whether the customer is shown the outlook: as said for this turn-up, else as set for all."""
    shown = turnup.outlook_shown
    return settings().show_outlook if shown is None else shown


def outlooks(session: Session, turnups: Sequence[Turnup]) -> dict[int, Outlook]:
    """`outlook` of many turn-ups, by id; those without one are left out."""
    before = [turnup for turnup in turnups if turnup.stage not in MOVING]
    query = select(Checklist.turnup_id, Checklist.template, Checklist.cutover_at)
    query = query.where(Checklist.turnup_id.in_([turnup.id for turnup in before]))
    own = {row.turnup_id: row for row in session.execute(query)}
    templates = {row.template for row in own.values()}
    took = {template: usual(_taken(session, template)) for template in templates}
    lines, now = queries.standings(session, before), clock.now()
    return {
        number: go_live(lines[number], took[row.template], now, row.cutover_at)
        for number, row in own.items()
        if number in lines
    }


def _taken(session: Session, template: str) -> dict[str, list[timedelta]]:
    """From when an item could be begun (the last it depends on, else the start) to its tick."""
    query = select(Checklist.id, Turnup.created_at).join(Turnup, Turnup.id == Checklist.turnup_id)
    query = query.where(Checklist.template == template, Turnup.stage.in_(("live", "tuning")))
    query = query.where(Turnup.practice.is_(False)).order_by(Checklist.id.desc()).limit(LOOKED_AT)
    begun = {row.id: row.created_at for row in session.execute(query)}
    items = select(ChecklistItem).where(
        ChecklistItem.checklist_id.in_(begun), ChecklistItem.state == "done"
    )
    settled: dict[int, dict[str, ChecklistItem]] = defaultdict(dict)
    for row in session.scalars(items):
        settled[row.checklist_id][row.key] = row
    taken: dict[str, list[timedelta]] = defaultdict(list)
    for checklist_id, rows in settled.items():
        for key, row in rows.items():
            since = _since(row, rows, begun[checklist_id])
            if row.settled_at is not None and row.settled_at >= since:
                taken[key].append(row.settled_at - since)
    return taken


def _since(row: ChecklistItem, rows: dict[str, ChecklistItem], begun: datetime) -> datetime:
    needs = [rows[one] for one in row.definition.get("depends_on", ()) if one in rows]
    return max([one.settled_at for one in needs if one.settled_at is not None], default=begun)
