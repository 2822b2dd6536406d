"""Histories as they are kept: read from the plain format, held against what is known, written down."""

from dataclasses import replace
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Goal, Turnup
from onboarding.errors import BadInput, Figure, marked
from onboarding.forecasts import queries
from onboarding.forecasts.intake.doubts import Doubt, doubt
from onboarding.forecasts.intake.reading import Taken, bounded
from onboarding.forecasts.models import TrafficHistory
from onboarding.forecasts.tables import read_history
from onboarding.forecasts.traffic_models import TrafficFacts
from onboarding.trail.log import Actor, record


def plain(stream: BinaryIO, name: str) -> Taken:
    """The one series of a table with the header ds,y (see `tables.read_history`), requests a second.
    Raises BadInput naming the line."""
    found = read_history(stream, name)
    if len(found) != 1:
        raise BadInput(
            marked("there are {n} series in it", n=Figure(len(found))),
            place=f"{name}: unique_id",
            hint=marked("upload one series, the customer's whole traffic"),
        )
    history = found[0]
    kept = bounded(history, name)
    return Taken(replace(kept, unit="req/s"), len(history.values))


def doubtful(session: Session, turnup: Turnup, taken: Taken) -> Doubt | None:
    """What is odd about the size of what was read, beside what is known of the turn-up."""
    return doubt(taken.history.values, _known(session, turnup.id))


def _known(session: Session, turnup_id: int) -> float:
    """The highest hour that an earlier history, a declared peak or a goal leads one to expect."""
    facts = session.get(TrafficFacts, turnup_id)
    if facts is not None and facts.peak:
        return facts.peak
    before = queries.latest_history(session, turnup_id)
    if before is not None:
        return max(before.values, default=0.0)
    goal = session.scalar(select(Goal).where(Goal.turnup_id == turnup_id, Goal.kind == "traffic"))
    return (goal.figure or 0.0) if goal is not None else 0.0


def keep(
    session: Session, actor: Actor, turnup: Turnup, name: str, source: str, taken: Taken
) -> TrafficHistory:
    """Write a history down."""
    assert actor.user_id is not None, "a person gives a history"
    found = taken.history
    row = TrafficHistory(
        turnup_id=turnup.id,
        name=name[:200],
        source=source,
        starts_at=found.start,
        values=list(found.values),
        filled=len(found.filled),
        gaps=list(found.filled),
        five_minutes=taken.five_minutes,
        mean_bytes=taken.mean_bytes,
        notes=list(found.warnings),
        uploaded_by=actor.user_id,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    said = {
        "turnup": turnup.id,
        "history": row.id,
        "hours": len(row.values),
        "filled": row.filled,
        "source": source,
        "rows": taken.rows,
        "broken": taken.broken,
    }
    record(session, turnup.customer.stream, "history.uploaded", actor, said)
    return row
