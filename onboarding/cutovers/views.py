"""Plan cutovers: the calendar, booking, changing."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.config import settings
from onboarding.customers.models import Hostname, Turnup
from onboarding.cutovers import actions, allowing, estimating, pushing, queries, reading, showing
from onboarding.cutovers.plan import StepPlan, length
from onboarding.cutovers.shapes import TEMPLATES
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.metrics.actions import token_made_at
from onboarding.metrics.registry import SOURCES
from onboarding.people.access import actor, can, me, requires
from onboarding.switches.registry import SWITCHES
from onboarding.web import forms
from onboarding.web.fragments import done, page_or_fragment

cutovers = Blueprint("cutovers", __name__)
MARGIN = timedelta(minutes=30)
AHEAD = timedelta(days=90)


@cutovers.get("/cutovers")
@requires("cutovers.see")
def calendar() -> Response:
    session, now = db.session(), clock.now()
    rows = queries.coming(session, now - timedelta(days=14))
    freezes = queries.freezes(session, now, now + AHEAD)
    ships = queries.ships(session, now, now + AHEAD)
    return page_or_fragment(
        "cutovers/calendar.html",
        "cutovers/_calendar.html",
        cutovers=rows,
        freezes=freezes,
        ships=ships,
        spans=[queries.ship_span(ship) for ship in ships],
        this_week=now + timedelta(days=7),
        exceptions=queries.exceptions(session, [one.key for one in freezes]),
    )


@cutovers.get("/turnups/<int:turnup_id>/cutovers/new")
@requires("cutovers.plan")
def new(turnup_id: int) -> Response | str:
    turnup = _turnup(db.session(), turnup_id)
    template = TEMPLATES.get(request.args.get("template", "canary"), TEMPLATES["canary"])
    return _form(turnup, _fresh(turnup, template.steps), None)


@cutovers.post("/turnups/<int:turnup_id>/cutovers")
@requires("cutovers.plan")
def book(turnup_id: int) -> Response | tuple[str, int]:
    zone = me().timezone
    try:
        wiring = _wiring()
        wiring.check()
        wiring.reach()
        with transaction() as session:
            cutover = actions.book(
                session,
                actor(),
                _turnup(session, turnup_id),
                title=forms.one_line("title", longest=120, needed=False),
                starts_at=forms.moment("starts_at", zone),
                ends_at=forms.moment("ends_at", zone),
                steps=reading.steps(),
                hostnames=_chosen(session, turnup_id),
                wiring=wiring,
                zone=zone,
                despite=_despite(),
                peak_hour=reading.peak_hour(),
            )
            number = cutover.id
    except BadInput as error:
        turnup = _turnup(db.session(), turnup_id)
        shown = showing.typed_over(_fresh(turnup, ()))
        return _form(turnup, shown, error), error.status
    return done(f"/cutovers/{number}")


@cutovers.post("/turnups/<int:turnup_id>/cutovers/estimate")
@requires("cutovers.plan", "ramps.replan")
def estimate(turnup_id: int) -> Response:
    """What the plan in the form, or what is left of one, would bring; nothing is written."""
    session, found, problem, taken = db.session(), None, None, 0
    _turnup(session, turnup_id)
    try:
        at, hour = forms.moment("starts_at", me().timezone), reading.peak_hour()
        taken, moved = reading.taken()
        steps = reading.steps(taken + 1)
        found = estimating.estimate(session, turnup_id, at, steps, hour, moved)
    except BadInput as wrong:
        problem = wrong
    return page_or_fragment(
        "cutovers/estimate.html",
        "cutovers/_estimate.html",
        turnup_id=turnup_id,
        first=taken + 1,
        estimate=found,
        estimate_problem=problem,
    )


@cutovers.get("/cutovers/<int:cutover_id>/edit")
@requires("cutovers.plan", "cutovers.wire")
def edit(cutover_id: int) -> str:
    return _edit_page(cutover_id, None)


@cutovers.post("/cutovers/<int:cutover_id>/plan")
@requires("cutovers.plan")
def change_plan(cutover_id: int) -> Response | tuple[str, int]:
    try:
        with transaction() as session:
            hour = reading.peak_hour()
            actions.change_plan(session, actor(), cutover_id, reading.steps(), _version(), hour)
    except BadInput as error:
        return _edit_page(cutover_id, error), error.status
    return done(f"/cutovers/{cutover_id}")


@cutovers.post("/cutovers/<int:cutover_id>/window")
@requires("cutovers.plan")
def change_window(cutover_id: int) -> Response | tuple[str, int]:
    zone = me().timezone
    try:
        start, end = forms.moment("starts_at", zone), forms.moment("ends_at", zone)
        with transaction() as session:
            actions.change_window(
                session, actor(), cutover_id, start, end, _version(), zone=zone, despite=_despite()
            )
    except BadInput as error:
        return _edit_page(cutover_id, error), error.status
    return done(f"/cutovers/{cutover_id}")


@cutovers.post("/cutovers/<int:cutover_id>/wiring")
@requires("cutovers.wire")
def rewire(cutover_id: int) -> Response | tuple[str, int]:
    try:
        wiring = reading.wiring()
        wiring.check()
        wiring.reach()
        with transaction() as session:
            actions.rewire(session, actor(), cutover_id, wiring, _version(), despite=_despite())
    except BadInput as error:
        return _edit_page(cutover_id, error), error.status
    return done(f"/cutovers/{cutover_id}")


@cutovers.post("/cutovers/<int:cutover_id>/push-token")
@requires("cutovers.wire")
def push_token(cutover_id: int) -> Response:
    with transaction() as session:
        token = pushing.make_push_token(session, actor(), cutover_id)
    page = render_template(
        "cutovers/push_token.html",
        cutover=queries.get(db.session(), cutover_id),
        token=token,
        address=f"{settings().public_url}/api/v1/cutovers/{cutover_id}",
        example_at=clock.iso(clock.now().replace(microsecond=0)),
    )
    return Response(page, headers={"Cache-Control": "no-store"})


@cutovers.post("/cutovers/<int:cutover_id>/station-demand")
@requires("cutovers.plan")
def demand_on_station(cutover_id: int) -> Response:
    demanded = forms.choice("demanded", ["yes", "no"]) == "yes"
    with transaction() as session:
        allowing.demand_on_station(session, actor(), cutover_id, demanded)
    return done(f"/cutovers/{cutover_id}")


@cutovers.post("/cutovers/<int:cutover_id>/cancel")
@requires("cutovers.plan")
def cancel(cutover_id: int) -> Response:
    reason = forms.text("reason", longest=500)
    with transaction() as session:
        actions.cancel(session, actor(), cutover_id, reason)
    return done(f"/cutovers/{cutover_id}")


def _turnup(session: Session, turnup_id: int) -> Turnup:
    turnup = session.get(Turnup, turnup_id)
    if turnup is None:
        raise NotFound(f"There is no turn-up {turnup_id}")
    return turnup


def _chosen(session: Session, turnup_id: int) -> list[Hostname]:
    wanted = set(request.form.getlist("hostname"))
    found = [h for h in _turnup(session, turnup_id).hostnames if str(h.id) in wanted]
    if len(found) < len(wanted):
        raise BadInput("a hostname is of another turn-up", place="hostnames", hint="choose again")
    return found


def _wiring() -> actions.Wiring:
    """Who may wire chooses freely; others book practice, and ops wires it for real."""
    return (
        reading.wiring() if can("cutovers.wire") and "switch" in request.form else actions.Wiring()
    )


def _despite() -> str:
    return forms.text("despite", longest=500, needed=False)


def _version() -> int:
    return int(forms.number("version", least=1, most=10**9))


def _fresh(turnup: Turnup, steps: Sequence[StepPlan]) -> showing.Shown:
    """Tomorrow at this hour, for as long as the plan takes and some more."""
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    return showing.fresh(turnup, steps, start, start + length(steps) + MARGIN, me().timezone)


def _form(turnup: Turnup, shown: showing.Shown, error: BadInput | None) -> str:
    return render_template(
        "cutovers/new.html",
        turnup=turnup,
        templates=TEMPLATES,
        chosen=request.args.get("template", "canary"),
        shown=shown,
        error=error,
        **showing.plan_context(db.session(), turnup.id, shown, me().timezone),
        switches=list(SWITCHES),
        sources=list(SOURCES),
    )


def _edit_page(cutover_id: int, error: BadInput | None) -> str:
    cutover = queries.get(db.session(), cutover_id)
    zone = me().timezone
    shown = showing.typed_over(showing.of_cutover(cutover, zone))
    return render_template(
        "cutovers/edit.html",
        cutover=cutover,
        shown=shown,
        error=error,
        **showing.plan_context(db.session(), cutover.turnup_id, shown, zone),
        switches=list(SWITCHES),
        sources=list(SOURCES),
        push_token_at=token_made_at(db.session(), cutover.stream),
    )
