"""/reports: what the numbers say, for these days and this segment; each table as CSV, all as JSON."""

from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from onboarding.customers.wording import levels
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import actor, me, requires
from onboarding.reports import monthly, reading, segment
from onboarding.reports.asked import Asked
from onboarding.reports.sections import SECTIONS, kind
from onboarding.reports.written import interval_said, written
from onboarding.web.fragments import done, wants_fragment

reports = Blueprint("reports", __name__)
SHOWN_ROWS = 50  # of one table on the page; its CSV has all


@reports.get("/reports")
@requires("reports.see")
def overview() -> Response:
    """Every section; the browser asks for the figures of each by itself, side by side."""
    session = db.session()
    try:
        when = reading.asked_now(session)
    except BadInput as problem:
        return _refused(problem)
    return _page("reports/overview.html", when, monthly=monthly.of_user(session, me().id))


@reports.get("/reports/<key>")
@requires("reports.see")
def section(key: str) -> Response:
    """The section; for the overview its question and figures alone."""
    session, found = db.session(), kind(key)
    try:
        when = reading.asked_now(session)
    except BadInput as problem:
        return _refused(problem, key)
    page = "reports/_summary.html" if wants_fragment() else "reports/section.html"
    return _page(page, when, key, section=found.make(session, when))


@reports.get("/reports/<key>.json")
@requires("reports.see")
def as_json(key: str) -> Response:
    session, found = db.session(), kind(key)
    when = reading.asked_now(session)
    return jsonify(reading.document(found.make(session, when), when))


@reports.get("/reports/<key>/<table>.csv")
@requires("reports.see")
def as_csv(key: str, table: str) -> Response:
    session, found = db.session(), kind(key)
    when = reading.asked_now(session)
    made = found.make(session, when)
    return reading.as_csv(made, reading.table_of(made, table), when)


@reports.post("/reports/monthly/<any(begin,end):verb>")
@requires("reports.see")
def monthly_mail(verb: str) -> Response:
    """Begin (of the segment in the address) or end one's own monthly letter."""
    when = reading.asked_now(db.session()) if verb == "begin" else None
    with transaction() as session:
        if when is not None:
            monthly.subscribe(session, actor(), me(), when)
        else:
            monthly.unsubscribe(session, actor(), me())
    return done("/reports#monthly")


def _page(template: str, when: Asked | None, key: str = "", **context: Any) -> Response:
    answer = make_response(
        render_template(
            template,
            when=when,
            key=key,
            kinds=SECTIONS,
            levels=levels(),
            written=written,
            interval_said=interval_said,
            shown_rows=SHOWN_ROWS,
            values=request.args if when is None else when.query(),
            query=when.query() if when else {},
            **{"problem": None, **segment.named(db.session()), **context},
        )
    )
    answer.headers["Vary"] = "HX-Request"
    return answer


def _refused(problem: BadInput, key: str = "") -> Response:
    """The form again with what was asked for."""
    answer = _page("reports/asked.html", None, key, problem=problem)
    answer.status_code = problem.status
    return answer
