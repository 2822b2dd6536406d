"""Reads of posts."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.errors import NotFound
from onboarding.outbox.models import Message
from onboarding.posts.models import (
    Cadence,
    HeldPost,
    Post,
    PostDraft,
    PostEdit,
    PublicCutover,
    Subscription,
    running,
)


def latest(session: Session, cutover_id: int, audience: str, limit: int = 30) -> Sequence[Post]:
    """The last posts for one audience, newest first."""
    query = select(Post).where(Post.cutover_id == cutover_id, Post.audience == audience)
    return session.scalars(query.order_by(Post.number.desc()).limit(limit)).all()


def of_all(session: Session, cutover_id: int, limit: int = 60) -> Sequence[Post]:
    """The last posts of a cutover for every audience, newest first."""
    query = select(Post).where(Post.cutover_id == cutover_id)
    return session.scalars(query.order_by(Post.number.desc(), Post.id.desc()).limit(limit)).all()


def get(session: Session, post_id: int) -> Post:
    """One post. Raises NotFound."""
    found = session.get(Post, post_id)
    if found is None:
        raise NotFound("There is no such post", hint="reload the page")
    return found


def former(session: Session, posts: Sequence[Post]) -> dict[int, list[PostEdit]]:
    """What each mended post said before, the first wording first."""
    mended = [post.id for post in posts if post.edited_at is not None]
    found: dict[int, list[PostEdit]] = {number: [] for number in mended}
    query = select(PostEdit).where(PostEdit.post_id.in_(mended)).order_by(PostEdit.number)
    for edit in session.scalars(query) if mended else ():
        found[edit.post_id].append(edit)
    return found


def drafts(session: Session, cutover_id: int) -> Sequence[PostDraft]:
    """What waits for a second person, the oldest first."""
    query = select(PostDraft).where(
        PostDraft.cutover_id == cutover_id, PostDraft.state == "waiting"
    )
    return session.scalars(query.order_by(PostDraft.id)).all()


def cadence(session: Session, cutover_id: int) -> Cadence | None:
    """How often the customer is to hear of the cutover."""
    return session.get(Cadence, cutover_id)


def public_name(session: Session, cutover_id: int) -> str:
    """What the public calls the cutover; empty where it does not hear of it."""
    row = session.get(PublicCutover, cutover_id)
    return row.name if row else ""


def publics(session: Session, limit: int = 50) -> Sequence[PublicCutover]:
    """The cutovers that the public hears of, the latest window first."""
    query = select(PublicCutover).join(Cutover).order_by(Cutover.starts_at.desc())
    return session.scalars(query.limit(limit)).all()


def subscriptions(session: Session, user_id: int) -> Sequence[Subscription]:
    """What somebody gets, or has yet to confirm."""
    query = select(Subscription).where(Subscription.user_id == user_id, running(clock.now()))
    return session.scalars(query.order_by(Subscription.id.desc())).all()


def count_of(session: Session, cutover: Cutover) -> dict[str, int]:
    """Audience → how many addresses follow the cutover itself, its turn-up or a hostname of it."""
    scopes = [cutover.stream, f"turnup:{cutover.turnup_id}"]
    scopes += [f"hostname:{one.id}" for one in cutover.hostnames]
    query = select(Subscription.audience, func.count()).where(
        Subscription.scope.in_(scopes),
        Subscription.channel != "console",
        Subscription.confirmed_at.is_not(None),
        running(clock.now()),
    )
    rows = session.execute(query.group_by(Subscription.audience))
    return {audience: count for audience, count in rows}  # noqa: C416  rows are no tuples to mypy


def delivery(session: Session, posts: Sequence[Post]) -> dict[int, dict[str, int]]:
    """How the delivery of each post stands: post id → {state: letters}. Of what is queued, what was
    tried before is `retried`; `held` waits for an hour that its reader chose."""
    topics = {f"post:{post.id}": post.id for post in posts}
    found: dict[int, dict[str, int]] = {post.id: {} for post in posts}
    tried = Message.tries > 0
    query = (
        select(Message.topic, Message.state, tried, func.count())
        .where(Message.topic.in_(topics))
        .group_by(Message.topic, Message.state, tried)
    )
    for topic, state, was_tried, count in session.execute(query):
        word = "retried" if state == "queued" and was_tried else state
        states = found[topics[topic]]
        states[word] = states.get(word, 0) + count
    held = select(HeldPost.post_id, func.count()).where(
        HeldPost.post_id.in_(found), HeldPost.letter == ""
    )
    for number, count in session.execute(held.group_by(HeldPost.post_id)):
        found[number]["held"] = count
    return found


def followable(session: Session, turnup: Turnup) -> list[tuple[str, str]]:
    """(scope, name) of a turn-up, its hostnames and its cutovers."""
    query = select(Cutover).where(Cutover.turnup_id == turnup.id).order_by(Cutover.id.desc())
    return [
        (f"turnup:{turnup.id}", turnup.name),
        *((f"hostname:{one.id}", one.name) for one in turnup.hostnames),
        *((one.stream, one.title) for one in session.scalars(query.limit(20))),
    ]
