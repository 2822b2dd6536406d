"""Reads of posts."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding.outbox.models import Message
from onboarding.posts.models import Post


def latest(session: Session, cutover_id: int, audience: str, limit: int = 30) -> Sequence[Post]:
    """The last posts for one audience, newest first."""
    query = select(Post).where(Post.cutover_id == cutover_id, Post.audience == audience)
    return session.scalars(query.order_by(Post.number.desc()).limit(limit)).all()


def delivery(session: Session, posts: Sequence[Post]) -> dict[int, dict[str, int]]:
    """How the delivery of each post stands: post id → {state: messages}."""
    topics = {f"post:{post.id}": post.id for post in posts}
    query = (
        select(Message.topic, Message.state, func.count())
        .where(Message.topic.in_(topics))
        .group_by(Message.topic, Message.state)
    )
    found: dict[int, dict[str, int]] = {post.id: {} for post in posts}
    for topic, state, count in session.execute(query):
        found[topics[topic]][state] = count
    return found
