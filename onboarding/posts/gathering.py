"""What was held for quiet hours or a digest goes out, in one letter for each subscription."""

import hashlib
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.brands import queries as brands
from onboarding.outbox.actions import post as post_letter
from onboarding.people.models import User
from onboarding.posts.letters import data_of, digest
from onboarding.posts.models import HeldPost, Post, Subscription
from onboarding.posts.reading import own_wordings, text_of
from onboarding.posts.subscribing import about


def due(session: Session) -> Sequence[int]:
    """Subscriptions with posts whose hour has come."""
    query = select(HeldPost.subscription_id).where(
        HeldPost.letter == "", HeldPost.due_at <= clock.now()
    )
    return session.scalars(query.distinct().limit(500)).all()


def send(session: Session, subscription_id: int) -> None:
    """One letter with all that waits for the subscription; nothing where it was ended."""
    subscription = session.get_one(Subscription, subscription_id, with_for_update=True)
    query = (
        select(HeldPost, Post)
        .join(Post, Post.id == HeldPost.post_id)
        .where(HeldPost.subscription_id == subscription_id, HeldPost.letter == "")
        .order_by(Post.at, Post.id)
    )
    rows = session.execute(query).all()
    if not rows:
        return
    numbers = ",".join(str(post.id) for _held, post in rows)
    key = f"digest:{subscription_id}:{hashlib.sha256(numbers.encode()).hexdigest()[:16]}"
    for held, _post in rows:
        held.letter = key
    reader = session.get(User, subscription.user_id) if subscription.user_id else None
    if subscription.is_over or (reader is not None and not reader.active):
        return
    own = own_wordings(session)
    told = [
        (post, text_of(post, post.cutover.practice, subscription.language, subscription.zone, own))
        for _held, post in rows
    ]
    _customer, title = about(session, subscription.scope)
    lines = [(post.at, text) for post, text in told]
    said = [data_of(post.cutover, post, text) for post, text in told]
    look = brands.of_customer(session, rows[0][1].cutover.turnup.customer_id)
    made = digest(key, subscription, title, lines, said, look)
    post_letter(session, subscription.channel, made, topic=key)
