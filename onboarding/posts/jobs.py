"""The RQ edge of posts: follow the trail, send what was held, remind of updates that are due."""

from onboarding.db import db, transaction
from onboarding.faults import fault_point
from onboarding.posts import cadence, gathering
from onboarding.posts.publishing import Pass
from onboarding.trail.following import each_behind
from onboarding.trail.following import follow as follow_stream

FOLLOWER = "posts"


def follow() -> None:
    """Make the posts that are due, stream by stream, each batch with its cursor in one go."""
    each_behind(FOLLOWER, _make)


def _make(stream: str) -> None:
    with transaction() as session:
        one = Pass()
        follow_stream(session, FOLLOWER, stream, one.react)
        one.finish(session)
        fault_point("posts.made")


def gather() -> None:
    """Send each subscription, in one letter, the posts whose hour has come."""
    for number in gathering.due(db.session()):
        with transaction() as session:
            gathering.send(session, number)


def remind() -> None:
    """Remind owners of updates that are due to the customer."""
    for cutover_id in cadence.wanted(db.session()):
        with transaction() as session:
            cadence.remind(session, cutover_id)
