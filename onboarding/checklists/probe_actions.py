"""Writes of probes: who is due, what was seen, the tick that follows from it."""

import random

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists import actions, queries
from onboarding.checklists.models import ChecklistItem, ProbeResult
from onboarding.checklists.probe_queries import history
from onboarding.checklists.probing import schedule
from onboarding.checklists.probing.seen import Seen
from onboarding.customers.models import Turnup
from onboarding.customers.queries import turnup as turnup_by_id
from onboarding.db import after_commit
from onboarding.errors import Refused
from onboarding.kept_words import pack
from onboarding.queues import enqueue
from onboarding.trail.log import Actor, record

PROBE = Actor("probe", "job")
LOOK = "onboarding.checklists.probe_jobs.look_at"
KEPT = 50  # results of one item


def take_due(session: Session, limit: int = 100) -> list[int]:
    """The items whose probe is due, longest first; each is put off a while, so that another sweep
    leaves it alone and a look that was lost is made again."""
    due = (
        select(ChecklistItem.id)
        .where(ChecklistItem.probe_due_at <= clock.now())
        .order_by(ChecklistItem.probe_due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(session.scalars(due))
    later = clock.now() + schedule.OPEN
    session.execute(
        update(ChecklistItem).where(ChecklistItem.id.in_(ids)).values(probe_due_at=later)
    )
    return ids


def look_now(session: Session, item_id: int) -> None:
    """Look at once, because somebody asks; a pass ticks the item. Raises NotFound, and Refused
    where it has no probe."""
    row, _checklist = queries.item(session, item_id)
    if row.definition.get("probe") is None:
        raise Refused("No probe looks at this item", hint="tick it by hand")
    row.probe_due_at, row.probe_ticks = clock.now() + schedule.OPEN, True
    after_commit(f"probe:{item_id}", lambda: enqueue_look(item_id, "default"))


def enqueue_look(item_id: int, queue: str) -> None:
    """Ask a worker to look. Those of the sweep go to `heavy`: a server that keeps us waiting keeps
    nobody's mail waiting."""
    enqueue(queue, LOOK, item_id, once=f"probe-{queue}-{item_id}")


def rest(session: Session, item_id: int) -> None:
    """There is nothing to see for now: come back in a day."""
    row, _checklist = queries.item(session, item_id)
    if row.probe_due_at is not None:
        row.probe_due_at = clock.now() + schedule.RESTING


def note_result(session: Session, item_id: int, seen: Seen) -> None:
    """Keep what a look found; where what counts changes, say so in the trail, and tick the item
    when its probe passes. Raises NotFound."""
    session.scalar(select(ChecklistItem).where(ChecklistItem.id == item_id).with_for_update())
    row, checklist = queries.item(session, item_id)
    if row.probe_due_at is None:
        return  # it lost its probe while somebody looked
    _keep(session, row, seen)
    if seen.passes is not None:
        row.probe_misses = 0 if seen.passes else row.probe_misses + 1
    before = row.probe_passes
    row.probe_passes = schedule.counts(before, seen.passes, row.probe_misses)
    turnup = turnup_by_id(session, checklist.turnup_id)
    if row.probe_passes is not before:
        row.probe_ticks = True
        _record(session, row, turnup, seen)
    session.flush()
    if row.probe_passes and seen.passes:
        _tick(session, row, turnup, seen)
    confirming = seen.passes is False and row.probe_passes is True
    done = row.state == "done"
    row.probe_due_at = clock.now() + schedule.wait(
        done=done,
        stage=turnup.stage,
        confirming=confirming,
        chance=random.random(),  # noqa: S311 - spreads load, guards nothing
    )


def _tick(session: Session, row: ChecklistItem, turnup: Turnup, seen: Seen) -> None:
    """Tick an open item that asks for nothing more than its probe. One that waits for others is
    ticked by a later look; one that a person opened again only after its probe failed in between,
    or when they ask for a look."""
    if row.state != "open" or not row.probe_ticks:
        return
    line = next(one for one in queries.standing(session, turnup) if one.item.id == row.key)
    if line.status == "open" and not line.item.evidence:
        actions.tick(session, PROBE, row.id, note=str(seen.saw))
        row.probe_ticks = False


def _keep(session: Session, row: ChecklistItem, seen: Seen) -> None:
    kept = history(session, row.id, KEPT)
    if kept and (kept[0].passes, kept[0].saw, kept[0].fix) == (seen.passes, seen.saw, seen.fix):
        kept[0].last_at, kept[0].details = seen.at, dict(seen.details)
        kept[0].looks += 1
        return
    if len(kept) == KEPT:
        old = ProbeResult.id <= kept[-1].id
        session.execute(delete(ProbeResult).where(ProbeResult.item_id == row.id, old))
    session.add(
        ProbeResult(
            item_id=row.id,
            first_at=seen.at,
            last_at=seen.at,
            passes=seen.passes,
            saw=str(seen.saw),
            fix=str(seen.fix),
            said={"saw": pack(seen.saw), "fix": pack(seen.fix)},
            details=dict(seen.details),
        )
    )


def _record(session: Session, row: ChecklistItem, turnup: Turnup, seen: Seen) -> None:
    payload = {
        "turnup": turnup.id,
        "item": row.id,
        "key": row.key,
        "probe": row.definition["probe"]["kind"],
        "passes": row.probe_passes,
    }
    # What strangers' servers send may hold anything: it can be erased.
    said = {"words": seen.saw, "fix": seen.fix}
    record(session, turnup.customer.stream, "checklist.probe", PROBE, payload, said)
