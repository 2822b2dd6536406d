"""Remind of follow-ups that are overdue, by the rules of all reminders: their owner first, in their
working hours, then the customer's account manager."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.nudges.actions import Words, send
from onboarding.nudges.queries import Holiday, reader, sent
from onboarding.nudges.rules import Overdue, reminders
from onboarding.outbox.actions import post
from onboarding.people import queries as people
from onboarding.people.models import User
from onboarding.reports.learning_models import FollowUp
from onboarding.reports.run_models import RunFacts
from onboarding.trail.log import lock_stream
from onboarding.web.times import last_day

FRESH = timedelta(days=2)  # a run that ended longer ago asks nobody for its lessons


def late_turnups(session: Session) -> Sequence[int]:
    """Turn-ups of which something is overdue."""
    query = select(Cutover.turnup_id).join(FollowUp, FollowUp.cutover_id == Cutover.id)
    query = query.where(FollowUp.done_at.is_(None), FollowUp.due_at < clock.now())
    return session.scalars(query.distinct().order_by(Cutover.turnup_id)).all()


def remind(session: Session, turnup_id: int, holiday: Holiday) -> int:
    """Send what is due to be said about this turn-up's follow-ups now; how many letters."""
    turnup = session.get_one(Turnup, turnup_id)
    lock_stream(session, turnup.customer.stream)  # a second worker waits, and finds it said
    query = select(FollowUp).join(Cutover, Cutover.id == FollowUp.cutover_id)
    query = query.where(Cutover.turnup_id == turnup_id, FollowUp.done_at.is_(None))
    query = query.where(FollowUp.due_at < clock.now()).order_by(FollowUp.due_at, FollowUp.id)
    late = session.scalars(query).unique().all()
    rows = {f"followup:{row.id}:{clock.iso(row.due_at)}": row for row in late}
    things = _overdue(session, turnup, rows, holiday)
    patience = timedelta(days=settings().nudge_manager_days)
    keys: dict[tuple[int, str], list[str]] = defaultdict(list)
    for one in reminders(things, sent(session, turnup), clock.now(), patience):
        keys[one.reader, one.step].append(one.key)
    for (user_id, step), named in keys.items():
        user = session.get_one(User, user_id)
        words = _words(turnup, user, step, [rows[key] for key in named])
        send(session, turnup, user, step, named, words)
    return len(keys)


def _overdue(
    session: Session, turnup: Turnup, rows: dict[str, FollowUp], holiday: Holiday
) -> list[Overdue]:
    """Who is away is asked when they are back."""
    away = people.away(session, clock.now())
    manager = turnup.customer.account_manager
    told = manager is not None and manager.active and manager.id not in away
    found = []
    for key, row in rows.items():
        there = row.owner.active and row.owner_id not in away
        owners = (reader(row.owner, holiday),) if there else ()
        second = told and manager is not None and manager.id != row.owner_id
        later = reader(manager, holiday) if second and manager is not None else None
        found.append(Overdue(key, row.due_at, owners, each=False, manager=later))
    return found


def _words(turnup: Turnup, user: User, step: str, late: Sequence[FollowUp]) -> Words:
    many = f"{len(late)} follow-ups are" if len(late) > 1 else "1 follow-up is"
    about = " ".join(turnup.name.split())
    said = [f"Hello {user.name},", "", f"{many} overdue for {about}."]
    if step == "manager":
        said.append("The owner was reminded before you.")
    for row in late:
        who = f", {row.owner.name}" if step == "manager" else ""
        page = f"{settings().public_url.rstrip('/')}/cutovers/{row.cutover_id}/report#followups"
        until = last_day(row.due_at, user.timezone)
        said += ["", f"- {row.what} (until the end of {until}{who})", f"  {page}"]
    subject = f"[{about}] {many} overdue"[:180]
    noted = f"{user.name}: " + "; ".join(row.what for row in late)
    return Words(subject, "\n".join([*said, ""]), noted)


def ask_for_lessons(session: Session, run: RunFacts) -> None:
    """Tell who booked a real cutover, and its customer's account manager, that its report is there
    and what it waits for."""
    if run.practice or clock.now() - run.ended_at > FRESH:
        return
    cutover = run.cutover
    readers = {cutover.booked_by, cutover.turnup.customer.account_manager_id or cutover.booked_by}
    page = f"{settings().public_url.rstrip('/')}/cutovers/{cutover.id}/report"
    title = " ".join(cutover.title.split())
    for user in session.scalars(select(User).where(User.id.in_(readers), User.active)).unique():
        text = (
            f"Hello {user.name},\n\n{title} is over: {run.outcome.replace('_', ' ')}. Its report "
            f"has written itself:\n\n{page}\n\nPlease add what was learnt, say which alarms were "
            "real, and who does what by when. What the customer may see of it is shared with one "
            "press there.\n"
        )
        letter = Letter(
            f"report:{run.ramp_id}:{user.id}", user.email, f"[{title}] What was learnt?"[:180], text
        )
        post(session, "email", letter, topic=f"report:{cutover.id}")
