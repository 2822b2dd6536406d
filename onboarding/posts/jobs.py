"""The RQ edge of posts: follow the trail."""

from onboarding.db import transaction
from onboarding.faults import fault_point
from onboarding.posts.actions import react
from onboarding.trail.following import each_behind
from onboarding.trail.following import follow as follow_stream

FOLLOWER = "posts"


def follow() -> None:
    """Make the posts that are due, stream by stream, each batch with its cursor in one go."""
    each_behind(FOLLOWER, _make)


def _make(stream: str) -> None:
    with transaction() as session:
        follow_stream(session, FOLLOWER, stream, react)
        fault_point("posts.made")
