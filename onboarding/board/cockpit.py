"""/cutovers/<id>: the cockpit, where a flip is watched and driven."""

import json
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from onboarding.board.articles import of_run
from onboarding.board.chronicle import pinned_lines
from onboarding.board.foretold import foretold
from onboarding.board.marks import marks
from onboarding.board.timeline import timeline
from onboarding.clock import iso
from onboarding.customers.queries import account_managers
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.estimating import origin_of
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.plan import CHECKS
from onboarding.db import db
from onboarding.live import sse
from onboarding.people.access import me, requires, staying
from onboarding.posts import queries as posts
from onboarding.posts.reading import shown
from onboarding.posts.subscribing import language_of
from onboarding.ramps import history, outcome
from onboarding.ramps import queries as ramps
from onboarding.ramps.dns_clock import dns_clock
from onboarding.ramps.status import panel
from onboarding.ramps.traffic import by_step
from onboarding.readiness import evidence, proving
from onboarding.readiness.gates import missing, ready
from onboarding.rooms import queries as rooms
from onboarding.rooms.views import panel as room_panel
from onboarding.rosters import covering, station
from onboarding.rosters import queries as rosters
from onboarding.trail.log import head_number
from onboarding.web.fragments import page_or_fragment, wants_fragment

cockpit = Blueprint("cockpit", __name__)
SHOWN = 1800  # moments that a chart begins with


@cockpit.get("/cutovers/<int:cutover_id>")
@requires("cutovers.see")
def show(cutover_id: int) -> Response:
    session = db.session()
    cutover = cutovers.get(session, cutover_id)
    room = None if wants_fragment() else rooms.by_key(session, cutover.stream)
    talk = room_panel(session, room) if room else None
    return page_or_fragment(
        "board/cockpit.html", "board/_cockpit.html", talk=talk, **_context(session, cutover)
    )


def _context(session: Session, cutover: Cutover) -> dict[str, Any]:
    # before all else: what is committed while we read must come to the open page as an event
    number = head_number(session, cutover.stream)
    seen = evidence.survey(session, cutover)
    gates = seen.gates
    teams = evidence.standby_teams(session)
    seats = rosters.seats(session, cutover.id)
    flip = panel(session, cutover, ready(gates))
    ramp = ramps.current(session, cutover.id)
    course, step = ramps.course_of(cutover), flip["step"]
    timetable = cutovers.timetable(session, cutover)
    return {
        "cutover": cutover,
        "cutover_id": cutover.id,
        "timetable": timetable,
        "arrived": ramps.reached(session, ramp.id) if ramp else {},
        "origin": origin_of(session, cutover, [at for at, _share in timetable]),
        "telling": foretold(
            session, cutover, None if course.is_last(step) else course.aim(step + 1)
        ),
        "plan_end": course.steps[-1].share if course.steps else 0.0,
        "wall": "wall" in request.args,
        "standing": ramps.standing(session, cutover.id),
        "ramp": ramp,
        "articles": of_run(session, cutover, flip),
        "gates": gates,
        "ready": ready(gates),
        "flip": flip,
        "held": by_step(flip["figures"].get("by_step")),
        "peak": cutovers.peak_for(session, cutover),
        "plan": cutovers.plan_of(cutover),
        "checks": CHECKS,
        "beside": outcome.beside(session, cutover, flip["figures"]),
        "missing": missing(gates),
        "votes": evidence.votes(session, cutover.id),
        "overrules": seen.overrules,
        "dns": dns_clock(session, cutover, seen.ttls),
        "proving": proving.under_way(session, cutover.id),
        "my_vote": me().team_key in teams and cutover.state == "booked",
        "roster": rosters.roster_of(session, cutover.id),
        "seats": seats,
        "calls": station.calls(session, cutover),
        "may_report": station.may_report(session, cutover),
        "gaps": covering.uncovered(session, [cutover], {cutover.id: seats}, teams)[cutover.id],
        **_posts(session, cutover),
        "told": timeline(session, [cutover.stream], 60),
        "pinned": pinned_lines(session, cutover.stream),
        "zone": me().timezone,
        "number": number,
    }


def _posts(session: Session, cutover: Cutover) -> dict[str, Any]:
    said = posts.of_all(session, cutover.id)
    language = language_of(me())
    return {
        "posts": shown(session, said, language, me().timezone, cutover.practice),
        "delivery": posts.delivery(session, said),
        "former": posts.former(session, said),
        "drafts": posts.drafts(session, cutover.id),
        "cadence": posts.cadence(session, cutover.id),
        "public_name": posts.public_name(session, cutover.id),
        "followers": posts.count_of(session, cutover),
        "staff": account_managers(session),
    }


@cockpit.get("/cutovers/<int:cutover_id>/moments")
@requires("cutovers.see")
def moments(cutover_id: int) -> Response:
    """What was before the page was opened: `ticks` of the latest run as kept, and `marks`."""
    session = db.session()
    stream = cutovers.get(session, cutover_id).stream
    ramp = ramps.current(session, cutover_id)
    if ramp is None:
        return jsonify({"ticks": [], "marks": []})
    wanted = request.args.get("ticks") != "0"
    kept = history.moments(session, ramp.id, SHOWN) if wanted else []
    found = marks(session, stream, ramp.started_at, ramp.ended_at)
    return jsonify(
        {
            "ticks": [history.shown(row) for row in kept],
            "marks": [{"number": m.number, "at": iso(m.at), "what": m.what} for m in found],
        }
    )


@cockpit.get("/cutovers/<int:cutover_id>/events")
@requires("cutovers.see")
def events(cutover_id: int) -> Response:
    """`changed` when the page should look again, `tick` with the conductor's figures."""
    stream = cutovers.get(db.session(), cutover_id).stream

    def render(_stream: str, entries: list[Any]) -> list[tuple[str, str]]:
        return [("changed", str(entries[-1].number))]

    def newest() -> dict[str, Any] | None:
        return ramps.ticked(db.session(), cutover_id)

    view, lasts = ("cockpit", cutover_id), staying("cutovers.see")
    return sse.respond(view, stream, render, json.dumps, newest=newest, lasts=lasts)
