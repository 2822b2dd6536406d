"""Questions that were taken back, or are another question's now: nothing of them is kept or counted."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.knowledge import actions, passages, questions
from onboarding.knowledge.models import DRAFT, DocumentTask, Question, Revision
from onboarding.trail.log import SYSTEM, record

GONE = "(taken back)"


def forget(session: Session, ref: str) -> None:
    """Nothing of its words stays here, nothing is the same as it, and a draft that nobody wrote on
    goes with it; where the same was still asked twice, a worker makes another. Twice is once."""
    row = questions.of(session, ref)
    if row is None or row.taken_back_at is not None:
        return
    passages.take_out(session, ref)
    first_id = row.same_as_id or row.id
    rest = _others(session, row, first_id)
    row.title, row.text, row.answer, row.asker = GONE, "", "", ""
    row.same_as_id, row.like_ids = None, []
    row.taken_back_at = row.compared_at = clock.now()
    if rest and first_id == row.id:
        for one in rest:
            one.same_as_id = rest[0].id if one is not rest[0] else None
    session.flush()
    task = session.scalar(select(DocumentTask).where(DocumentTask.question_id == first_id))
    if task is not None:
        _mend(session, task, rest)


def _others(session: Session, row: Question, first_id: int) -> list[Question]:
    """Those that asked the same, the first of them first."""
    same = or_(Question.id == first_id, Question.same_as_id == first_id)
    query = select(Question).where(same, Question.id != row.id).order_by(Question.id)
    return list(session.scalars(query))


def retell(session: Session, ref: str, text: str, answered_by: int | None) -> None:
    """A part of the answer was taken back: `text` is left, and no draft with the rest."""
    row = questions.of(session, ref)
    if row is None or row.taken_back_at is not None:
        return
    questions.answer(session, ref, text, answered_by)
    first = DocumentTask.question_id == (row.same_as_id or row.id)
    task = session.scalar(select(DocumentTask).where(first))
    if task is not None:
        _withdrawn(session, task)


def _mend(session: Session, task: DocumentTask, rest: list[Question]) -> None:
    if _withdrawn(session, task):
        if rest:
            rest[-1].compared_at = None
            questions.compare_soon()
    elif rest and _has_none(session, rest[0]):
        task.question_id = rest[0].id
    session.flush()


def _withdrawn(session: Session, task: DocumentTask) -> bool:
    """Take the task back and erase its draft, unless somebody wrote on it or ended the task."""
    article = task.article
    if task.closed_at is not None or article.state != DRAFT or article.revision > 1:
        return False
    said = {"task": task.id, "article": article.id}
    record(session, "system", "document_task.withdrawn", SYSTEM, said)
    session.delete(task)
    session.flush()
    article.title = article.body = GONE
    article.source = None  # what is left may be a draft again
    for one in session.scalars(select(Revision).where(Revision.article_id == article.id)):
        one.title = one.body = GONE
    actions.retire(session, SYSTEM, article.id)
    return True


def _has_none(session: Session, row: Question) -> bool:
    query = select(DocumentTask.id).where(DocumentTask.question_id == row.id)
    return session.scalar(query) is None
