"""How often the customer hears of a cutover that runs: when the next update is due, who is reminded."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.cutovers.models import Cutover
from onboarding.errors import BadInput
from onboarding.outbox.actions import post as post_letter
from onboarding.people.models import User
from onboarding.posts.models import Cadence
from onboarding.trail.log import Actor, record
from onboarding.trail.models import Entry

POSTS = Actor("posts", "job")
LEAST, MOST = 5, 1440  # minutes
BEGINS = "ramp.started"
ENDS = ("ramp.finished", "ramp.rolled_back", "ramp.abandoned", "cutover.cancelled")


def follow(session: Session, cutover: Cutover, entry: Entry, *, told: bool) -> None:
    """Begin with the run, count on from each post for the customer, end with the run."""
    if not told and entry.kind not in (BEGINS, *ENDS):
        return
    row = session.get(Cadence, cutover.id)
    if entry.kind == BEGINS:
        row = row or _begin(session, cutover, entry)
        _next(row, entry.at)
    elif row is None or row.due_at is None:
        return
    elif entry.kind in ENDS:
        row.due_at = row.reminded_at = row.overdue_at = None
    elif told:
        _next(row, entry.at)


def _begin(session: Session, cutover: Cutover, entry: Entry) -> Cadence:
    manager = cutover.turnup.customer.account_manager_id
    who = Actor(entry.actor, entry.source).user_id
    row = Cadence(cutover_id=cutover.id, minutes=settings().posts_every_minutes)
    row.owner_id = manager or who
    session.add(row)
    return row


def _next(row: Cadence, since: datetime) -> None:
    row.due_at = since + timedelta(minutes=row.minutes)
    row.reminded_at = row.overdue_at = None


def set_cadence(
    session: Session, actor: Actor, cutover: Cutover, minutes: int, owner_id: int | None
) -> Cadence:
    """Promise an update every `minutes`, and remind that owner. Where the cutover runs, the next
    one is counted from now. Raises BadInput."""
    if not LEAST <= minutes <= MOST:
        raise BadInput(f"every {minutes} minutes", place="minutes", hint=f"from {LEAST} to {MOST}")
    owner = session.get(User, owner_id) if owner_id is not None else None
    if owner_id is not None and (owner is None or not owner.active or owner.role == "customer"):
        raise BadInput("this is nobody of ours", place="owner", hint="choose from the list")
    row = session.get(Cadence, cutover.id)
    if row is None:
        row = Cadence(cutover_id=cutover.id, minutes=minutes)
        session.add(row)
    row.minutes, row.owner_id = minutes, owner_id
    if row.due_at is not None or cutover.state == "running":
        _next(row, clock.now())
    said = {"minutes": minutes, "owner": owner_id}
    record(session, cutover.stream, "post.cadence", actor, said)
    return row


def lead(row: Cadence) -> timedelta:
    """How long before it is due the owner is reminded: a fifth of the time, five minutes at most."""
    return timedelta(minutes=min(5.0, row.minutes / 5))


def wanted(session: Session) -> Sequence[int]:
    """Cutovers for which a reminder or the note that they are overdue may be due for."""
    soon = clock.now() + timedelta(minutes=5)
    query = select(Cadence.cutover_id).where(Cadence.due_at <= soon, Cadence.overdue_at.is_(None))
    return session.scalars(query.order_by(Cadence.cutover_id)).all()


def remind(session: Session, cutover_id: int) -> None:
    """Remind the owner before the update is due, and once more when it is overdue."""
    row = session.get_one(Cadence, cutover_id, with_for_update={"of": Cadence})
    now, due_at = clock.now(), row.due_at
    if due_at is None or row.overdue_at is not None:
        return
    late = now >= due_at
    if late:
        row.overdue_at = now
    elif row.reminded_at is None and now >= due_at - lead(row):
        row.reminded_at = now
    else:
        return
    kind = "post.overdue" if late else "post.reminded"
    record(session, row.cutover.stream, kind, POSTS, {"due_at": clock.iso(due_at)})
    if row.owner is not None:
        post_letter(session, "email", _letter(row, row.owner, due_at, late), urgent=True)


def _letter(row: Cadence, owner: User, due_at: datetime, late: bool) -> Letter:
    title = row.cutover.title
    said = "is overdue" if late else "is due soon"
    text = (
        f"The next update for the customer of {title} {said}: "
        f"{clock.spoken(due_at, due_at, owner.timezone).partition(' to ')[0]} ({owner.timezone}).\n\n"
        f"{settings().public_url}/cutovers/{row.cutover_id}#posts\n"
    )
    key = f"cadence:{row.cutover_id}:{clock.iso(due_at)}:{'late' if late else 'soon'}"
    return Letter(key, owner.email, f"[{title}] an update {said}"[:180], text)
