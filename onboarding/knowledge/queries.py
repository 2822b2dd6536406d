"""Reads of articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Integer, cast, func, select
from sqlalchemy.orm import Session

from onboarding.errors import NotFound
from onboarding.knowledge.models import PUBLISHED, Article, Helped, Revision
from onboarding.knowledge.readers import Reader

_GONE = "It may have been retired; look for it under Knowledge"


@dataclass(frozen=True)
class Counted:
    """How many people a passage helped, and how many it did not."""

    yes: int = 0
    no: int = 0


@dataclass(frozen=True)
class Filter:
    """Which articles a list shows; empty is all. `due`: to be looked at again by that day."""

    state: str = ""
    stage: str = ""
    area: str = ""
    owner_id: int | None = None
    due: date | None = None


def readable(session: Session, reader: Reader, article_id: int) -> Article:
    """The article as `reader` may see it: the vendor's people all of them, others what is public
    and published. Raises NotFound in the same words for all else."""
    found = session.get(Article, article_id)
    if found is None or not (reader.staff or (found.public and found.state == PUBLISHED)):
        raise NotFound(f"There is no article {article_id}", hint=_GONE)
    return found


def by_source(session: Session, source: str) -> Article | None:
    """The article that was made of `source`."""
    return session.scalar(select(Article).where(Article.source == source))


def by_sources(session: Session, sources: Sequence[str]) -> dict[str, Article]:
    """Those of `sources` that are articles, by source."""
    found = session.scalars(select(Article).where(Article.source.in_(sources)))
    return {one.source: one for one in found if one.source}


def listed(
    session: Session, reader: Reader, which: Filter, limit: int, offset: int = 0
) -> tuple[Sequence[Article], int]:
    """A page of the articles that `reader` may see, by title, and how many there are in all."""
    where = _where(reader, which)
    query = select(Article).where(*where).order_by(func.lower(Article.title), Article.id)
    total = session.scalar(select(func.count()).select_from(Article).where(*where)) or 0
    return session.scalars(query.limit(limit).offset(offset)).all(), total


def _where(reader: Reader, which: Filter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if not reader.staff:
        where += [Article.public.is_(True), Article.state == PUBLISHED]
    elif which.state:
        where.append(Article.state == which.state)
    if which.stage:
        where.append(Article.stage.in_(("", which.stage)))
    if which.area:
        where.append(Article.area == which.area)
    if which.owner_id:
        where.append(Article.owner_id == which.owner_id)
    if which.due:
        where += [Article.review_on <= which.due, Article.state == PUBLISHED]
    return where


def revisions(session: Session, article_id: int) -> Sequence[Revision]:
    """The revisions of an article, the newest first."""
    query = select(Revision).where(Revision.article_id == article_id)
    return session.scalars(query.order_by(Revision.number.desc())).all()


def revision(session: Session, article_id: int, number: int) -> Revision:
    """One revision. Raises NotFound."""
    query = select(Revision).where(Revision.article_id == article_id, Revision.number == number)
    found = session.scalar(query)
    if found is None:
        raise NotFound(f"There is no revision {number} of this article")
    return found


def helped(session: Session, refs: Sequence[str]) -> dict[str, Counted]:
    """What was said of whether these passages helped, by `ref`."""
    said = func.sum(cast(Helped.yes, Integer))
    query = select(Helped.ref, said, func.count()).where(Helped.ref.in_(refs)).group_by(Helped.ref)
    found = {ref: Counted(yes, all_ - yes) for ref, yes, all_ in session.execute(query)}
    return {ref: found.get(ref, Counted()) for ref in refs}


def due(session: Session, today: date) -> Sequence[Article]:
    """Published articles that are to be looked at again by now."""
    query = select(Article).where(Article.state == PUBLISHED, Article.review_on <= today)
    return session.scalars(query.order_by(Article.id)).all()
