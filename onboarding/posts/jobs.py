"""The RQ edge of posts: follow the trail."""

from onboarding.db import db, transaction
from onboarding.faults import fault_point
from onboarding.posts.actions import react
from onboarding.trail.following import follow as follow_stream
from onboarding.trail.following import streams_behind

FOLLOWER = "posts"


def follow() -> None:
    """Make the posts that are due, stream by stream, each batch with its cursor in one go."""
    for stream in streams_behind(db.session(), FOLLOWER):
        with transaction() as session:
            follow_stream(session, FOLLOWER, stream, react)
            fault_point("posts.made")
