"""What is overdue, who is asked for it, and what was said already."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.checklists import queries as checklists
from onboarding.checklists.models import Checklist
from onboarding.checklists.owner_actions import duties
from onboarding.checklists.progress import Line
from onboarding.checklists.rights import TEAMS
from onboarding.customers.models import Customer, Turnup
from onboarding.customers.queries import people_of
from onboarding.nudges.models import Nudge
from onboarding.nudges.rules import Overdue, Reader, Sent
from onboarding.people import queries as people
from onboarding.people.models import User

#: `people.holidays.holiday`, handed in by jobs: the web reads here too, and never loads calendars.
Holiday = Callable[[str, str, date], str | None]
AT_ONCE = 200  # turn-ups that are looked at with one set of queries


@dataclass(frozen=True)
class Pending:
    """What is overdue of one turn-up: the things, and of each by its key the line and the id of
    the item."""

    things: tuple[Overdue, ...]
    lines: Mapping[str, Line]
    items: Mapping[str, int]


def watched(session: Session) -> Sequence[int]:
    """Turn-ups whose items have due times. Practice is nobody's work, nor is what was put away: they
    remind nobody."""
    query = select(Turnup.id).join(Checklist, Checklist.turnup_id == Turnup.id)
    query = query.where(
        Checklist.cutover_at.is_not(None),
        Turnup.practice.is_(False),
        Turnup.archived_at.is_(None),
    )
    return session.scalars(query.order_by(Turnup.id)).all()


def with_overdue(session: Session, ids: Sequence[int]) -> list[int]:
    """Those of these turn-ups that have something overdue that can be worked on."""
    turnups = session.scalars(select(Turnup).where(Turnup.id.in_(ids))).all()
    standings = checklists.standings(session, turnups)
    return [number for number, lines in standings.items() if any(map(_late, lines))]


def pending(session: Session, turnup: Turnup, holiday: Holiday) -> Pending:
    """What is overdue of `turnup` now; an item that waits for others is theirs to move."""
    late = [one for one in checklists.entries(session, turnup) if _late(one.line)]
    lines = {_key(turnup, one.line): one.line for one in late}
    manager = turnup.customer.account_manager
    told = reader(manager, holiday) if manager is not None and manager.active else None
    away = people.away(session, clock.now())
    if manager is not None and manager.id in away:
        told = None  # comes when they are back
    balls = {line.ball for line in lines.values()}
    owners = owners_of(session, turnup, balls, away)
    things = []
    for key, line in lines.items():
        assert line.due is not None  # it is overdue
        asked = tuple(reader(one, holiday) for one in owners[line.ball] if one.id not in away)
        later = None if line.ball == "account_manager" else told
        things.append(Overdue(key, line.due, asked, line.ball == "customer", later))
    return Pending(tuple(things), lines, {_key(turnup, one.line): one.row.id for one in late})


def sent(session: Session, turnup: Turnup) -> list[Sent]:
    """The reminders of this turn-up that went out."""
    rows = session.scalars(select(Nudge).where(Nudge.turnup_id == turnup.id))
    return [Sent(row.key, row.step, row.user_id, row.at) for row in rows]


def last_reminded(session: Session, turnup_id: int) -> datetime | None:
    """When somebody was last reminded of something of this turn-up."""
    return session.scalar(select(func.max(Nudge.at)).where(Nudge.turnup_id == turnup_id))


def readers_of(session: Session, customer: Customer, holiday: Holiday) -> tuple[Reader, ...]:
    """The customer's people who can be written to."""
    return tuple(reader(one, holiday) for one in people_of(session, customer) if one.active)


def _late(line: Line) -> bool:
    return line.overdue and line.status != "blocked"


def _key(turnup: Turnup, line: Line) -> str:
    assert line.due is not None
    return f"{turnup.id}:{line.item.id}:{clock.iso(line.due)}"


def reader(user: User, holiday: Holiday) -> Reader:
    """Somebody as the rules of reminders see them today."""
    today = clock.now().astimezone(ZoneInfo(user.timezone)).date()
    keeps = holiday(user.country, user.subdivision, today) is not None
    return Reader(user.id, user.timezone, frozenset(user.days), frozenset({today} if keeps else ()))


def owners_of(
    session: Session, turnup: Turnup, balls: Iterable[str], away: Collection[int]
) -> dict[str, Sequence[User]]:
    """The people behind each owner: whoever was chosen for it and is there, else those of `_owners`."""
    named = _named(session, turnup)
    return {
        ball: [named[ball]]
        if ball in named and named[ball].id not in away
        else _owners(session, turnup.customer, ball)
        for ball in balls
    }


def _named(session: Session, turnup: Turnup) -> dict[str, User]:
    """The person behind each owner of the turn-up's checklist, where they can be written to."""
    checklist = checklists.of_turnup(session, turnup.id)
    found = duties(session, checklist.id) if checklist is not None else ()
    return {duty.owner: duty.user for duty in found if duty.user is not None and duty.user.active}


def _owners(session: Session, customer: Customer, ball: str) -> Sequence[User]:
    """The people behind an owner whose person cannot be asked now: the customer's, the account
    manager, else of a team those whose turn it is, and all of it where the rotation names nobody."""
    if ball == "customer":
        return [one for one in people_of(session, customer) if one.active]
    if ball == "account_manager" and customer.account_manager is not None:
        return [customer.account_manager] if customer.account_manager.active else []
    team = TEAMS.get(ball, ball)
    members = [one for one in people.staff(session) if one.team_key == team]
    turn = people.on_shift(session, clock.now())
    return [one for one in members if one.id in turn] or members
