"""/share/<token>/hold and its calendar file."""

from flask import Blueprint, Response

from onboarding import clock
from onboarding.brands import queries as brands
from onboarding.cutovers import queries as cutovers
from onboarding.db import db
from onboarding.errors import BadInput
from onboarding.people.access import public
from onboarding.rosters import ics
from onboarding.sharing import asking, doors, showing
from onboarding.sharing.doors import guessing, private
from onboarding.web import forms
from onboarding.web.fragments import done
from onboarding.web.limits import limiter

asked = Blueprint("asked", __name__)


@asked.post("/share/<token>/hold")
@public
@guessing
@limiter.limit("10 per minute")
def hold(token: str) -> Response:
    """Protected by the token of a full link, whose person asks."""
    try:
        words = forms.text("words", longest=asking.LONGEST, needed=False)
        key = forms.text("key", longest=40)
    except BadInput as wrong:
        return showing.page(token, wrong, "hold")
    return done(f"/share/{token}?said={asking.please_hold(token, key, words)}")


@asked.get("/share/<token>/calendar.ics")
@public
@guessing
def calendar(token: str) -> Response:
    """Protected by the same token and locks. The turn-up's windows that are booked or over."""
    session = db.session()
    link = doors.opened(session, token)
    look = brands.of_customer(session, link.turnup.customer_id)
    windows = [
        ics.Duty(
            f"cutover-{one.id}@turnup",
            one.version,
            f"{look.name}: {one.title}" if look.name else one.title,
            ", ".join(host.name for host in one.hostnames),
            one.starts_at,
            one.ends_at,
            accepted=True,
        )
        for one in cutovers.of_turnup(session, link.turnup_id)
        if one.state != "cancelled"
    ]
    answer = Response(ics.feed(windows, clock.now()), mimetype="text/calendar")
    answer.headers["Content-Disposition"] = 'attachment; filename="cutover.ics"'
    return private(answer)
