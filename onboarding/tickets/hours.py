"""When a team is there: its rotation, or else the working hours of its people."""

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.people import aways, rotations
from onboarding.people.models import User
from onboarding.tickets.clocks import URGENT, Hours, Span, Week, together, working
from onboarding.tickets.models import Ticket

AHEAD = timedelta(days=35)


def of_team(session: Session, key: str, since: datetime, until: datetime) -> list[Span] | None:
    """The working time of a team in [since, until). None (around the clock) where the team has
    nobody whose hours would say."""
    team = rotations.team_of(session, key)
    if rotations.has_turns(session, team):
        turns = rotations.coming(session, team, since, until)
        return together(Span(max(t.start, since), min(t.end, until)) for t in turns) or None
    members = rotations.members(session, team)
    if not members:
        return None
    day = timedelta(days=1)
    off = aways.holidays(session, members, (since - day).date(), (until + day).date())
    weeks = [_week(user, frozenset(row.day for row in off[user.id])) for user in members]
    return working(weeks, since, until) or None


def for_team(session: Session, ticket: Ticket, team: str, since: datetime | None = None) -> Hours:
    """The time in which a hand-over of the ticket counts from `since` (now) on: what is urgent,
    always."""
    start = since or clock.now()
    return None if ticket.severity in URGENT else of_team(session, team, start, start + AHEAD)


def _week(user: User, off: frozenset[date]) -> Week:
    starts, _, ends = user.hours.partition("-")
    opens, closes = time.fromisoformat(starts), time.fromisoformat(ends)
    return Week(user.timezone, opens, closes, tuple(user.days), off)
