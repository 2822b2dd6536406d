"""/calendar/<token>.ics: somebody's duties, for the calendar on their phone."""

from flask import Blueprint, Response

from onboarding import clock
from onboarding.db import db
from onboarding.people.access import public
from onboarding.rosters import ics, letters, queries, tokens
from onboarding.web.limits import limiter

feed = Blueprint("feed", __name__)
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
    answer = Response(ics.feed(duties, now), mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
