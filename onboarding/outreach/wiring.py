"""Wire the metrics of a live customer's origin, without a cutover of theirs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.queries import turnup as turnup_of
from onboarding.errors import AdapterError, BadInput, Refused
from onboarding.metrics.registry import SOURCES, check, source
from onboarding.outreach.models import OriginWiring
from onboarding.outreach.sources import LIVE
from onboarding.trail.log import Actor, lock_stream, record

#: What can tell of an origin: counts that are pushed belong to a cutover, practice is watched nowhere.
KINDS = tuple(kind for kind in SOURCES if kind not in ("push", "rehearsal"))


def usable(metrics: Mapping[str, Any]) -> None:
    """That the source can be made and is as it has to be by its own check. Raises BadInput at the
    key that is wrong. Reaches out: never within a transaction."""
    if metrics["kind"] in ("push", "rehearsal"):
        raise BadInput(
            "this tells of no origin", place="metrics", hint=f"one of {', '.join(KINDS)}"
        )
    made = source(metrics["kind"], metrics["config"], feed="origin:0")
    try:
        check(made)
    except AdapterError as wrong:
        raise BadInput(wrong.message, place="metrics", hint=wrong.hint) from wrong


def wire(
    session: Session, actor: Actor, turnup_id: int, metrics: Mapping[str, Any]
) -> OriginWiring:
    """From now on the turn-up's origin is watched through these metrics, which are `usable`. The
    same again changes nothing. Raises Refused where it is not live."""
    turnup = turnup_of(session, turnup_id)
    lock_stream(session, turnup.customer.stream)
    if turnup.stage not in LIVE or turnup.practice or turnup.archived_at is not None:
        hint = "its cutover has the metrics until then"
        raise Refused("Only a live turn-up's origin is wired here", hint=hint)
    assert actor.user_id is not None, "a person wires"
    row = session.get(OriginWiring, turnup_id, populate_existing=True)
    if row is not None and row.metrics == metrics:
        return row
    if row is None:
        row = OriginWiring(turnup_id=turnup_id, version=0)
        session.add(row)
    row.metrics, row.version = dict(metrics), row.version + 1
    row.wired_by, row.wired_at = actor.user_id, clock.now()
    session.flush()
    said = {"turnup": turnup_id, "kind": metrics["kind"], "version": row.version}
    record(session, turnup.customer.stream, "origin.wired", actor, said)
    return row


def unwire(session: Session, actor: Actor, turnup_id: int) -> None:
    """Take the metrics off: what a cutover has tells of the origin again, or nothing does."""
    turnup = turnup_of(session, turnup_id)
    lock_stream(session, turnup.customer.stream)
    row = session.get(OriginWiring, turnup_id, populate_existing=True)
    if row is None or not row.metrics:
        return
    row.metrics, row.version = {}, row.version + 1
    row.wired_by, row.wired_at = actor.user_id or row.wired_by, clock.now()
    session.flush()
    record(session, turnup.customer.stream, "origin.unwired", actor, {"turnup": turnup_id})
