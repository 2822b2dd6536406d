"""Compare a question with what was asked and written before. For workers."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.knowledge.alike import LIKE, likenesses, same
from onboarding.knowledge.drafts import asked as asked_in
from onboarding.knowledge.drafts import draft
from onboarding.knowledge.models import (
    PUBLISHED,
    RETIRED,
    Article,
    DocumentTask,
    Passage,
    Question,
)
from onboarding.knowledge.readers import STAFF
from onboarding.knowledge.search import Narrow, search
from onboarding.outbox.actions import post
from onboarding.people.models import Team, User
from onboarding.trail.log import SYSTEM, lock_stream, record

KINDS = ("ticket", "room")
BACKGROUND, CANDIDATES, MOST_LIKE = 200, 30, 3
WRITTEN = 0.4  # from this on an article answers a question; its text is longer than an answer


def compare(session: Session, question_id: int) -> None:
    """Find what asked the same and what was written on it; the second ask of what no article answers
    opens a task, with a draft, on whoever answered."""
    lock_stream(session, "system")  # two workers at once would open two tasks
    row = session.get_one(Question, question_id)
    row.compared_at = clock.now()
    if row.taken_back_at is not None:
        return
    asked = f"{row.title}\n{row.text}"
    background = list(
        session.scalars(select(Passage.text).order_by(Passage.id.desc()).limit(BACKGROUND))
    )
    _same(session, row, asked, background)
    if row.covered_by_id is None:
        row.covered_by_id = _written(session, row, asked, background)
    session.flush()
    _task(session, row)


def _same(session: Session, row: Question, asked: str, background: list[str]) -> None:
    earlier = [one for one in _earlier(session, row, asked) if one.id != row.same_as_id]
    pairs = [(f"{one.title}\n{one.text}", one.answer) for one in earlier]
    scores = likenesses(asked, pairs, background)
    found = sorted(zip(scores, earlier, strict=True), key=lambda one: (-one[0], one[1].id))
    at = same(scores, [one.same_as_id or one.id for one in earlier])
    if at is not None and row.same_as_id is None:
        best = earlier[at]
        row.same_as_id = best.same_as_id or best.id
        record(
            session, "system", "question.asked_again", SYSTEM, {"question": row.id, "as": best.id}
        )
    row.like_ids = [one.id for score, one in found if score >= LIKE][:MOST_LIKE]


def _earlier(session: Session, row: Question, asked: str) -> list[Question]:
    hits = search(session, STAFF, asked, Narrow(KINDS), CANDIDATES)
    refs = [hit.passage.ref for hit in hits if hit.passage.ref != row.ref]
    query = select(Question).where(Question.ref.in_(refs), Question.id < row.id)
    return list(session.scalars(query.order_by(Question.id)))


def _written(session: Session, row: Question, asked: str, background: list[str]) -> int | None:
    """The article that answered it before it was asked."""
    hits = search(session, STAFF, asked, Narrow(("article",)), MOST_LIKE)
    ids = [int(hit.passage.ref.partition(":")[2]) for hit in hits]
    articles = [session.get_one(Article, one) for one in ids]
    there = [one for one in articles if one.created_at <= row.asked_at]
    scores = likenesses(asked, [(one.title, one.body) for one in there], background)
    best = max(zip(scores, there, strict=True), key=lambda one: one[0], default=None)
    return best[1].id if best and best[0] >= WRITTEN else None


def _task(session: Session, row: Question) -> None:
    first_id = row.same_as_id or row.id
    task = session.scalar(select(DocumentTask).where(DocumentTask.question_id == first_id))
    if task is not None and not _anew(task, row):
        return
    group = list(
        session.scalars(
            select(Question)
            .where(
                or_(Question.id == first_id, Question.same_as_id == first_id),
                Question.taken_back_at.is_(None),
            )
            .order_by(Question.id)
        )
    )
    answered = [one for one in group if one.answer]
    if len(group) < 2 or not answered or any(_stands(session, one) for one in group):
        return
    _open(session, task, group[0], answered[-1], len(group))


def _anew(task: DocumentTask, row: Question) -> bool:
    """Whether what the task led to is there no more, and it was asked since it was."""
    done = task.closed_at is not None and not task.dropped and row.asked_at > task.closed_at
    return done and task.article.state == RETIRED


def _stands(session: Session, row: Question) -> bool:
    article = session.get(Article, row.covered_by_id) if row.covered_by_id else None
    return article is not None and article.state == PUBLISHED


def _open(
    session: Session, task: DocumentTask | None, first: Question, answered: Question, times: int
) -> None:
    """Open the task, or again the one that was done, with another draft."""
    article = draft(
        session,
        SYSTEM,
        f"question:{first.id}" if task is None else f"question:{first.id}:{task.article_id}",
        asked_in(first),
        answered.answer,
        customer_id=answered.customer_id or first.customer_id,
        names=(first.asker, answered.asker),
        owner_id=_there(session, answered.answered_by),
    )
    task = task or DocumentTask(question_id=first.id)
    task.article_id, task.assignee_id = article.id, article.owner_id
    task.opened_at, task.closed_at = clock.now(), None
    session.add(task)
    session.flush()
    said = {"task": task.id, "question": first.id, "article": article.id, "times": times}
    record(session, "system", "document_task.opened", SYSTEM, said)
    _tell(session, task, article)


def _there(session: Session, user_id: int | None) -> int | None:
    """Whoever answered, where they are still there; else the lead of support."""
    user = session.get(User, user_id) if user_id else None
    if user is not None and user.active and user.role != "customer":
        return user.id
    return session.scalar(select(Team.lead_id).where(Team.key == "support"))


def _tell(session: Session, task: DocumentTask, article: Article) -> None:
    user = session.get(User, task.assignee_id) if task.assignee_id else None
    channel, to = ("email", user.email) if user else ("console", "operator")
    text = (
        f"It was asked a second time, and you answered it:\n\n{article.title}\n\n"
        f"A draft stands at {settings().public_url}/knowledge/{article.id}/edit, with names and "
        "addresses taken out. Make it so that the next one finds it alone, then publish it. If it "
        f"need not be written down, say why at {settings().public_url}/knowledge/questions\n"
    )
    letter = Letter(
        f"document-task:{task.id}:{article.id}", to, f"Write it down: {article.title}", text
    )
    post(session, channel, letter, topic=article.stream)


def due(session: Session, limit: int = 200) -> list[int]:
    """Questions that wait to be compared, in the order they were asked."""
    query = select(Question.id).where(Question.compared_at.is_(None))
    return list(session.scalars(query.order_by(Question.id).limit(limit)))
