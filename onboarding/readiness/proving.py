"""Prove the roll-back on the real switch before traffic moves: set it to where it is, read it back.

Nothing is moved: a switch that does not read 0 % is only read. While the switch is touched no run
can start (`touching`), and while a run is on nothing is proved.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.db import after_commit
from onboarding.errors import Refused
from onboarding.people.models import User
from onboarding.queues import enqueue
from onboarding.readiness.looking import prints
from onboarding.readiness.models import Proof
from onboarding.trail.log import Actor, lock_stream, record

JOB = "onboarding.readiness.proof_jobs.prove"
ACTING_S = 60.0  # after which a proof that did not come back is taken for dead
LONGEST = 200


def ask(session: Session, actor: Actor, user: User, cutover_id: int) -> Proof:
    """Have a worker do it; one that is under way already is that one."""
    cutover = cutovers.get(session, cutover_id, lock=True)
    if cutover.state != "booked":
        raise Refused(f"This cutover is {cutover.state}", hint="a roll-back is proved before it")
    running = under_way(session, cutover_id)
    if running is not None:
        return running
    row = Proof(
        cutover_id=cutover.id,
        identity=identity(cutover.switch),
        prints=prints(cutover),
        asked_by=user.id,
        asked_at=clock.now(),
    )
    session.add(row)
    session.flush()
    number = row.id
    record(session, cutover.stream, "proof.asked", actor, {"proof": row.id})
    after_commit(f"proof:{number}", lambda: enqueue("urgent", JOB, number))
    return row


def identity(switch: Mapping[str, Any]) -> str:
    """The switch as people tell it from others: its kind, and what of its settings is short text."""
    config = switch.get("config", {})
    named = [f"{key} {value}" for key, value in config.items() if _tells(key, value)]
    return " · ".join([str(switch.get("kind", "")), *named])[:LONGEST]


def _tells(key: str, value: Any) -> bool:
    short = isinstance(value, str | int | float) and len(str(value)) <= 60
    return short and key not in ("secret", "instructions", "timeout")


def under_way(session: Session, cutover_id: int) -> Proof | None:
    """The proof that is asked for or acting, unless it is taken for dead."""
    since = clock.now() - timedelta(seconds=ACTING_S)
    query = select(Proof).where(Proof.cutover_id == cutover_id, Proof.state != "done")
    return session.scalar(query.where(Proof.asked_at > since).order_by(Proof.id.desc()).limit(1))


def touching(session: Session, cutover_id: int) -> bool:
    """Whether the switch is being touched by a proof just now. Ask it under the stream's lock."""
    since = clock.now() - timedelta(seconds=ACTING_S)
    query = select(Proof.id).where(Proof.cutover_id == cutover_id, Proof.state == "acting")
    return session.scalar(query.where(Proof.acting_at > since).limit(1)) is not None


def begin(session: Session, proof_id: int) -> Cutover | None:
    """Mark that the switch is touched from now on; None where it must not be: a run began, or
    another worker has it. Raises nothing: a proof that cannot be is closed with the reason."""
    row = session.get_one(Proof, proof_id)
    lock_stream(session, f"cutover:{row.cutover_id}")
    session.refresh(row)
    cutover = cutovers.get(session, row.cutover_id)
    if row.state != "asked":
        return None
    if cutover.state != "booked" or row.prints != prints(cutover):
        why = "the settings changed meanwhile" if cutover.state == "booked" else "a run had begun"
        row.state, row.done_at = "done", clock.now()
        row.switch_fault = row.rollback_fault = row.metrics_fault = f"not asked: {why}"
        return None
    row.state, row.acting_at = "acting", clock.now()
    return cutover


def finish(session: Session, proof_id: int, found: Mapping[str, str], saw: list[str]) -> None:
    """Keep what came of it: faults by "switch", "rollback" and "metrics", lines of what was seen."""
    row = session.get_one(Proof, proof_id)
    row.state, row.done_at, row.saw = "done", clock.now(), saw
    row.switch_fault = found["switch"]
    row.rollback_fault = found["rollback"]
    row.metrics_fault = found["metrics"]
    well = not any(found.values())
    said = {
        "proof": row.id,
        "switch": row.identity,
        "well": well,
        "saw": saw,
        "faults": dict(found),
    }
    actor = Actor(f"user:{row.asked_by}", "job")
    record(session, f"cutover:{row.cutover_id}", "proof.done", actor, said)
