"""Which origins are watched, by whom: rows, leases, and what each look leaves behind."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session, undefer

from onboarding import clock
from onboarding.outreach import finding
from onboarding.outreach.eye import taken_over
from onboarding.outreach.models import OriginWatch
from onboarding.outreach.sending import WATCH
from onboarding.outreach.sources import ToldBy, wanted
from onboarding.ramps.leases import LeaseLost
from onboarding.ramps.models import Ramp
from onboarding.trail.log import record

LEASE_S = 30.0
MISSING = timedelta(minutes=2)  # figures that are missing for so long are said


@dataclass(frozen=True)
class Look:
    """What one process knows of an origin when it writes: the eye's state, up to when it has
    judged, the figures, when any came last, and why and for how long there are none."""

    state: dict[str, Any]
    until: datetime | None
    figures: dict[str, Any]
    seen_at: datetime | None
    problem: str
    blind_for: timedelta


def enrol(session: Session) -> None:
    """Have a row for each origin that is to be watched, and none for others."""
    now_wanted = wanted(session)
    rows = {row.turnup_id: row for row in session.scalars(select(OriginWatch))}
    for turnup_id in rows.keys() - now_wanted.keys():
        finding.unwatched(session, turnup_id)
        session.delete(rows[turnup_id])
    for turnup_id, told_by in now_wanted.items():
        row = rows.get(turnup_id)
        if row is not None and (row.cutover_id, row.wired) == (told_by.cutover_id, told_by.wired):
            continue
        if row is None:
            row = OriginWatch(turnup_id=turnup_id)
            session.add(row)
        row.cutover_id, row.wired = told_by.cutover_id, told_by.wired
        row.until, row.problem, row.problem_since = None, "", None
        row.state, row.figures = _learnt(session, told_by), {}
        row.fence = (row.fence or 0) + 1  # whoever watched the former source stops
        row.lease_until = None
    session.flush()


def changed(session: Session) -> bool:
    """Whether `enrol` would do anything, read without a lock."""
    rows = session.execute(select(OriginWatch.turnup_id, OriginWatch.cutover_id, OriginWatch.wired))
    return {row[0]: ToldBy(row[1], row[2]) for row in rows} != wanted(session)


def _learnt(session: Session, told_by: ToldBy) -> dict[str, Any]:
    """What the ramp's guard knew; metrics that a person wired count in their own way: nothing."""
    if told_by.cutover_id is None:
        return {}
    query = select(Ramp.guard).where(Ramp.cutover_id == told_by.cutover_id)
    kept: Mapping[str, Any] = session.scalars(query.order_by(Ramp.run.desc()).limit(1)).one()
    return taken_over(kept)


def _untended(holder: str, have: Collection[int]) -> ColumnElement[bool]:
    """As `ramps.leases.free`; and what `holder` has by the row and lost from its memory."""
    until, now = OriginWatch.lease_until, clock.now()
    mine = and_(OriginWatch.lease_holder == holder, OriginWatch.turnup_id.not_in(have))
    ahead = now + timedelta(seconds=3 * LEASE_S)
    return or_(until.is_(None), until <= now, until > ahead, mine)


def free(session: Session, holder: str, have: Collection[int]) -> bool:
    """Whether there is any that nobody watches."""
    query = select(OriginWatch.turnup_id).where(_untended(holder, list(have))).limit(1)
    return session.scalar(query) is not None


def take(session: Session, holder: str, have: Collection[int], most: int) -> Sequence[OriginWatch]:
    """Take up to `most` leases that nobody holds; their rows, with what the eye knew."""
    query = (
        select(OriginWatch).where(_untended(holder, list(have))).options(undefer(OriginWatch.state))
    )
    query = query.order_by(OriginWatch.turnup_id).limit(most)
    query = query.with_for_update(skip_locked=True, of=OriginWatch)
    rows = session.scalars(query.execution_options(populate_existing=True)).unique().all()
    for row in rows:
        row.lease_holder, row.fence = holder, row.fence + 1
        row.lease_until = clock.now() + timedelta(seconds=LEASE_S)
    session.flush()
    return rows


def renew(session: Session, fences: Mapping[int, int]) -> set[int]:
    """Renew these leases (turn-up → fence); those that are lost."""
    query = select(OriginWatch.turnup_id, OriginWatch.fence)
    rows = session.execute(query.where(OriginWatch.turnup_id.in_(fences)).with_for_update())
    mine = [turnup_id for turnup_id, fence in rows if fences[turnup_id] == fence]
    until = clock.now() + timedelta(seconds=LEASE_S)
    session.execute(
        update(OriginWatch)
        .where(OriginWatch.turnup_id.in_(mine))
        .values(lease_until=until)
        .execution_options(synchronize_session=False)
    )
    return set(fences) - set(mine)


def release(session: Session, fences: Mapping[int, int]) -> None:
    """Give these leases back: others take over at once."""
    for turnup_id, fence in fences.items():
        session.execute(
            update(OriginWatch)
            .where(OriginWatch.turnup_id == turnup_id, OriginWatch.fence == fence)
            .values(lease_holder="", lease_until=None)
            .execution_options(synchronize_session=False)
        )


def held(session: Session, turnup_id: int, fence: int) -> OriginWatch:
    """The row, locked, under this fence. Raises LeaseLost."""
    query = select(OriginWatch).where(
        OriginWatch.turnup_id == turnup_id, OriginWatch.fence == fence
    )
    query = query.with_for_update(of=OriginWatch).execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        raise LeaseLost(f"The origin of turn-up {turnup_id} is watched by another process")
    return row


def all_held(session: Session, fences: Mapping[int, int]) -> Sequence[OriginWatch]:
    """The rows, locked, of those leases (turn-up → fence) that still stand."""
    query = select(OriginWatch).where(OriginWatch.turnup_id.in_(fences))
    query = query.order_by(OriginWatch.turnup_id).with_for_update(of=OriginWatch)
    rows = session.scalars(query.execution_options(populate_existing=True)).unique()
    return [row for row in rows if fences[row.turnup_id] == row.fence]


def note(session: Session, row: OriginWatch, look: Look) -> None:
    """Keep what a look leaves behind; say it where figures begin to be missing, or come again."""
    row.state, row.until, row.figures = look.state, look.until, look.figures
    row.seen_at = look.seen_at or row.seen_at
    if not look.problem:
        if row.problem_since is not None:
            record(session, row.turnup.customer.stream, "origin.seen", WATCH, _of(row))
        row.problem, row.problem_since = "", None
        return
    if row.problem_since is None and look.blind_for >= MISSING:
        row.problem_since = clock.now() - look.blind_for
        said = {"problem": look.problem}
        record(session, row.turnup.customer.stream, "origin.unseen", WATCH, _of(row), said)
    row.problem = look.problem


def _of(row: OriginWatch) -> dict[str, Any]:
    return {"turnup": row.turnup_id, "cutover": row.cutover_id}
