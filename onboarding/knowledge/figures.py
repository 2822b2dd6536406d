"""Reads of what was asked: again, although written down, or not at all because it was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, cast, func, select
from sqlalchemy.orm import Session

from onboarding.customers.models import Customer
from onboarding.knowledge.models import ASKING, Article, DocumentTask, Helped, Question

SHOWN = 100


@dataclass(frozen=True)
class Row:
    """Of one customer (`id` None: nobody we know): questions asked, deflected (an article answered
    while they were written), asked again, asked although an article had the answer."""

    id: int | None
    name: str
    asked: int = 0
    deflected: int = 0
    again: int = 0
    although_written: int = 0


@dataclass(frozen=True)
class Repeated:
    """A question with those that asked the same later, and the article that answers them."""

    first: Question
    times: int
    last_at: datetime
    task: DocumentTask | None
    article: Article | None


def by_customer(session: Session, since: datetime) -> list[Row]:
    """What customers asked since then, those with most questions first."""
    again = func.sum(cast(Question.same_as_id.is_not(None), Integer))
    written = func.sum(cast(Question.covered_by_id.is_not(None), Integer))
    asked = (
        select(Question.customer_id, func.count(), again, written)
        .where(Question.asked_at >= since, Question.taken_back_at.is_(None))
        .group_by(Question.customer_id)
    )
    spared = (
        select(Helped.customer_id, func.count())
        .where(Helped.at >= since, Helped.yes.is_(True), Helped.place.in_(ASKING))
        .group_by(Helped.customer_id)
    )
    counted = {number: counts for number, *counts in session.execute(asked)}
    deflected = {row[0]: row[1] for row in session.execute(spared)}
    ids = counted.keys() | deflected.keys()
    query = select(Customer.id, Customer.name).where(Customer.id.in_([one for one in ids if one]))
    names = {row[0]: row[1] for row in session.execute(query)}
    rows = [_row(one, names, counted.get(one), deflected.get(one, 0)) for one in ids]
    return sorted(rows, key=lambda row: (-row.asked, row.name))


def _row(
    number: int | None, names: dict[int, str], counts: Sequence[int] | None, deflected: int
) -> Row:
    name = names.get(number, "") if number else ""
    asked, again, written = counts or (0, 0, 0)
    return Row(number, name or "not known", asked, deflected, again or 0, written or 0)


def total(rows: Sequence[Row]) -> Row:
    """All rows together."""
    fields = ("asked", "deflected", "again", "although_written")
    sums = {name: sum(getattr(row, name) for row in rows) for name in fields}
    return Row(None, "all", **sums)


def open_tasks(session: Session, user_id: int) -> Sequence[DocumentTask]:
    """What is to be written down: `user_id`'s first, then the oldest."""
    query = select(DocumentTask).where(DocumentTask.closed_at.is_(None))
    mine = DocumentTask.assignee_id == user_id
    ordered = query.order_by(mine.is_(True).desc(), DocumentTask.id)
    return session.scalars(ordered.limit(SHOWN)).all()


def repeated(session: Session) -> list[Repeated]:
    """What was asked more than once, most often first."""
    later = (
        select(Question.same_as_id, func.count(), func.max(Question.asked_at))
        .where(Question.same_as_id.is_not(None))
        .group_by(Question.same_as_id)
        .order_by(func.count().desc(), func.max(Question.asked_at).desc())
        .limit(SHOWN)
    )
    found = []
    for first_id, count, last_at in session.execute(later).all():
        first = session.get_one(Question, first_id)
        query = select(DocumentTask).where(DocumentTask.question_id == first_id)
        task = session.scalar(query)
        article = task.article if task else None
        if article is None and first.covered_by_id:
            article = session.get(Article, first.covered_by_id)
        found.append(Repeated(first, count + 1, last_at, task, article))
    return found


def maybe_alike(session: Session) -> list[tuple[Question, list[Question]]]:
    """The latest questions that may have been asked before in other words, with those."""
    query = select(Question).where(Question.same_as_id.is_(None), Question.taken_back_at.is_(None))
    rows = [
        row
        for row in session.scalars(query.order_by(Question.id.desc()).limit(SHOWN))
        if row.like_ids
    ]
    return [(row, alike_to(session, row)) for row in rows[:20]]


def alike_to(session: Session, row: Question) -> list[Question]:
    """Earlier questions like this one, the most alike first."""
    ids = [*([row.same_as_id] if row.same_as_id else []), *row.like_ids]
    found = (session.get(Question, one) for one in dict.fromkeys(ids))
    return [one for one in found if one is not None and not one.taken_back_at]
