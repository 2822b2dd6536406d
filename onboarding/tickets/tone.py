"""Reviews of tone: an answer is sampled, marked by a rubric, and read by very few."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.errors import BadInput, NotAllowed, NotFound, Refused
from onboarding.outbox.actions import post
from onboarding.people import skills
from onboarding.people.models import Team, User
from onboarding.tickets import rubric
from onboarding.tickets.models import TicketMessage
from onboarding.tickets.tone_models import ToneReview

SKILL = "tone"  # a certificate for it lets one review colleagues of one's team
SAMPLED = timedelta(days=30)
LONGEST = 4000
SHOWN = 50


def may_review(session: Session, reviewer: User, person: User) -> bool:
    """The lead of their team, and colleagues of it who are certified in tone; nobody themselves."""
    if reviewer.id == person.id or person.team is None:
        return False
    if person.team.lead_id == reviewer.id:
        return True
    return reviewer.team_id == person.team_id and SKILL in skills.held(session, reviewer)


def may_read(user: User, review: ToneReview) -> bool:
    """The person, the lead of their team, whoever wrote it; no administrator."""
    lead = review.person.team.lead_id if review.person.team else None
    return user.id in (review.person_id, review.reviewer_id, lead)


def reviewed_by(session: Session, reviewer: User) -> list[User]:
    """Whose answers `reviewer` may review."""
    led = select(Team.id).where(Team.lead_id == reviewer.id)
    query = select(User).where(
        User.active,
        User.role != "customer",
        or_(User.team_id.in_(led), User.team_id == reviewer.team_id),
    )
    people = session.scalars(query.order_by(User.id)).unique()
    return [one for one in people if may_review(session, reviewer, one)]


def sample(session: Session, reviewer: User) -> TicketMessage | None:
    """An answer of the last month that nobody has reviewed, by chance, of whoever was reviewed the
    least; None where there is none."""
    people = {f"user:{one.id}": one.id for one in reviewed_by(session, reviewer)}
    query = (
        select(TicketMessage.id, TicketMessage.actor)
        .outerjoin(ToneReview, ToneReview.message_id == TicketMessage.id)
        .where(
            TicketMessage.side == "staff",
            TicketMessage.actor.in_(people),
            TicketMessage.at > clock.now() - SAMPLED,
            ToneReview.id.is_(None),
        )
    )
    waiting: dict[int, list[int]] = {}
    for number, actor in session.execute(query):
        waiting.setdefault(people[actor], []).append(number)
    if not waiting:
        return None
    count = select(ToneReview.person_id, func.count()).group_by(ToneReview.person_id)
    counted = {row[0]: row[1] for row in session.execute(count)}
    least = min(waiting, key=lambda one: (counted.get(one, 0), one))
    return session.get_one(TicketMessage, secrets.choice(waiting[least]))


def review(
    session: Session, reviewer: User, message_id: int, marks: dict[str, int | None], words: str
) -> ToneReview:
    """Keep a review; the person hears that there is one, not what it says. Raises BadInput at the
    field, NotAllowed, Refused where it was reviewed already."""
    message = session.get(TicketMessage, message_id)
    person = author(session, message) if message else None
    if message is None or person is None:
        raise NotFound("There is no such answer", hint="take the next one")
    if not may_review(session, reviewer, person):
        hint = "the lead of their team, or a colleague certified in tone"
        raise NotAllowed("You do not review this person", hint=hint)
    query = select(ToneReview.id).where(ToneReview.message_id == message.id)
    if session.scalar(query) is not None:
        raise Refused("This answer was reviewed already", hint="take the next one")
    found = rubric.checked(marks)
    if not words.strip():
        hint = "one thing that was good, one that would be better"
        raise BadInput("this is needed", place="words", hint=hint)
    row = ToneReview(message_id=message.id, person_id=person.id, reviewer_id=reviewer.id)
    row.marks, row.words, row.at = found, words.strip()[:LONGEST], clock.now()
    session.add(row)
    session.flush()
    text = (
        f"{reviewer.name} read an answer of yours: {settings().public_url}/tone/reviews/{row.id}\n"
    )
    letter = Letter(f"tone:{row.id}", person.email, "An answer of yours was read", text)
    post(session, "email", letter, topic="tone")
    return row


def author(session: Session, message: TicketMessage) -> User | None:
    """Who of the vendor's wrote the answer."""
    kind, _, number = message.actor.partition(":")
    user = session.get(User, int(number)) if kind == "user" and number.isdigit() else None
    return user if user and user.role != "customer" and message.side == "staff" else None


def get(session: Session, user: User, review_id: int) -> ToneReview:
    """A review as `user` may read it. Raises NotFound in the same words for all else."""
    found = session.get(ToneReview, review_id)
    if found is None or not may_read(user, found):
        raise NotFound(f"There is no review {review_id}", hint="see /tone")
    return found


def of(session: Session, person_id: int) -> Sequence[ToneReview]:
    """The latest reviews of somebody: show them to nobody else than `may_read` allows."""
    query = select(ToneReview).where(ToneReview.person_id == person_id)
    return session.scalars(query.order_by(ToneReview.id.desc()).limit(SHOWN)).all()


def led(session: Session, lead: User) -> list[tuple[User, int, dict[str, float]]]:
    """Of the people whose team `lead` leads: how many reviews, and the mean mark by criterion."""
    query = select(User).join(Team, Team.id == User.team_id)
    query = query.where(Team.lead_id == lead.id, User.id != lead.id, User.active).order_by(
        User.name
    )
    found = []
    for person in session.scalars(query).unique().all():
        rows = of(session, person.id)
        means = {
            key: round(sum(row.marks[key] for row in rows) / len(rows), 1)
            for key in rubric.CRITERIA
            if rows
        }
        found.append((person, len(rows), means))
    return found
