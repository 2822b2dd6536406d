"""/calendar/…: somebody's duties, and a team's rotation, for calendars that subscribe."""

from datetime import timedelta

from flask import Blueprint, Response

from onboarding import clock
from onboarding.db import db
from onboarding.people import links, rotations
from onboarding.people import queries as people
from onboarding.people.access import public
from onboarding.rosters import ics, letters, queries, tokens
from onboarding.web.limits import limiter

feed = Blueprint("feed", __name__)
PAST, COMING = timedelta(weeks=2), timedelta(weeks=26)
guessing = limiter.limit("120 per minute", deduct_when=lambda answer: answer.status_code == 404)


@feed.get("/calendar/<token>.ics")
@public
@guessing
def personal(token: str) -> Response:
    """Protected by the signature in its address."""
    session, now = db.session(), clock.now()
    user = tokens.feed_user(session, token)
    duties = [
        letters.duty(seat, cutover) for seat, cutover in queries.duties(session, user.id, now)
    ]
    return _calendar(ics.feed(duties, now))


@feed.get("/calendar/rotation/<token>.ics")
@public
@guessing
def rotation(token: str) -> Response:
    """Protected by the signature in its address."""
    session, now = db.session(), clock.now()
    team = links.rotation_team(session, token)
    turns = rotations.coming(session, team, now - PAST, now + COMING)
    names = people.names(session, {turn.person for turn in turns})
    duties = [
        ics.Duty(
            f"{team.key}-{turn.person}-{turn.start:%Y%m%dT%H%M}@rotation.turnup",
            0,
            f"{names.get(turn.person, '?')}: {team.name}",
            turn.layer,
            turn.start,
            turn.end,
            accepted=True,
        )
        for turn in turns
    ]
    return _calendar(ics.feed(duties, now))


def _calendar(text: str) -> Response:
    answer = Response(text, mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
