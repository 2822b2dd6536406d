"""What a probe has to look at, and what it saw before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.checklists import queries
from onboarding.checklists.facts import Value, complete
from onboarding.checklists.models import ProbeResult
from onboarding.checklists.template import Probe
from onboarding.customers.queries import turnup as turnup_by_id


@dataclass(frozen=True)
class Question:
    """One item's probe with all it needs; no rows."""

    probe: Probe
    hostnames: tuple[str, ...]
    facts: Mapping[str, Value]


def question(session: Session, item_id: int) -> Question | None:
    """What to look at for an item; None where there is nothing to see: no probe, an item that is
    waived or not needed, a turn-up for practice or put away. Raises NotFound."""
    row, checklist = queries.item(session, item_id)
    turnup = turnup_by_id(session, checklist.turnup_id)
    if row.state == "waived" or turnup.practice or turnup.archived_at is not None:
        return None
    line = next(one for one in queries.standing(session, turnup) if one.item.id == row.key)
    if line.item.probe is None or line.status == "not_needed":
        return None
    names = tuple(hostname.name for hostname in turnup.hostnames)
    facts = complete(queries.known_facts(turnup, names), queries.added_facts(checklist))
    return Question(line.item.probe, names, facts)


def history(session: Session, item_id: int, limit: int = 10) -> Sequence[ProbeResult]:
    """What the probe of an item saw, newest first."""
    query = select(ProbeResult).where(ProbeResult.item_id == item_id)
    return session.scalars(query.order_by(ProbeResult.id.desc()).limit(limit)).all()
