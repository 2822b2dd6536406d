"""/cutovers/<id>/timeline: lines added by hand, pinned, mended, and the whole as CSV and JSON."""

import csv
import io
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request

from onboarding.board import notes
from onboarding.board.chronicle import Line, chronicle
from onboarding.clock import iso
from onboarding.cutovers import queries as cutovers
from onboarding.db import db, transaction
from onboarding.people.access import actor, me, requires
from onboarding.web import forms
from onboarding.web.fragments import done

timelines = Blueprint("timelines", __name__)
COLUMNS = (
    "number",
    "at_utc",
    "who",
    "actor",
    "source",
    "kind",
    "what",
    "words",
    "pinned",
    "former",
)


@timelines.post("/cutovers/<int:cutover_id>/timeline")
@requires("timeline.write")
def add(cutover_id: int) -> Response:
    text = forms.text("text", longest=notes.LONGEST)
    given = forms.text("happened_at", longest=40, needed=False)
    at = forms.moment("happened_at", me().timezone) if given else None
    with transaction() as session:
        notes.add(session, actor(), cutover_id, text, at)
    return done(_back(cutover_id))


@timelines.post("/cutovers/<int:cutover_id>/timeline/<int:number>")
@requires("timeline.write")
def edit(cutover_id: int, number: int) -> Response:
    text = forms.text("text", longest=notes.LONGEST)
    with transaction() as session:
        notes.edit(session, actor(), cutover_id, number, text)
    return done(_back(cutover_id))


@timelines.post("/cutovers/<int:cutover_id>/timeline/<int:number>/<any(pin,unpin):verb>")
@requires("timeline.write")
def pin(cutover_id: int, number: int, verb: str) -> Response:
    with transaction() as session:
        notes.pin(session, actor(), cutover_id, number, verb == "pin")
    return done(_back(cutover_id))


@timelines.get("/cutovers/<int:cutover_id>/timeline.json")
@requires("cutovers.see")
def as_json(cutover_id: int) -> Response:
    """Every line with its former wordings."""
    cutover = cutovers.get(db.session(), cutover_id)
    lines = chronicle(db.session(), cutover.stream)
    document = {"cutover": cutover.id, "title": cutover.title, "practice": cutover.practice}
    return jsonify({**document, "lines": [_document(line) for line in lines]})


@timelines.get("/cutovers/<int:cutover_id>/timeline.csv")
@requires("cutovers.see")
def as_csv(cutover_id: int) -> Response:
    """The same as a table; former wordings are in one cell, oldest first."""
    cutover = cutovers.get(db.session(), cutover_id)
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for line in chronicle(db.session(), cutover.stream):
        rows.writerow([_cell(value) for value in _row(line)])
    answer = make_response(text.getvalue())
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    name = f"cutover-{cutover.id}-timeline.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _document(line: Line) -> dict[str, Any]:
    former = [{"at": iso(one.at), "who": one.who, "text": one.text} for one in line.history]
    return {
        "number": line.number,
        "at": iso(line.at),
        "who": line.who,
        "actor": line.actor,
        "source": line.source,
        "kind": line.kind,
        "what": line.what,
        "words": line.words,
        "pinned": line.pinned,
        "by_hand": line.by_hand,
        "former": former,
    }


def _row(line: Line) -> list[Any]:
    former = " | ".join(f"{iso(one.at)} {one.who}: {one.text}" for one in line.history)
    said = [line.actor, line.source, line.kind, line.what, line.words]
    return [line.number, line.at, line.who, *said, "yes" if line.pinned else "", former]


def _cell(value: Any) -> Any:
    """What a spreadsheet would take for a formula is marked as text."""
    if isinstance(value, datetime):
        return iso(value)
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _back(cutover_id: int) -> str:
    """Where the form was: the cockpit or the report."""
    report = request.form.get("from") == "report"
    return f"/cutovers/{cutover_id}/report#timeline" if report else f"/cutovers/{cutover_id}"
