"""A turn-up's history with its marks, what is assumed of its traffic, and how forecasts turned out."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.customers.queries import visible_turnup
from onboarding.db import db, transaction
from onboarding.errors import BadInput, marked
from onboarding.forecasts import actions, assumptions, loads, meters, queries, regions
from onboarding.forecasts.events import KINDS, Event
from onboarding.forecasts.hindsight import summed, turned_out
from onboarding.forecasts.traffic_models import TrafficFacts
from onboarding.people.access import actor, me, requires
from onboarding.web import forms
from onboarding.web.fragments import done, page_or_fragment

histories_pages = Blueprint("histories", __name__)
HORIZONS = {
    48: marked("{n} hours", n=48),
    168: marked("{n} days", n=7),
    336: marked("{n} days", n=14),
    672: marked("{n} days", n=28),
}
BEHIND = timedelta(minutes=30)


@histories_pages.get("/turnups/<int:turnup_id>/traffic/history")
@requires("forecasts.see", "workspace.upload")
def show(turnup_id: int) -> Response:
    return _page(turnup_id)


def _page(turnup_id: int, problem: BadInput | None = None) -> Response:
    session = db.session()
    turnup = visible_turnup(session, me(), turnup_id)
    context = shown(turnup) | {"problem": problem, "values": request.form}
    response = page_or_fragment("forecasts/history.html", "forecasts/_history.html", **context)
    if problem is not None:
        response.status_code = problem.status
    return response


def shown(turnup: Turnup) -> dict[str, Any]:
    """What the page shows."""
    session = db.session()
    history = queries.latest_history(session, turnup.id)
    forecast = queries.latest(session, turnup.id)
    found = assumptions.marks_of(history, turnup.customer.timezone) if history else []
    return {
        "turnup": turnup,
        "history": history,
        "marks": [(m, history.starts_at + m.first * queries.HOUR) for m in found]
        if history
        else [],
        "history_marks": [
            {"kind": mark.kind, "first": mark.first, "hours": mark.hours} for mark in found
        ],
        "known": loads.known_of(session, turnup.id),
        "out": {first for first, _ in history.excluded} if history else set(),
        "forecast": forecast,
        "events": assumptions.event_rows(session, turnup.id),
        "facts": session.get(TrafficFacts, turnup.id) or TrafficFacts(),
        "kinds": KINDS,
        "horizons": HORIZONS,
        "past": _past(turnup.id),
        **_came(turnup.id),
        "regions": regions.by_region(session, turnup.id),
        "origin": regions.origin_load(session, turnup.id),
    }


def _came(turnup_id: int) -> dict[str, Any]:
    """Forecast and fact of the last week, how far counting has come, and the hours that miss."""
    session, now = db.session(), clock.now()
    hours = meters.week(session, turnup_id, now)
    return {
        "beside": hours,
        "outcome": summed(hours),
        "meter": meters.meter_of(session, turnup_id),
        "missing_hours": meters.missing(session, turnup_id, now - queries.WEEK),
        "behind": now - BEHIND,
    }


def _past(turnup_id: int) -> list[tuple[Any, Any]]:
    """(forecast, how it turned out) for the last versions whose hours have come."""
    session = db.session()
    made = queries.versions(session, turnup_id, queries.LAST)
    if not made:
        return []
    came = assumptions.came(session, turnup_id, min(row.created_at for row in made) - queries.WEEK)
    outs = [(row, turned_out(row.points, queries.peak_rate(row) or None, came)) for row in made]
    return [(row, out) for row, out in outs if out is not None]


@histories_pages.post("/turnups/<int:turnup_id>/traffic/exclude")
@requires("forecasts.upload", "workspace.upload")
def exclude(turnup_id: int) -> Response:
    history_id = int(forms.number("history", least=1, most=2**31))
    firsts = [int(one) for one in request.form.getlist("mark") if one.isdigit()]
    with transaction() as session:
        turnup = visible_turnup(session, me(), turnup_id)
        assumptions.exclude(session, actor(), turnup, history_id, firsts)
    return _back(turnup_id)


@histories_pages.post("/turnups/<int:turnup_id>/traffic/events")
@requires("forecasts.upload", "workspace.upload")
def add_event(turnup_id: int) -> Response:
    zone = visible_turnup(db.session(), me(), turnup_id).customer.timezone
    try:
        event = Event(
            forms.choice("kind", list(KINDS)),
            forms.one_line("name", longest=80),
            forms.moment("starts_at", zone),
            forms.moment("ends_at", zone) if request.form.get("ends_at") else None,
            _figure("factor", 100),
            _figure("rate", 1e9),
        )
        with transaction() as session:
            turnup = visible_turnup(session, me(), turnup_id)
            assumptions.add_event(session, actor(), turnup, event)
    except BadInput as wrong:
        return _page(turnup_id, wrong)
    return _back(turnup_id)


@histories_pages.post("/turnups/<int:turnup_id>/traffic/events/<int:event_id>/remove")
@requires("forecasts.upload", "workspace.upload")
def remove_event(turnup_id: int, event_id: int) -> Response:
    with transaction() as session:
        turnup = visible_turnup(session, me(), turnup_id)
        assumptions.remove_event(session, actor(), turnup, event_id)
    return _back(turnup_id)


@histories_pages.post("/turnups/<int:turnup_id>/traffic/facts")
@requires("forecasts.upload", "workspace.upload")
def set_facts(turnup_id: int) -> Response:
    try:
        given = {
            "mean_bytes": _figure("mean_bytes", 1e12),
            "cacheable": _percent("cacheable"),
            "origin_limit": _figure("origin_limit", 1e9),
            "origin_gbit": _figure("origin_gbit", 1e6),
            "old_offload": _percent("old_offload"),
            "warm_minutes": _figure("warm_minutes", 10080),
            "factor": _figure("factor", 20, least=1),
            "peak": _figure("peak", 1e9),
        }
    except BadInput as wrong:
        return _page(turnup_id, wrong)
    with transaction() as session:
        turnup = visible_turnup(session, me(), turnup_id)
        assumptions.set_facts(session, actor(), turnup, given)
        assumptions.ask_again(session, actor(), turnup, "what people say of the traffic changed")
    return _back(turnup_id)


@histories_pages.post("/turnups/<int:turnup_id>/traffic/horizon")
@requires("forecasts.run", "workspace.upload")
def ask(turnup_id: int) -> Response:
    horizon = int(forms.choice("horizon", [str(hours) for hours in HORIZONS]))
    with transaction() as session:
        turnup = visible_turnup(session, me(), turnup_id)
        actions.ask(session, actor(), turnup, horizon, why=f"{HORIZONS[horizon]} ahead")
    return _back(turnup_id)


def _figure(name: str, most: float, *, least: float = 1e-6) -> float | None:
    given = forms.text(name, longest=40, needed=False)
    return forms.number_from(given, name, least=least, most=most) if given else None


def _percent(name: str) -> float | None:
    percent = _figure(name, 100, least=0)
    return None if percent is None else percent / 100


def _back(turnup_id: int) -> Response:
    return done(f"/turnups/{turnup_id}/traffic/history")
