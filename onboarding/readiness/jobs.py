"""The RQ edge of readiness: a follower of the trail that moves turn-ups on."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.customers.actions import move_stage
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.readiness.actions import advance_by_itself
from onboarding.trail.following import each_behind
from onboarding.trail.following import follow as follow_stream
from onboarding.trail.log import SYSTEM
from onboarding.trail.models import Entry

FOLLOWER = "readiness"
#: What of a ramp moves the turn-up: (from, to).
STAGE_OF = {
    "ramp.started": ("scheduled", "ramping"),
    "ramp.finished": ("ramping", "live"),
    "ramp.rolled_back": ("ramping", "scheduled"),
}


def follow() -> None:
    """Look anew at every turn-up of whose customer or cutover something was told."""
    each_behind(FOLLOWER, _look)


def _look(stream: str) -> None:
    with transaction() as session:
        if follow_stream(session, FOLLOWER, stream, _seen):
            for turnup in _turnups(session, stream):
                advance_by_itself(session, SYSTEM, turnup)


def _seen(session: Session, stream: str, entry: Entry) -> None:
    """Most entries only wake us, for what a stage demands is read from the tables. Those of a ramp
    move the turn-up by themselves."""
    kind, _, number = stream.partition(":")
    if kind != "cutover" or not entry.kind.startswith("ramp."):
        return
    cutover = session.get_one(Cutover, int(number))
    if cutover.practice and not cutover.turnup.practice:
        return  # a rehearsal changes nothing of the customer
    left, entered = STAGE_OF.get(entry.kind, ("", ""))
    if cutover.turnup.stage == left:
        move_stage(session, SYSTEM, cutover.turnup, entered)


def _turnups(session: Session, stream: str) -> list[Turnup]:
    kind, _, number = stream.partition(":")
    query = select(Turnup)
    if kind == "customer":
        query = query.where(Turnup.customer_id == int(number))
    elif kind == "cutover":
        query = query.join(Cutover, Cutover.turnup_id == Turnup.id).where(Cutover.id == int(number))
    else:
        return []
    return list(session.scalars(query.with_for_update(of=Turnup)).unique())
