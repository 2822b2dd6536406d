"""/api/v1/reports: the same figures for other programs."""

from flask import Blueprint, Response, jsonify

from onboarding.db import db
from onboarding.people.access import requires
from onboarding.reports import reading
from onboarding.reports.sections import SECTIONS, kind
from onboarding.web.csrf import bearer_only

reports_api = bearer_only(Blueprint("reports_api", __name__, url_prefix="/api/v1"))


@reports_api.get("/reports")
@requires("reports.see")
def listed() -> Response:
    return jsonify({"reports": [{"key": one.key, "title": one.title} for one in SECTIONS]})


@reports_api.get("/reports/<key>")
@requires("reports.see")
def one(key: str) -> Response:
    session, found = db.session(), kind(key)
    when = reading.asked_now(session)
    return jsonify(reading.document(found.make(session, when), when))
