"""/people/ahead: standby needed in the next 13 weeks, whether there is enough, whom to train."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from onboarding import clock
from onboarding.db import db
from onboarding.people import queries
from onboarding.people.access import me, requires
from onboarding.rosters import ahead
from onboarding.rosters.matrix import weeks
from onboarding.rosters.staffing import advice, lines
from onboarding.web.fragments import page_or_fragment

staffing = Blueprint("staffing", __name__)
WEEKS = 13


@staffing.get("/people/ahead")
@requires("people.see")
def look() -> Response:
    session, now, zone = db.session(), clock.now(), me().timezone
    chosen = request.args.get("team", "")
    bounds = weeks(now.astimezone(ZoneInfo(zone)).date(), 0, WEEKS - 1, zone)
    likely = ahead.expected(session)
    coming = ahead.booked(session, bounds[0], bounds[-1])
    hands = ahead.hands(session, bounds)
    found = lines(ahead.demands(session, coming, likely), hands, bounds)
    found = [line for line in found if not chosen or line.team == chosen]
    said = advice(found, hands, bounds)
    return page_or_fragment(
        "people/ahead.html",
        "people/_ahead.html",
        lines=found,
        advice=said,
        bounds=bounds,
        booked=len(coming),
        likely=likely,
        soon=[at for at in likely.at if at < bounds[-1]],
        names=queries.names(session, {one.person for one in said if one.person is not None}),
        teams=[team for team in queries.teams(session) if team.on_standby],
        team=chosen,
        zone=zone,
    )
