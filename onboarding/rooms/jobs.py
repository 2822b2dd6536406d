"""The RQ edge of rooms: they open with their cutover and close with it."""

from sqlalchemy.orm import Session

from onboarding.cutovers.models import Cutover
from onboarding.db import transaction
from onboarding.rooms import actions
from onboarding.trail.following import each_behind
from onboarding.trail.following import follow as follow_stream
from onboarding.trail.log import SYSTEM
from onboarding.trail.models import Entry

FOLLOWER = "rooms"
CLOSED = ("done", "cancelled")


def follow() -> None:
    """Open and close what is due, stream by stream, each batch with its cursor in one go."""
    each_behind(FOLLOWER, _pass_on)


def _pass_on(stream: str) -> None:
    with transaction() as session:
        follow_stream(session, FOLLOWER, stream, _react)


def _react(session: Session, stream: str, entry: Entry) -> None:
    kind, _, number = stream.partition(":")
    if kind != "cutover":
        return
    if entry.kind == "cutover.booked":
        actions.of_cutover(session, session.get_one(Cutover, int(number)))
    elif entry.kind in ("ramp.finished", "cutover.cancelled"):
        cutover = session.get_one(Cutover, int(number))
        if cutover.state in CLOSED:
            actions.archive(session, SYSTEM, actions.of_cutover(session, cutover))
