"""What was asked and answered, wherever: told by the floors above, compared by a worker."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.db import after_commit
from onboarding.errors import BadInput, NotFound, Refused
from onboarding.knowledge import passages
from onboarding.knowledge.areas import area_of
from onboarding.knowledge.models import DocumentTask, Question
from onboarding.queues import enqueue
from onboarding.trail.log import Actor, record

LONGEST = 20_000  # characters of a question or an answer that are kept here
COMPARE = "onboarding.knowledge.jobs.compare"


@dataclass(frozen=True)
class Asked:
    """A question as the floor above knows it: see `models.Question`. `readers` is the customer whose
    people may read it where it stands, `community`: every customer's."""

    ref: str
    kind: str
    link: str
    title: str
    text: str
    asked_at: datetime
    customer_id: int | None = None
    asker: str = ""
    readers: int | None = None
    community: bool = False


def ask(session: Session, asked: Asked) -> Question:
    """Note that it was asked; told again, it is the same question."""
    row = of(session, asked.ref)
    if row is not None:
        return row
    row = Question(ref=asked.ref, kind=asked.kind, link=asked.link, asked_at=asked.asked_at)
    row.customer_id, row.asker = asked.customer_id, asked.asker[:200]
    row.readers_id, row.community = asked.readers, asked.community
    row.title, row.text = asked.title[:500], asked.text[:LONGEST]
    session.add(row)
    session.flush()
    _found(session, row)
    compare_soon()
    return row


def answer(
    session: Session, ref: str, text: str, answered_by: int | None, readers: int | None = None
) -> None:
    """Note the answer, or a later one that stands instead; from now on the people of the customer
    `readers` find it too. Where the same was asked before or since, a worker looks whether it has to
    be written down."""
    row = of(session, ref)
    if row is None or row.taken_back_at is not None:
        return
    row.answer, row.answered_by, row.answered_at = text[:LONGEST], answered_by, clock.now()
    row.compared_at = None
    row.readers_id = readers or row.readers_id
    session.flush()
    _found(session, row)
    compare_soon()


def belongs(session: Session, ref: str, customer_id: int | None) -> None:
    """The ticket `ref` is another customer's than was said: nobody else's people find it any more."""
    row = of(session, ref)
    if row is not None and row.taken_back_at is None and row.customer_id != customer_id:
        row.customer_id, row.readers_id = customer_id, customer_id if row.answer else None
        session.flush()
        _found(session, row)


def say_same(session: Session, actor: Actor, question_id: int, earlier_id: int) -> Question:
    """A person says that the two ask the same. Raises BadInput, NotFound."""
    later, earlier = session.get(Question, question_id), session.get(Question, earlier_id)
    if later is None or earlier is None or later.taken_back_at or earlier.taken_back_at:
        raise NotFound("There is no such question", hint="reload the page")
    if later.id == earlier.id:
        raise BadInput("this is the question itself", place="earlier", hint="choose another")
    first, second = root(session, earlier), root(session, later)
    if first.id == second.id:
        return later
    if first.id > second.id:
        first, second = second, first
    same = update(Question).where(Question.same_as_id == second.id)
    session.execute(same.values(same_as_id=first.id))
    second.same_as_id, later.compared_at = first.id, None
    session.flush()
    record(session, "system", "question.same", actor, {"question": second.id, "as": first.id})
    compare_soon()
    return later


def root(session: Session, row: Question) -> Question:
    """The first that asked the same."""
    return session.get_one(Question, row.same_as_id) if row.same_as_id else row


def of(session: Session, ref: str) -> Question | None:
    """The question of `ref`, whatever somebody sends for one."""
    if "\x00" in ref:
        return None
    return session.scalar(select(Question).where(Question.ref == ref))


def last_of(session: Session, refs: Collection[str]) -> Question | None:
    """The last asked of these that still stands."""
    query = select(Question).where(Question.ref.in_(refs), Question.taken_back_at.is_(None))
    return session.scalar(query.order_by(Question.id.desc()).limit(1)) if refs else None


def drop_task(session: Session, actor: Actor, task_id: int, why: str) -> DocumentTask:
    """It need not be written down, and `why` not."""
    task = session.get(DocumentTask, task_id, with_for_update={"of": DocumentTask})
    if task is None:
        raise NotFound(f"There is no task {task_id}", hint="see /knowledge/questions")
    if task.closed_at is not None:
        raise Refused("This task is over", hint="reload the page")
    task.closed_at, task.dropped = clock.now(), why
    record(session, "system", "document_task.dropped", actor, {"task": task.id}, {"why": why})
    return task


def _found(session: Session, row: Question) -> None:
    said = passages.Found(
        row.kind,
        row.ref,
        row.title,
        f"{row.text}\n{row.answer}".strip(),
        row.link,
        community=row.community,
        customer_id=row.readers_id,
        area=area_of(row.title, row.text),
    )
    passages.put(session, said)


def compare_soon() -> None:
    """A worker compares what waits for it, after the commit."""
    after_commit(COMPARE, lambda: enqueue("default", COMPARE, once="knowledge-compare"))
