"""/capacity: headroom per site and hour, what is booked, sites, shares, and "what if"."""

from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast

from flask import Blueprint, Response, request

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.customers.queries import visible_turnup
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.forecasts import actions, capacity, loads, meters, network, queries, sources
from onboarding.forecasts.capacity import DAYS, WhatIf
from onboarding.forecasts.outlook import largest, outlook
from onboarding.people.access import actor, me, requires
from onboarding.web import forms
from onboarding.web.fragments import done, page_or_fragment

capacity_pages = Blueprint("capacity", __name__)
HOUR = timedelta(hours=1)

AS_BOOKED = "as booked"
#: Shapes to try: hours after the start, and the percent moved from then on.
SHAPES: dict[str, list[tuple[int, float]]] = {
    AS_BOOKED: [],
    "all at once": [(0, 100.0)],
    "over a day": [(0, 1.0), (4, 10.0), (12, 50.0), (24, 100.0)],
    "slow ramp": [(0, 1.0), (24, 5.0), (72, 25.0), (120, 50.0), (168, 100.0)],
    "a niche": [(0, 5.0)],
}


@capacity_pages.get("/capacity")
@requires("forecasts.see")
def overview() -> Response:
    return overview_page()


def overview_page(problem: BadInput | None = None) -> Response:
    """Everything about the network's capacity; with what is wrong with a form, if anything is."""
    session = db.session()
    lost = request.args.get("lost", "")
    response = page_or_fragment(
        "forecasts/capacity.html",
        "forecasts/_capacity.html",
        rows=outlook(session, lost),
        sites=queries.sites(session),
        largest=largest(session),
        lost=lost,
        factor=loads.FIVE_MINUTE_FACTOR,
        problem=problem,
        sources=sources.states(session),
        values=request.form,
        turnups=network.forecast_turnups(session),
        outcomes=meters.outcomes(session),
        shapes=list(SHAPES),
        asked=request.args,
        found=None,
    )
    if problem is not None:
        response.status_code = problem.status
    return response


@capacity_pages.post("/capacity/sites")
@requires("capacity.edit")
def set_site() -> Response:
    try:
        name = forms.one_line("name", longest=60)
        limit = forms.number("limit", least=1, most=1e12)
        base_load = forms.number("base_load", least=0, most=1e12)
        gbits = [_figure(field) for field in ("gbit_limit", "gbit_base")]
        region = forms.text("region", longest=60, needed=False)
        with transaction() as session:
            actions.set_site(
                session,
                actor(),
                name,
                limit,
                base_load,
                region=region,
                gbit_limit=gbits[0] or None,
                gbit_base=gbits[1],
            )
    except BadInput as wrong:
        return overview_page(wrong)
    return done("/capacity")


def _figure(name: str) -> float:
    given = forms.text(name, longest=40, needed=False)
    return forms.number_from(given, name, least=0, most=1e9) if given else 0.0


@capacity_pages.post("/capacity/base")
@requires("capacity.edit")
def set_base() -> Response:
    """The network's own load from a table: site, ds, y (req/s)."""
    given = request.files.get("base")
    try:
        if given is None or not given.filename:
            raise BadInput("no file was chosen", place="base", hint="a CSV: unique_id,ds,y")
        weeks = network.base_weeks(cast(BinaryIO, given.stream), given.filename)
        with transaction() as session:
            network.set_base(session, actor(), weeks)
    except BadInput as wrong:
        return overview_page(wrong)
    return done("/capacity")


@capacity_pages.post("/capacity/shares/<int:turnup_id>")
@requires("capacity.edit")
def set_shares(turnup_id: int) -> Response:
    """Which part of a turn-up's traffic each site gets: `site-<id>` in percent."""
    with transaction() as session:
        turnup = visible_turnup(session, me(), turnup_id)
        sites = queries.sites(session)
        given = {site.id: _figure(f"site-{site.id}") for site in sites}
        network.set_shares(session, actor(), turnup, given)
    return done(f"/capacity/what-if?turnup={turnup_id}")


@capacity_pages.get("/capacity/what-if")
@requires("forecasts.see")
def what_if() -> Response:
    session = db.session()
    problem, found, turnup = None, {}, None
    turnups = network.forecast_turnups(session)
    try:
        first = turnups[0].id if turnups else 0
        chosen = int(_asked("turnup", 0, 2**31 - 1, first))
        if chosen:
            turnup = visible_turnup(session, me(), chosen)
            found = _held(turnup)
    except BadInput as wrong:
        problem = wrong
    sites = queries.sites(session)
    response = page_or_fragment(
        "forecasts/what_if.html",
        "forecasts/_what_if.html",
        turnup=turnup,
        turnups=turnups,
        found=found,
        sites=sites,
        split=queries.parts(session, turnup.id, sites) if turnup and sites else {},
        shapes=list(SHAPES),
        asked=request.args,
        problem=problem,
    )
    if problem is not None:
        response.status_code = problem.status
    return response


def _held(turnup: Turnup) -> dict[str, Any]:
    shape = request.args.get("shape", AS_BOOKED)
    if shape not in SHAPES:
        raise BadInput(f"there is no shape {shape!r}", place="shape", hint=", ".join(SHAPES))
    given = request.args.get("date", "")
    start = _day(given)
    steps = [(start + hours * HOUR, share) for hours, share in SHAPES[shape]]
    if shape == AS_BOOKED and given:
        booked = queries.own_steps(db.session(), turnup.id, clock.now())
        steps = [(start + (at - booked[0][0]), share) for at, share in booked] or [(start, 100.0)]
    lost = request.args.get("lost", "")
    if lost and queries.site_by_name(db.session(), lost) is None:
        raise BadInput(f"there is no site {lost[:60]!r}", place="lost", hint="choose another")
    asked = WhatIf(_asked("growth", 0.01, 100, 1.0), lost)
    return capacity.held_against(db.session(), turnup.id, steps, asked)


def _day(text: str) -> datetime:
    if not text:
        return clock.now()
    try:
        at = clock.parse(text)
    except ValueError:
        raise BadInput(
            f"{text[:40]!r} is no time", place="date", hint="like 2027-01-31T14:00"
        ) from None
    if not -HOUR < at - clock.now() < timedelta(days=DAYS):
        raise BadInput("too far away", place="date", hint=f"within the next {DAYS} days")
    return at


def _asked(name: str, least: float, most: float, without: float) -> float:
    given = request.args.get(name, "")
    return forms.number_from(given, name, least=least, most=most) if given else without
