"""/cutovers/<id>/report: a flip played back: what was seen, what was done, by whom and when."""

import json
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.board.chronicle import chronicle
from onboarding.board.marks import Mark, marks
from onboarding.clock import iso
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.db import db
from onboarding.people.access import me, requires
from onboarding.ramps import history, scores
from onboarding.ramps.models import Moment, Ramp
from onboarding.ramps.states import STATES
from onboarding.readiness import evidence
from onboarding.reports import after
from onboarding.reports.stretches import stretches

flip_reports = Blueprint("flip_reports", __name__)
ROWS = 120  # of the table beside the charts; the rest is in the JSON


@flip_reports.get("/cutovers/<int:cutover_id>/report")
@requires("cutovers.see")
def show(cutover_id: int) -> str:
    return page(cutover_id)


def page(cutover_id: int, **typed: Any) -> str:
    """The report; `typed` says which form was refused and why."""
    session = db.session()
    cutover = cutovers.get(session, cutover_id)
    runs, ramp = _runs(session, cutover)
    kept = history.moments(session, ramp.id) if ramp else []
    marked = _marks(session, cutover, ramp)
    lines = chronicle(session, cutover.stream)
    return render_template(
        "reports/cutover.html",
        cutover=cutover,
        runs=runs,
        ramp=ramp,
        meaning=STATES[ramp.state if ramp else "idle"],
        lasted=_lasted(ramp),
        steps=stretches(kept),
        marked=marked,
        rows=_thinned(kept),
        kept=len(kept),
        drawn=json.dumps(_drawn(kept, marked)),
        lines=lines,
        pinned=[line for line in lines if line.pinned],
        overrules=evidence.overrules(session, cutover),
        votes=evidence.votes(session, cutover.id),
        rehearsals=scores.of_turnup(session, cutover.turnup_id),
        zone=me().timezone,
        **after.context(session, cutover),
        **{"problem": None, "form": "", "values": {}, **typed},
    )


@flip_reports.get("/cutovers/<int:cutover_id>/report.json")
@requires("cutovers.see")
def as_json(cutover_id: int) -> Response:
    """Everything that is kept of one run: `?run=2`, the latest without it."""
    session = db.session()
    cutover = cutovers.get(session, cutover_id)
    _all, ramp = _runs(session, cutover)
    kept = history.moments(session, ramp.id) if ramp else []
    drawn = _drawn(kept, _marks(session, cutover, ramp))
    return jsonify({"cutover": cutover.id, "run": ramp.run if ramp else None, **drawn})


def _runs(session: Session, cutover: Cutover) -> tuple[list[Ramp], Ramp | None]:
    """All runs, and the one that is asked for."""
    query = select(Ramp).where(Ramp.cutover_id == cutover.id).order_by(Ramp.run)
    runs = list(session.scalars(query).unique())
    wanted = request.args.get("run", "")
    if not wanted:
        return runs, runs[-1] if runs else None
    found = next((run for run in runs if str(run.run) == wanted), None)
    if found is None:
        abort(404)
    return runs, found


def _marks(session: Session, cutover: Cutover, ramp: Ramp | None) -> list[Mark]:
    return marks(session, cutover.stream, ramp.started_at, ramp.ended_at) if ramp else []


def _lasted(ramp: Ramp | None) -> float:
    if ramp is None:
        return 0.0
    end: datetime = ramp.ended_at or clock.now()
    return (end - ramp.started_at).total_seconds()


def _drawn(kept: list[Moment], marked: list[Mark]) -> dict[str, Any]:
    return {
        "ticks": [history.shown(row) for row in kept],
        "marks": [{"number": m.number, "at": iso(m.at), "what": m.what} for m in marked],
    }


def _thinned(kept: list[Moment]) -> list[Moment]:
    """Evenly chosen rows, and every one that was kept second by second, as far as `ROWS` go."""
    fine = [row for row in kept if row.fine][:ROWS]
    every = max(1, len(kept) // max(1, ROWS - len(fine)))
    chosen = {row.id: row for row in (*kept[::every], *fine)}
    return sorted(chosen.values(), key=lambda row: (row.at, row.id))
