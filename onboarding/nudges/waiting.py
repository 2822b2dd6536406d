"""Since when turn-ups wait for their customers, and which of them are at risk."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists import queries as checklists
from onboarding.checklists.models import Checklist, ChecklistItem
from onboarding.checklists.progress import Line, who_has_the_ball
from onboarding.customers.models import Member, Turnup
from onboarding.nudges.models import Risk
from onboarding.trail.models import Entry, Stream

#: Stages in which the journey waits for nobody's tasks any more.
_OVER = ("ramping", "live", "tuning")


def candidates(session: Session, quiet: timedelta) -> Sequence[int]:
    """Turn-ups that may have been waiting that long, and those that are at risk."""
    before = clock.now() - quiet
    query = select(Turnup.id).outerjoin(Risk, Risk.turnup_id == Turnup.id)
    long_there = and_(
        Turnup.stage.not_in(_OVER),
        Turnup.practice.is_(False),
        Turnup.archived_at.is_(None),
        Turnup.entered_at < before,
    )
    return session.scalars(
        query.where(or_(long_there, Risk.id.is_not(None))).order_by(Turnup.id)
    ).all()


def waiting(session: Session, turnups: Sequence[Turnup]) -> dict[int, datetime]:
    """Since when each waits for its customer; those that do not are left out.

    It is the latest of: the customer's last act in the trail, the day the stage was entered, and
    the last item that anybody settled.
    """
    lines = checklists.standings(session, turnups)
    theirs = [one for one in turnups if _is_theirs(one, lines.get(one.id, ()))]
    acts, settled = _acts(session, theirs), _settled(session, theirs)
    return {
        one.id: max(
            one.entered_at,
            acts.get(one.customer.stream, one.created_at),
            settled.get(one.id, one.created_at),
        )
        for one in theirs
    }


def risks(session: Session, ids: Sequence[int]) -> Mapping[int, datetime]:
    """Since when those of these turn-ups that are at risk have been waiting."""
    rows = session.execute(select(Risk.turnup_id, Risk.since).where(Risk.turnup_id.in_(ids)))
    return {row.turnup_id: row.since for row in rows}


def _is_theirs(turnup: Turnup, lines: Sequence[Line]) -> bool:
    if turnup.stage in _OVER or turnup.practice or turnup.archived_at is not None:
        return False
    asked = turnup.stage == "signup" and not (turnup.hostnames and turnup.goals)
    return asked or who_has_the_ball(lines, turnup.stage) == "customer"


def _acts(session: Session, turnups: Sequence[Turnup]) -> dict[str, datetime]:
    """When the customer's own people last did something, by stream."""
    customers = {one.customer_id for one in turnups}
    members = session.scalars(select(Member.user_id).where(Member.customer_id.in_(customers)))
    query = select(Stream.name, func.max(Entry.at)).join(Entry, Entry.stream_id == Stream.id)
    query = query.where(
        Stream.name.in_({one.customer.stream for one in turnups}),
        Entry.actor.in_([f"user:{number}" for number in members]),
    ).group_by(Stream.name)
    return {row[0]: row[1] for row in session.execute(query)}


def _settled(session: Session, turnups: Sequence[Turnup]) -> dict[int, datetime]:
    query = select(Checklist.turnup_id, func.max(ChecklistItem.settled_at)).join(
        ChecklistItem, ChecklistItem.checklist_id == Checklist.id
    )
    query = query.where(Checklist.turnup_id.in_([one.id for one in turnups]))
    rows = session.execute(query.group_by(Checklist.turnup_id))
    return {number: at for number, at in rows if at is not None}
