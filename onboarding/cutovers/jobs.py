"""The RQ edge of cutovers: a follower that lets reservations follow the forecast."""

from sqlalchemy.orm import Session

from onboarding.cutovers import queries
from onboarding.cutovers.reserving import reserve_capacity
from onboarding.db import transaction
from onboarding.trail.following import each_behind
from onboarding.trail.following import follow as follow_stream
from onboarding.trail.models import Entry

FOLLOWER = "cutovers"


def follow() -> None:
    """Reserve anew for the open cutovers of every turn-up that has a new forecast."""
    each_behind(FOLLOWER, _pass_on)


def _pass_on(stream: str) -> None:
    with transaction() as session:
        follow_stream(session, FOLLOWER, stream, _react)


def _react(session: Session, _stream: str, entry: Entry) -> None:
    if entry.kind != "forecast.made" or entry.payload.get("state") != "done":
        return
    for cutover in queries.of_turnup(session, entry.payload["turnup"]):
        if cutover.state in queries.OPEN:
            reserve_capacity(session, cutover)
