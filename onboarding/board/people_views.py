"""/people: who carries what, week by week, and one person's own page."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from onboarding import clock
from onboarding.db import db
from onboarding.people import aways, calendars, profiles, queries, shown, skills, training
from onboarding.people.access import me, requires
from onboarding.people.models import Away, User
from onboarding.rosters import loads
from onboarding.rosters.burden import FULL_WEEK, QUARTER, burden
from onboarding.rosters.candidates import working_of
from onboarding.rosters.matrix import Block, matrix, weeks
from onboarding.web.fragments import page_or_fragment

people_pages = Blueprint("people_pages", __name__)
BACK, AHEAD = 4, 8  # weeks beside this one
FURTHEST = 52
SEEN = timedelta(days=31)  # of times away that are over


@people_pages.get("/people")
@requires("people.see")
def everybody() -> Response:
    session, now, zone = db.session(), clock.now(), me().timezone
    chosen, shift = request.args.get("team", ""), _shift()
    bounds = weeks(now.astimezone(ZoneInfo(zone)).date(), BACK - shift, AHEAD + shift, zone)
    staff = queries.staff(session)
    listed = [user for user in staff if not chosen or user.team_key == chosen]
    blocks = _blocks(listed, bounds, now)
    return page_or_fragment(
        "people/people.html",
        "people/_matrix.html",
        blocks=blocks,
        users={user.id: user for user in listed},
        bounds=bounds,
        this=next((n for n, at in enumerate(bounds[:-1]) if at <= now < bounds[n + 1]), None),
        shift=shift,
        furthest=FURTHEST,
        teams=queries.teams(session),
        team=chosen,
        on_shift=queries.on_shift(session, now),
        away=queries.away(session, now),
        full_week=FULL_WEEK,
    )


def _shift() -> int:
    """Weeks by which the matrix is moved on (or back); what is no number moves nothing."""
    given = request.args.get("shift", "0")
    digits = given.removeprefix("-")
    known = digits.isascii() and digits.isdigit() and len(digits) < 4
    return max(-FURTHEST, min(FURTHEST, int(given))) if known else 0


def _blocks(people: list[User], bounds: list[datetime], now: datetime) -> list[Block]:
    session = db.session()
    keys = {user.team_key for user in people}
    empty = {}
    if bounds[-1] > now:
        since = max(bounds[0], now)
        empty = {
            team.key: loads.empty_turns(session, team, since, bounds[-1])
            for team in queries.teams(session)
            if team.key in keys
        }
    members = loads.members(session, people, bounds[0], bounds[-1])
    return matrix(members, loads.duties(session, people, bounds[0], bounds[-1]), empty, bounds)


@people_pages.get("/people/<int:user_id>")
@requires("people.see")
def person(user_id: int) -> Response:
    session, now = db.session(), clock.now()
    user = profiles.person(session, user_id)
    leads = profiles.leads(me(), user)
    times = aways.of(session, user_id, now - SEEN)
    named = {step.vouched_by for step in skills.path(session, user_id)}
    return page_or_fragment(
        "people/person.html",
        "people/_person.html",
        user=user,
        own=user.id == me().id,
        edits=leads or user.id == me().id,
        leads=leads,
        zone=me().timezone,
        aways=times,
        clashes=_clashes(user, times, now),
        calendar=calendars.of(session, user_id),
        counts=calendars.COUNTS,
        stale=now - timedelta(days=1),
        holidays=_holidays(user, now),
        certificates=skills.certificates(session, user_id),
        today=now.date(),
        path=skills.path(session, user_id),
        names=queries.names(session, named),
        step=skills.step_of(session, user, ""),
        steps=training.STEPS,
        problem=None,
        **shown.kept(user),
        **_carried(user, now),
    )


def _holidays(user: User, now: datetime) -> list[Any]:
    days = aways.holidays(db.session(), [user], now.date(), (now + QUARTER).date())
    return days[user.id]


def _carried(user: User, now: datetime) -> dict[str, Any]:
    """The duties of the quarter up to now and of the one to come, each with what it weighs, and
    the sums against the share of a full week that somebody works."""
    session, working = db.session(), working_of(user)
    rows = [
        (seat, cutover, burden(seat.role, working, cutover.starts_at, cutover.ends_at))
        for seat, cutover in loads.seats(session, [user], now - QUARTER, now + QUARTER)
    ]
    [member] = loads.members(session, [user], now - QUARTER, now)
    block = matrix([member], [], {}, [now - QUARTER, now])[0]
    done = sum(weighs.weighted for _, cutover, weighs in rows if cutover.state == "done")
    coming = sum(weighs.weighted for _, cutover, weighs in rows if cutover.state != "done")
    share = block.rows[0].share
    return {"duties": rows, "done": done, "coming": coming, "share": share, "even": done / share}


def _clashes(user: User, times: Any, now: datetime) -> list[tuple[Any, Away]]:
    """Cutovers to come that somebody has a seat at, and is away."""
    rows = loads.seats(db.session(), [user], now, now + timedelta(days=400))
    return [
        (cutover, away)
        for _, cutover in rows
        for away in times
        if away.starts_at < cutover.ends_at and cutover.starts_at < away.ends_at
    ]
