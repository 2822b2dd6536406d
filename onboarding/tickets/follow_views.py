"""/questions/followed/<token>: whoever follows a ticket stops, without a sign-in."""

from flask import Blueprint, Response, make_response, render_template

from onboarding.db import db, transaction
from onboarding.people.access import public
from onboarding.tickets import followers, following, queries
from onboarding.tickets.models import TicketFollower
from onboarding.trail.log import Actor
from onboarding.web.language import speak
from onboarding.web.limits import limiter

followed = Blueprint("tickets_followed", __name__, url_prefix="/questions/followed")


@followed.get("/<token>")
@public
def ask(token: str) -> Response:
    """Protected by the signature of the link, which only the follower was sent."""
    return _page(token, followers.opened(db.session(), token))


@followed.post("/<token>")
@public
@limiter.limit("30 per minute")
def stop(token: str) -> Response:
    """Protected by the signature of the link."""
    with transaction() as session:
        following.stop(session, Actor("link", "link"), token)
    return _page(token, followers.opened(db.session(), token))


def _page(token: str, row: TicketFollower) -> Response:
    speak(*(row.user.languages if row.user else ()))
    ticket = queries.get(db.session(), row.ticket_id)
    shown = {"token": token, "ticket": ticket, "row": row}
    page = make_response(render_template("tickets/followed.html", **shown))
    page.headers["Referrer-Policy"] = "no-referrer"
    page.headers["Cache-Control"] = "no-store"
    return page
