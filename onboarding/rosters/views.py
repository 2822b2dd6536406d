"""/standby: what somebody is asked for, and their answer."""

from flask import Blueprint, Response, request

from onboarding import clock
from onboarding.cutovers import queries as cutovers
from onboarding.db import db, transaction
from onboarding.paging import queries as pages
from onboarding.people.access import actor, me, requires
from onboarding.rosters import actions, briefing, queries, tokens
from onboarding.web import forms
from onboarding.web.forms import local_path
from onboarding.web.fragments import done, page_or_fragment

rosters = Blueprint("rosters", __name__)


@rosters.get("/standby")
@requires("rosters.answer")
def standby() -> Response:
    session = db.session()
    duties = [
        briefing.brief(session, seat, cutover)
        for seat, cutover in queries.duties(session, me().id, clock.now())
    ]
    called = [
        page
        for page in pages.mine(session, me().id)
        if page.state == "open" or page.holder_id == me().id
    ]
    return page_or_fragment(
        "rosters/standby.html",
        "rosters/_duties.html",
        duties=duties,
        called=called,
        unanswered=pages.unanswered(session),
        token=tokens.for_feed(me()),
    )


@rosters.post("/cutovers/<int:cutover_id>/roster")
@requires("rosters.solve")
def solve(cutover_id: int) -> Response:
    with transaction() as session:
        actions.want(session, actor(), cutovers.get(session, cutover_id, lock=True))
    return done(f"/cutovers/{cutover_id}")


@rosters.post("/seats/<int:seat_id>/accept")
@requires("rosters.answer")
def accept(seat_id: int) -> Response:
    with transaction() as session:
        actions.accept(session, actor(), me(), seat_id)
    return done(_back())


@rosters.post("/seats/<int:seat_id>/decline")
@requires("rosters.answer")
def decline(seat_id: int) -> Response:
    reason = forms.text("reason", longest=500)
    with transaction() as session:
        actions.decline(session, actor(), me(), seat_id, reason)
    return done(_back())


@rosters.post("/seats/<int:seat_id>/on-station")
@requires("rosters.answer")
def on_station(seat_id: int) -> Response:
    with transaction() as session:
        actions.on_station(session, actor(), me(), seat_id)
    return done(_back())


def _back() -> str:
    return local_path(request.form.get("back", "/standby"))
