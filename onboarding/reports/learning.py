"""Note what was learnt in a cutover and what is to be done about it, by whom and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.cutovers import queries as cutovers
from onboarding.errors import BadInput, NotFound
from onboarding.outbox.actions import post
from onboarding.people.models import User
from onboarding.reports.learning_models import FollowUp, Lesson
from onboarding.trail.log import Actor, record
from onboarding.web.times import last_day

LONGEST = 1000
PAGE = 50


@dataclass(frozen=True)
class Wish:
    """A follow-up as somebody asks for it."""

    what: str
    owner_id: int
    due_at: datetime
    for_customer: bool = False


def learn(
    session: Session, actor: Actor, cutover_id: int, text: str, for_customer: bool = False
) -> Lesson:
    """Note what was learnt."""
    cutover = cutovers.get(session, cutover_id)
    assert actor.user_id is not None, "a person learns"
    row = Lesson(cutover_id=cutover.id, text=text, for_customer=for_customer)
    row.by, row.at = actor.user_id, clock.now()
    session.add(row)
    session.flush()
    said = {"lesson": row.id, "for_customer": for_customer}
    record(session, cutover.stream, "lesson.noted", actor, said, {"text": text})
    return row


def forget(session: Session, actor: Actor, cutover_id: int, lesson_id: int) -> None:
    """Take back what was noted; the trail keeps that it was there."""
    row = session.get(Lesson, lesson_id)
    if row is None or row.cutover_id != cutover_id:
        raise NotFound(f"There is no lesson {lesson_id} in this cutover")
    stream = cutovers.get(session, cutover_id).stream
    record(session, stream, "lesson.taken_back", actor, {"lesson": row.id})
    session.delete(row)
    session.flush()


def follow_up(session: Session, actor: Actor, cutover_id: int, wish: Wish) -> FollowUp:
    """Give somebody of the vendor's something to do; they are told. Raises BadInput at the field."""
    cutover = cutovers.get(session, cutover_id)
    owner = session.get(User, wish.owner_id)
    if owner is None or not owner.active or owner.role == "customer":
        raise BadInput("nobody of ours", place="owner", hint="choose from the list")
    if wish.due_at <= clock.now():
        raise BadInput("this day is over", place="due", hint="a day to come")
    assert actor.user_id is not None, "a person asks"
    row = FollowUp(cutover_id=cutover.id, what=wish.what, owner_id=owner.id, due_at=wish.due_at)
    row.for_customer, row.made_by, row.made_at = wish.for_customer, actor.user_id, clock.now()
    session.add(row)
    session.flush()
    said = {"followup": row.id, "owner": owner.id, "due_at": clock.iso(wish.due_at)}
    record(session, cutover.stream, "followup.made", actor, said, {"text": wish.what})
    if owner.id != actor.user_id:
        _tell(session, row, owner, cutover.title)
    return row


def _tell(session: Session, row: FollowUp, owner: User, title: str) -> None:
    text = (
        f"Hello {owner.name},\n\nafter {title} this is yours to do until the end of "
        f"{last_day(row.due_at, owner.timezone)}:\n\n{row.what}\n\n"
        f"{settings().public_url.rstrip('/')}/cutovers/{row.cutover_id}/report#followups\n"
    )
    subject = f"[{' '.join(title.split())}] {row.what}"[:180]
    letter = Letter(f"followup:{row.id}", owner.email, subject, text)
    post(session, "email", letter, topic=f"followup:{row.id}")


def settle(session: Session, actor: Actor, followup_id: int, *, done: bool) -> FollowUp:
    """It is done, or open again; the same twice is once. Raises NotFound."""
    row = session.get(FollowUp, followup_id, with_for_update={"of": FollowUp})
    if row is None:
        raise NotFound(f"There is no follow-up {followup_id}")
    if (row.done_at is not None) != done:
        row.done_at, row.done_by = (clock.now(), actor.user_id) if done else (None, None)
        kind = "followup.done" if done else "followup.reopened"
        record(session, row.cutover.stream, kind, actor, {"followup": row.id})
    return row


def lessons(session: Session, cutover_id: int) -> Sequence[Lesson]:
    """What was learnt in a cutover, the first first."""
    query = select(Lesson).where(Lesson.cutover_id == cutover_id).order_by(Lesson.id)
    return session.scalars(query).unique().all()


def followups(session: Session, cutover_id: int) -> Sequence[FollowUp]:
    """What is to be done after a cutover, by due time."""
    query = select(FollowUp).where(FollowUp.cutover_id == cutover_id)
    return session.scalars(query.order_by(FollowUp.due_at, FollowUp.id)).unique().all()


def listed(
    session: Session, owner_id: int | None, *, done: bool, page: int
) -> tuple[Sequence[FollowUp], bool]:
    """One page of all follow-ups that are open (or done), by due time, and whether there are more;
    those of one person where one is named."""
    query = select(FollowUp)
    query = query.where(FollowUp.done_at.is_not(None) if done else FollowUp.done_at.is_(None))
    if owner_id is not None:
        query = query.where(FollowUp.owner_id == owner_id)
    order = FollowUp.due_at.desc() if done else FollowUp.due_at.asc()
    query = query.order_by(order, FollowUp.id).offset((page - 1) * PAGE).limit(PAGE + 1)
    rows = session.scalars(query).unique().all()
    return rows[:PAGE], len(rows) > PAGE
