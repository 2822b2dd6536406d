"""What the stories of posts share: tell the trail something, and see what became of it."""

from typing import Any

from sqlalchemy import select, update

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.posts import jobs
from onboarding.posts.models import HeldPost, Post
from onboarding.trail.log import SYSTEM, record


def tell(number: int, kind: str, personal: dict[str, Any] | None = None, **payload: Any) -> None:
    """Record it in the trail of the cutover."""
    with transaction() as session:
        record(session, f"cutover:{number}", kind, SYSTEM, payload, personal)


def follow() -> None:
    """Have the posts made that are due."""
    db.session().rollback()  # what was read before stays as it was read
    jobs.follow()


def told(number: int, kind: str, **payload: Any) -> None:
    """Record it, and have the posts made."""
    tell(number, kind, **payload)
    follow()


def posts(audience: str) -> list[str]:
    """The texts of the posts for the audience, the oldest first."""
    db.session().rollback()
    query = select(Post.text).where(Post.audience == audience).order_by(Post.number)
    return list(db.session.scalars(query))


def letters(recipient: str = "") -> list[Message]:
    """The letters to `recipient`, or all, the oldest first."""
    db.session().rollback()
    query = select(Message).order_by(Message.id)
    if recipient:
        query = query.where(Message.recipient == recipient)
    return list(db.session.scalars(query))


def hour_comes() -> None:
    """What is held is due, and goes out."""
    with transaction() as session:
        session.execute(update(HeldPost).values(due_at=clock.now()))
    jobs.gather()
