"""/share/<token>/suggest and /solved: what may answer a question that is being written on the page."""

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from onboarding.db import db, transaction
from onboarding.knowledge import offering
from onboarding.knowledge.readers import Reader
from onboarding.people.access import public
from onboarding.sharing import asking, doors
from onboarding.sharing.doors import guessing, private
from onboarding.web.fragments import done
from onboarding.web.limits import limiter

offers = Blueprint("offers", __name__)
PLACE = "share"


def _reader(session: Session, token: str) -> tuple[Reader, str]:
    """Who reads: the link's person, as one of the customer's; and the voice that counts once."""
    acting = asking.acting(session, token)
    link = doors.opened(session, token)
    return Reader(customer_id=link.turnup.customer_id), acting.name


@offers.post("/share/<token>/suggest")
@public
@guessing
@limiter.limit("120 per minute")
def suggest(token: str) -> Response:
    """Protected by the token of a full link, whose person writes; nothing of it is kept."""
    reader, _ = _reader(db.session(), token)
    hits = offering.offered(db.session(), reader, request.form)
    at = f"/share/{token}"
    shown = render_template("knowledge/_suggested.html", hits=hits, at=at, shared=True)
    return private(Response(shown), "same-origin")


@offers.post("/share/<token>/solved")
@public
@guessing
@limiter.limit("30 per minute")
def solved(token: str) -> Response:
    """Protected by the same; an article is shown, other answers were read on the page."""
    with transaction() as session:
        reader, who = _reader(session, token)
        link = offering.spare(session, reader, who, request.form.get("solved", ""), PLACE)
    return done(link if link.startswith("/knowledge/") else f"/share/{token}?said=spared#room")
