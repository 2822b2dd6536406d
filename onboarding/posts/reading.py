"""Posts as a reader sees them: in their language and zone, with the operator's own wordings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.posts.models import Post, PostWording
from onboarding.posts.wording import Own, marked, say


@dataclass(frozen=True)
class Shown:
    """A post as one reader sees it."""

    post: Post
    at: datetime
    text: str
    edited_at: datetime | None


def own_wordings(session: Session) -> Own:
    """The texts that operators put in place of shipped ones."""
    rows = session.execute(
        select(PostWording.audience, PostWording.language, PostWording.key, PostWording.text)
    )
    return {(audience, language, key): text for audience, language, key, text in rows}


def text_of(post: Post, practice: bool, language: str, zone: str, own: Own) -> str:
    """What the post says in `language`, with times in `zone`."""
    if post.edited_at is not None:
        return marked(post.text, practice, language)
    return say(post.audience, post.kind, post.facts, practice, language, zone, own)


def shown(
    session: Session, posts: Sequence[Post], language: str, zone: str, practice: bool
) -> list[Shown]:
    """`posts`, all of one cutover, for a reader."""
    own = own_wordings(session) if posts else {}
    return [
        Shown(one, one.at, text_of(one, practice, language, zone, own), one.edited_at)
        for one in posts
    ]
