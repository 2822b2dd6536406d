"""Find passages: the database gives candidates, `ranking` their order, the same on both databases."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session

from onboarding.knowledge.excerpts import excerpt
from onboarding.knowledge.indexing import matching
from onboarding.knowledge.models import Passage
from onboarding.knowledge.ranking import Candidate, Ranked, rank
from onboarding.knowledge.readers import Reader, address
from onboarding.knowledge.synonyms import synonyms
from onboarding.knowledge.terms import asked as asked_for
from onboarding.knowledge.terms import grams, term

MOST, SLIPS = 200, 60
LONGEST = 2000  # characters of a query that are looked at


@dataclass(frozen=True)
class Narrow:
    """What a search is kept to; empty is everything. A stage or area lets those for any through."""

    kinds: Collection[str] = ()
    stage: str = ""
    area: str = ""


@dataclass(frozen=True)
class Hit:
    """A passage with how well it answers, the share of the words asked for that it holds, the part
    of it that does, as `excerpts` gives it, and where its reader finds it."""

    passage: Passage
    score: float
    share: float
    excerpt: list[tuple[str, bool]]
    link: str


def search(
    session: Session, reader: Reader, text: str, narrow: Narrow | None = None, limit: int = 10
) -> list[Hit]:
    """The passages that answer `text` best, the best first; typing errors are forgiven."""
    asked = asked_for(text[:LONGEST])
    if not asked:
        return []
    where = _where(reader, narrow or Narrow())
    rows = _candidates(session, asked, where)
    candidates = [
        Candidate(one.id, one.title_words.split(), one.body_words.split()) for one in rows
    ]
    total = session.scalar(select(func.count()).select_from(Passage)) or 0
    by_id = {one.id: one for one in rows}
    best = rank(asked, candidates, total)[:limit]
    return [_hit(reader, one, by_id[one.id], asked) for one in best]


def _hit(reader: Reader, found: Ranked, row: Passage, asked: list[str]) -> Hit:
    part, link = excerpt(row.text, asked), address(row.link, reader)
    return Hit(row, found.score, found.share, part, link)


def naming(session: Session, reader: Reader, hosts: Collection[str], limit: int) -> list[Hit]:
    """Articles that `reader` may see and that name one of `hosts`, the latest first."""
    if not hosts:
        return []
    named = or_(
        *(
            place.icontains(host, autoescape=True)
            for host in hosts
            for place in (Passage.title, Passage.text)
        )
    )
    query = select(Passage).where(*_where(reader, Narrow(("article",))), named)
    rows = session.scalars(query.order_by(Passage.at.desc(), Passage.id.desc()).limit(limit))
    asked = asked_for(" ".join(hosts))
    return [_hit(reader, Ranked(row.id, 1.0, 1.0), row, asked) for row in rows]


def of_stage(session: Session, reader: Reader, stage: str, limit: int) -> list[Hit]:
    """Articles that `reader` may see and that were written for `stage`, the latest first."""
    kept = (*_where(reader, Narrow(("article",))), Passage.stage == stage)
    query = select(Passage).where(*kept).order_by(Passage.at.desc(), Passage.id.desc())
    rows = session.scalars(query.limit(limit)) if stage else ()
    return [_hit(reader, Ranked(row.id, 0.0, 0.0), row, []) for row in rows]


def _where(reader: Reader, narrow: Narrow) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if not reader.staff:
        own = Passage.customer_id == reader.customer_id if reader.customer_id else false()
        theirs = Passage.community.is_(True) if reader.customer_id else false()
        where.append(or_(Passage.public.is_(True), own, theirs))
    if narrow.kinds:
        where.append(Passage.kind.in_(narrow.kinds))
    if narrow.stage:
        where.append(Passage.stage.in_(("", narrow.stage)))
    if narrow.area:
        where.append(Passage.area.in_(("", narrow.area)))
    return where


def readable(passage: Passage, reader: Reader) -> bool:
    """Whether `reader` may find it."""
    if passage.public or reader.staff:
        return True
    customer = reader.customer_id
    return customer is not None and (passage.community or passage.customer_id == customer)


def _candidates(
    session: Session, asked: list[str], where: list[ColumnElement[bool]]
) -> list[Passage]:
    """Passages with the words as typed or their synonyms; for words that stand in none of them,
    those with many of the same trigrams."""
    alike = {other for word in asked for other in (word, *synonyms(word))}
    rows = _rows(session, _ids(session, map(term, alike), where, MOST))
    known = {word for one in rows for word in f"{one.title_words} {one.body_words}".split()}
    more = {
        at for word in asked if word not in known for at in _ids(session, grams(word), where, SLIPS)
    }
    return rows + _rows(session, more - {one.id for one in rows})


def _ids(
    session: Session, terms: Iterable[str], where: list[ColumnElement[bool]], most: int
) -> set[int]:
    return set(session.scalars(matching(session, sorted(terms), where).limit(most)))


def _rows(session: Session, ids: set[int]) -> list[Passage]:
    query = select(Passage).where(Passage.id.in_(ids)).order_by(Passage.id)
    return list(session.scalars(query)) if ids else []
