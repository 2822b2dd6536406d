"""/api/v1/tickets/tracker: what the tracker elsewhere says; and how it is set up, for the operator."""

from flask import Blueprint, Response, jsonify, render_template, request

from onboarding.config import settings
from onboarding.db import transaction
from onboarding.errors import BadInput
from onboarding.people.access import public, requires
from onboarding.tickets import handing, tracker
from onboarding.web.csrf import csrf

tracking = Blueprint("tracking", __name__)
tracked = Blueprint("tracked", __name__)
csrf.exempt(tracked)  # a program calls, and each call is signed
LARGEST = 256 * 1024


@tracking.get("/tickets/tracker")
@requires("settings.edit")
def setup() -> str:
    address = f"{settings().public_url.rstrip('/')}/api/v1/tickets/tracker"
    shown = {"url": settings().tracker_url, "key": tracker.key(), "address": address}
    return render_template("tickets/tracker.html", **shown)


@tracked.post("/api/v1/tickets/tracker")
@public
def heard() -> tuple[Response, int]:
    """Signed as our webhooks are, by the key of /tickets/tracker; each `key` is taken once."""
    body = request.stream.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise BadInput("this is too large", place="body", hint=f"{LARGEST // 1024} KB at most")
    given = request.headers.get("Turnup-Timestamp", ""), request.headers.get("Turnup-Signature", "")
    told = tracker.checked(body, *given)
    with transaction() as session:
        ticket = handing.heard_elsewhere(session, told)
        return jsonify({"ticket": ticket.id, "state": ticket.state}), 202
