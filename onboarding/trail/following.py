"""Followers: code that reads the trail on and reacts, moving its cursor in the same transaction."""

from collections.abc import Callable
from datetime import datetime

import structlog
from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from onboarding.db import db
from onboarding.trail.models import Cursor, Entry, Stream

log = structlog.get_logger()


def streams_behind(session: Session, follower: str, limit: int = 100) -> list[str]:
    """The names of streams in which `follower` has not read everything."""
    mine = and_(Cursor.stream_id == Stream.id, Cursor.follower == follower)
    query = (
        select(Stream.name)
        .outerjoin(Cursor, mine)
        .where(Stream.number > func.coalesce(Cursor.number, 0))
        .order_by(Stream.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def waiting_since(session: Session, follower: str, stream: str) -> datetime | None:
    """When the oldest entry of `stream` was written that `follower` has not read; None for none."""
    mine = and_(Cursor.stream_id == Stream.id, Cursor.follower == follower)
    query = (
        select(func.min(Entry.at))
        .select_from(Stream)
        .join(Entry, Entry.stream_id == Stream.id)
        .outerjoin(Cursor, mine)
        .where(Stream.name == stream, Entry.number > func.coalesce(Cursor.number, 0))
    )
    return session.scalar(query)


def each_behind(follower: str, pass_on: Callable[[str], None]) -> None:
    """Call `pass_on(stream)` for every stream in which `follower` has not read everything. One that
    fails is left where it was and does not stop the others; the first error is raised at the end.
    """
    errors = []
    for stream in streams_behind(db.session(), follower):
        try:
            pass_on(stream)
        except Exception as error:
            log.error("follower.failed", follower=follower, stream=stream, exc_info=error)
            errors.append(error)
    if errors:
        raise errors[0]


def follow(
    session: Session,
    follower: str,
    stream: str,
    react: Callable[[Session, str, Entry], None],
    limit: int = 200,
) -> int:
    """Hand the next entries of `stream` to `react(session, stream, entry)` in order and move the
    cursor past them: with the caller's transaction, both happen or neither. Returns how many."""
    row = session.scalars(select(Stream).where(Stream.name == stream)).one()
    cursor = session.get(Cursor, (follower, row.id), with_for_update=True)
    if cursor is None:
        cursor = Cursor(follower=follower, stream_id=row.id, number=0)
        session.add(cursor)
        session.flush()  # two followers at once: the primary key lets one through
    entries = session.scalars(
        select(Entry)
        .where(Entry.stream_id == row.id, Entry.number > cursor.number)
        .order_by(Entry.number)
        .limit(limit)
    ).all()
    for entry in entries:
        react(session, stream, entry)
    if entries:
        cursor.number = entries[-1].number
    return len(entries)
