"""/calendar/<token>.ics: somebody's duties, for the calendar on their phone."""

from flask import Blueprint, Response, current_app
from itsdangerous import BadSignature, Signer

from onboarding import clock
from onboarding.db import db
from onboarding.errors import NotFound
from onboarding.people.access import public
from onboarding.people.models import User
from onboarding.rosters import queries
from onboarding.rosters.feed import Duty, calendar
from onboarding.web.limits import limiter

feed = Blueprint("feed", __name__)
guessing = limiter.limit("120 per minute", deduct_when=lambda answer: answer.status_code == 404)


def token_for(user: User) -> str:
    """The user's address of the feed; what ends all their sessions ends it too."""
    return _signer(user).sign(str(user.id)).decode()


@feed.get("/calendar/<token>.ics")
@public
@guessing
def personal(token: str) -> Response:
    """Protected by the signature in its address."""
    user, session = _user_of(token), db.session()
    duties = [
        Duty(
            seat.id,
            f"Standby: {cutover.title}",
            f"{seat.role} of {seat.team}, {seat.state}",
            cutover.starts_at,
            cutover.ends_at,
            seat.state == "accepted",
        )
        for seat, cutover in queries.duties(session, user.id, clock.now())
    ]
    answer = Response(calendar(duties, clock.now()), mimetype="text/calendar")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _user_of(token: str) -> User:
    number = token.partition(".")[0]
    known = number.isascii() and number.isdigit() and len(number) < 10
    user = db.session().get(User, int(number)) if known else None
    try:
        if user is not None and user.active:
            _signer(user).unsign(token)
            return user
    except BadSignature:
        pass
    raise NotFound("There is no such calendar", hint="copy its address from /standby anew")


def _signer(user: User) -> Signer:
    return Signer(str(current_app.secret_key), salt=f"calendar:{user.session_salt}")
