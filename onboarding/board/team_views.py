"""/people/teams/<key>: what the lead of a team looks at."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, Response
from sqlalchemy import or_, select

from onboarding import clock
from onboarding.db import db
from onboarding.paging import queries as paging
from onboarding.people import queries, rotations, teams
from onboarding.people.access import can, me, requires
from onboarding.people.models import Away, Calendar, Certificate, User
from onboarding.rosters import loads
from onboarding.rosters.matrix import Block, matrix, weeks
from onboarding.rosters.problem import needs_of
from onboarding.web.fragments import page_or_fragment

team_pages = Blueprint("team_pages", __name__)
SOON = timedelta(days=28)
RENEW = timedelta(days=60)
BACK, AHEAD = 8, 4  # weeks that the load is looked at


@team_pages.get("/people/teams/<key>")
@requires("people.see")
def show(key: str) -> Response:
    session, now, zone = db.session(), clock.now(), me().timezone
    team = rotations.team_of(session, key)
    members = rotations.members(session, team)
    ids = [user.id for user in members]
    bounds = weeks(now.astimezone(ZoneInfo(zone)).date(), BACK, AHEAD, zone)
    needs = {need["role"]: need for need in needs_of(team)}
    called = paging.called(session, [f"team:{key}"], now) if members else []
    return page_or_fragment(
        "people/team.html",
        "people/_team.html",
        team=team,
        members=members,
        users={user.id: user for user in members},
        zone=zone,
        leads=team.lead_id == me().id or can("people.edit"),
        called=[person.id for person in called],
        on_shift=queries.on_shift(session, now),
        away=queries.away(session, now),
        gaps=loads.empty_turns(session, team, now, now + SOON),
        has_rotation=rotations.has_turns(session, team),
        block=_load(members, bounds),
        aways=_aways(ids, now),
        certificates=_running_out(ids, now),
        today=now.date(),
        trainees=[user for user in members if user.trainee],
        calendars=_broken(ids, now),
        unreachable=paging.unreachable(session, ids),
        roles=teams.ROLES,
        problem=None,
        values=_values(team.escalation, team.lead_id, needs),
    )


def _values(
    order: list[int], lead: int | None, needs: dict[str, dict[str, object]]
) -> dict[str, object]:
    """What the two forms show: the places in the order, the lead, the seats and their skills."""
    shown: dict[str, object] = {f"place-{uid}": n for n, uid in enumerate(order, 1)}
    shown["lead"] = str(lead or 0)
    for role in teams.ROLES:
        need = needs.get(role, {"count": 0, "skills": []})
        wanted = need["skills"]
        shown[f"count-{role}"] = need["count"]
        shown[f"skills-{role}"] = ", ".join(wanted) if isinstance(wanted, list) else ""
    return shown


def _load(members: list[User], bounds: list[datetime]) -> Block | None:
    session = db.session()
    own = loads.members(session, members, bounds[0], bounds[-1])
    done = loads.duties(session, members, bounds[0], bounds[-1])
    return next(iter(matrix(own, done, {}, bounds)), None)


def _aways(ids: list[int], now: datetime) -> list[Away]:
    query = select(Away).where(Away.user_id.in_(ids), Away.ends_at > now)
    query = query.where(Away.starts_at < now + SOON).order_by(Away.starts_at)
    return list(db.session().scalars(query))


def _running_out(ids: list[int], now: datetime) -> list[Certificate]:
    query = select(Certificate).where(Certificate.user_id.in_(ids))
    query = query.where(Certificate.until < (now + RENEW).date())
    return list(db.session().scalars(query.order_by(Certificate.until)))


def _broken(ids: list[int], now: datetime) -> list[Calendar]:
    """Calendars of members that could not be read last, or not for a day."""
    old = or_(Calendar.read_at.is_(None), Calendar.read_at < now - timedelta(days=1))
    query = select(Calendar).where(Calendar.user_id.in_(ids), or_(Calendar.error != "", old))
    return list(db.session().scalars(query))
