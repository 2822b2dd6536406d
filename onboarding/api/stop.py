"""/api/v1/stop: hold every ramp that runs, and lift that again."""

from flask import Blueprint, Response, jsonify

from onboarding.api.documents import body, json_document
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, requires
from onboarding.ramps import stopping
from onboarding.ramps.queries import stop_in_force
from onboarding.web.csrf import bearer_only

stop_api = bearer_only(Blueprint("stop_api", __name__, url_prefix="/api/v1"))
LARGEST = 16 * 1024


@stop_api.get("/stop")
@requires("ramps.see")
def show() -> Response:
    return jsonify(stopping.said(db.session(), stop_in_force(db.session())))


@stop_api.post("/stop")
@requires("ramps.stop")
def press() -> tuple[Response, int]:
    """The holds are asked for; each cutover's own state says when it is held."""
    given = json_document(body(LARGEST))
    reason = given.get("reason") if isinstance(given, dict) else None
    if not isinstance(reason, str):
        raise BadInput("a reason is needed", place="reason", hint='like {"reason": "…"}')
    with transaction() as session:
        stop = stopping.press(session, actor(), reason)
        return jsonify(stopping.said(session, stop)), 201


@stop_api.delete("/stop")
@requires("ramps.stop")
def lift() -> tuple[str, int]:
    with transaction() as session:
        stopping.lift(session, actor())
    return "", 204
