"""/freezes: freezes, ships, the calendars they are read from, exceptions, early starts."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from onboarding import clock
from onboarding.cutovers import feeds, freezes, queries, ships
from onboarding.cutovers import obstacles as deciding
from onboarding.cutovers.freezes import FreezeSaid
from onboarding.cutovers.ships import RISKS, ShipSaid
from onboarding.cutovers.views import AHEAD
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.forecasts.queries import sites
from onboarding.people.access import actor, can, me, requires
from onboarding.web import forms
from onboarding.web.fragments import done

obstacles = Blueprint("obstacles", __name__)


@obstacles.get("/freezes")
@requires("cutovers.see")
def page() -> str:
    return _page()


def _page(**typed: Any) -> str:
    """The page; `typed` says which form (`form`) was refused and why (`problem`)."""
    session, now = db.session(), clock.now()
    spans = queries.freezes(session, now, now + AHEAD)
    return render_template(
        "cutovers/freezes.html",
        freezes=queries.freeze_rows(session, now),
        ships=queries.ships(session, now, now + AHEAD),
        spans=spans,
        exceptions=queries.exceptions(session, [one.key for one in spans]),
        turnups=queries.open_turnups(session) if can("cutovers.overrule") else [],
        feeds=feeds.all_feeds(session),
        regions=sorted({site.region for site in sites(session) if site.region}),
        values=request.form,
        risks=RISKS,
        **{"form": "", "problem": None, **typed},
    )


def _refused(form: str, problem: BadInput) -> tuple[str, int]:
    return _page(form=form, problem=problem), problem.status


@obstacles.post("/freezes")
@requires("cutovers.plan")
def add_freeze() -> Response | tuple[str, int]:
    zone = me().timezone
    try:
        said = FreezeSaid(
            forms.one_line("name", longest=100),
            forms.moment("starts_at", zone),
            forms.moment("ends_at", zone),
            forms.text("reason", longest=500, needed=False),
            forms.text("region", longest=60, needed=False),
        )
        with transaction() as session:
            freezes.add_freeze(session, actor(), said)
    except BadInput as problem:
        return _refused("freeze", problem)
    return done("/freezes")


@obstacles.post("/freezes/<int:freeze_id>/remove")
@requires("cutovers.plan")
def remove_freeze(freeze_id: int) -> Response:
    with transaction() as session:
        freezes.remove_freeze(session, actor(), freeze_id)
    return done("/freezes")


@obstacles.post("/ships")
@requires("ships.edit")
def add_ship() -> Response | tuple[str, int]:
    zone = me().timezone
    try:
        said = ShipSaid(
            forms.one_line("name", longest=100),
            forms.text("owner", longest=100),
            forms.choice("risk", RISKS),
            forms.moment("starts_at", zone),
            forms.moment("ends_at", zone),
            forms.text("note", needed=False),
        )
        with transaction() as session:
            ships.add_ship(session, actor(), said)
    except BadInput as problem:
        return _refused("ship", problem)
    return done("/freezes#ships")


@obstacles.post("/ships/<int:ship_id>/ready")
@requires("ships.ready")
def mark_ready(ship_id: int) -> Response:
    with transaction() as session:
        ships.mark_ready(session, actor(), ship_id)
    week = request.form.get("from") == "week"
    return done(f"/ships#ship-{ship_id}" if week else "/cutovers")


@obstacles.post("/ships/<int:ship_id>/withdraw")
@requires("ships.edit")
def withdraw_ship(ship_id: int) -> Response:
    with transaction() as session:
        ships.withdraw_ship(session, actor(), ship_id)
    return done("/freezes#ships")


@obstacles.post("/obstacle-feeds")
@requires("cutovers.plan")
def add_feed() -> Response | tuple[str, int]:
    try:
        kind = forms.choice("kind", feeds.KINDS)
        said = feeds.FeedSaid(
            kind,
            forms.one_line("name", longest=100),
            forms.text("address", longest=1000),
            forms.text("owner", longest=100, needed=kind == "ship"),
            forms.choice("risk", RISKS),
            forms.text("region", longest=60, needed=False),
            me().timezone,
        )
        with transaction() as session:
            feeds.add_feed(session, actor(), said)
    except BadInput as problem:
        return _refused("feed", problem)
    return done("/freezes#feeds")


@obstacles.post("/obstacle-feeds/<int:feed_id>/<any(read,remove):verb>")
@requires("cutovers.plan")
def change_feed(feed_id: int, verb: str) -> Response:
    if verb == "read":
        feeds.enqueue_reading(feeds.get(db.session(), feed_id).id)
    else:
        with transaction() as session:
            feeds.remove_feed(session, actor(), feed_id)
    return done("/freezes#feeds")


@obstacles.post("/exceptions")
@requires("cutovers.overrule")
def let_through() -> Response | tuple[str, int]:
    try:
        obstacle, reason = forms.text("obstacle", longest=40), forms.text("reason", longest=500)
        turnup_id = int(forms.number("turnup", least=1, most=2**31 - 1))
        with transaction() as session:
            deciding.let_through(session, actor(), obstacle, turnup_id, reason)
    except BadInput as problem:
        return _refused("exception", problem)
    return done("/freezes")


@obstacles.post("/cutovers/<int:cutover_id>/early")
@requires("cutovers.overrule")
def allow_early(cutover_id: int) -> Response:
    version = int(forms.number("version", least=1, most=10**9))
    with transaction() as session:
        reason = forms.text("reason", longest=500)
        deciding.allow_early(session, actor(), cutover_id, version, reason)
    return done(f"/cutovers/{cutover_id}")
