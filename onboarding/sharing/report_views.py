"""/share/<token>/report/<cutover>: the customer's version of a cutover's report."""

from flask import Blueprint, Response, make_response, render_template

from onboarding.db import db
from onboarding.people.access import public
from onboarding.sharing import doors, reporting, showing
from onboarding.sharing.doors import guessing, private
from onboarding.sharing.lock_views import locked
from onboarding.sharing.reported import from_document

shared_reports = Blueprint("shared_reports", __name__)


@shared_reports.get("/share/<token>/report/<int:cutover_id>")
@public
@guessing
def show(token: str, cutover_id: int) -> Response:
    """Protected by the page's token and locks; only of the turn-up that the link is for."""
    session = db.session()
    try:
        link = doors.opened(session, token)
    except doors.Locked:
        return locked(token)
    row = reporting.shown(session, link.turnup_id, cutover_id)
    page = render_template(
        "sharing/report.html",
        report=from_document(row.document),
        shared_at=row.shared_at,
        token=token,
        **showing.around(link),
    )
    return private(make_response(page))
