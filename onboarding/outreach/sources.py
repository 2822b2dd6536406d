"""Which metrics source tells of which live turn-up's origin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.outreach.models import OriginWatch, OriginWiring
from onboarding.ramps.models import Ramp
from onboarding.ramps.states import DRIVEN

LIVE = ("live", "tuning")  # stages in which metrics are wired without a cutover


@dataclass(frozen=True)
class ToldBy:
    """A cutover's metrics, or (None) those of that version which a person wired."""

    cutover_id: int | None
    wired: int = 0


def wanted(session: Session) -> dict[int, ToldBy]:
    """Turn-up → what tells of its origin: the metrics wired for it while it is live, else those of
    its last real run, which has ended and left traffic on the new path. While a ramp is driven, its
    own guard watches; a turn-up whose hostnames have all been moved again by a later one, or are in
    it, is watched there."""
    found: dict[int, ToldBy] = {}
    covered: dict[int, set[str]] = {}
    for turnup, told_by in _candidates(session):
        names = {host.name for host in turnup.hostnames}
        known = covered.setdefault(turnup.customer_id, set())
        if not (names and names <= known):
            found[turnup.id] = told_by
            known |= names
    return found


def _candidates(session: Session) -> Iterator[tuple[Turnup, ToldBy]]:
    """Those with traffic on the new path, the last moved first; then those that never had a run."""
    wired, seen = _wired(session), set()
    query = (
        select(Ramp.cutover_id, Ramp.state, Ramp.target_share, Ramp.target_selector, Turnup)
        .join(Cutover, Cutover.id == Ramp.cutover_id)
        .join(Turnup, Turnup.id == Cutover.turnup_id)
        .where(~Cutover.practice, ~Turnup.practice, Turnup.archived_at.is_(None))
        .options(selectinload(Turnup.hostnames))
        .order_by(Ramp.started_at.desc(), Ramp.id.desc())
    )
    for cutover_id, state, share, selector, turnup in session.execute(query):
        if turnup.id in seen:
            continue
        seen.add(turnup.id)
        own = wired.pop(turnup.id, None)
        if state not in DRIVEN and (own or share > 0 or selector):
            yield turnup, own[1] if own else ToldBy(cutover_id)
    yield from wired.values()


def _wired(session: Session) -> dict[int, tuple[Turnup, ToldBy]]:
    query = (
        select(Turnup, OriginWiring)
        .join(OriginWiring, OriginWiring.turnup_id == Turnup.id)
        .where(~Turnup.practice, Turnup.archived_at.is_(None), Turnup.stage.in_(LIVE))
        .options(selectinload(Turnup.hostnames))
        .order_by(OriginWiring.wired_at.desc(), Turnup.id.desc())
    )
    rows = session.execute(query)
    return {one.id: (one, ToldBy(None, wiring.version)) for one, wiring in rows if wiring.metrics}


def source_of(session: Session, row: OriginWatch) -> tuple[Mapping[str, Any], str]:
    """The wiring that tells of it and the feed that it is asked under; a wiring of no kind where it
    was taken off this moment."""
    if row.cutover_id is not None:
        cutover = session.get_one(Cutover, row.cutover_id)
        return cutover.metrics, cutover.stream
    wiring = session.get(OriginWiring, row.turnup_id)
    metrics = wiring.metrics if wiring else {}
    return metrics or {"kind": "", "config": {}}, f"origin:{row.turnup_id}"
