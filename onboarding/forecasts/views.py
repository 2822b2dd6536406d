"""Upload histories, run and sign forecasts; /capacity."""

from typing import BinaryIO, cast

from flask import Blueprint, Response, render_template, request

from onboarding.customers.queries import visible_turnup
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.forecasts import actions, capacity, queries
from onboarding.people.access import actor, can, me, requires
from onboarding.web import forms
from onboarding.web.forms import local_path
from onboarding.web.fragments import done, page_or_fragment

forecasts = Blueprint("forecasts", __name__)


def _upload(turnup_id: int) -> Response | tuple[str, int]:
    given = request.files.get("history")
    try:
        if given is None or not given.filename:
            raise BadInput("no file was chosen", place="history", hint="a CSV or gzipped CSV")
        visible_turnup(db.session(), me(), turnup_id)
        history = actions.read_one(given.filename, cast(BinaryIO, given.stream))
        with transaction() as session:
            turnup = visible_turnup(session, me(), turnup_id)
            actions.upload(session, actor(), turnup, given.filename, history)
            actions.ask(session, actor(), turnup)
    except BadInput as error:
        turnup = visible_turnup(db.session(), me(), turnup_id)
        page = render_template(
            "forecasts/refused.html", turnup=turnup, error=error, back=_back(turnup_id)
        )
        return page, error.status
    return done(_back(turnup_id))


@forecasts.post("/turnups/<int:turnup_id>/history")
@requires("forecasts.upload")
def upload(turnup_id: int) -> Response | tuple[str, int]:
    return _upload(turnup_id)


@forecasts.post("/workspace/<int:turnup_id>/history")
@requires("workspace.upload")
def upload_own(turnup_id: int) -> Response | tuple[str, int]:
    return _upload(turnup_id)


@forecasts.post("/turnups/<int:turnup_id>/forecasts")
@requires("forecasts.run")
def run(turnup_id: int) -> Response:
    with transaction() as session:
        actions.ask(session, actor(), visible_turnup(session, me(), turnup_id))
    return done(_back(turnup_id))


@forecasts.post("/forecasts/<int:forecast_id>/sign")
@requires("forecasts.sign")
def sign(forecast_id: int) -> Response:
    note = forms.text("note", longest=500, needed=False)
    with transaction() as session:
        actions.sign(session, actor(), me(), forecast_id, note)
    return done(local_path(request.form.get("back", "/")))


@forecasts.get("/capacity")
@requires("forecasts.see")
def outlook() -> Response:
    rows = capacity.outlook(db.session())
    return page_or_fragment(
        "forecasts/capacity.html",
        "forecasts/_capacity.html",
        rows=rows,
        factor=capacity.FIVE_MINUTE_FACTOR,
    )


@forecasts.post("/capacity/sites")
@requires("capacity.edit")
def set_site() -> Response:
    name = forms.text("name", longest=60)
    limit = forms.number("limit", least=1, most=1e12)
    base_load = forms.number("base_load", least=0, most=1e12)
    with transaction() as session:
        actions.set_site(session, actor(), name, limit, base_load)
    return done("/capacity")


def _back(turnup_id: int) -> str:
    """Customers come back to their workspace, staff to the turn-up."""
    return "/workspace#forecast" if can("workspace.see") else f"/turnups/{turnup_id}#forecast"


def signable(turnup_id: int) -> bool:
    """Whether the user of this request may sign the turn-up's forecast now."""
    forecast = queries.latest(db.session(), turnup_id)
    team = me().team_key
    ready = forecast is not None and forecast.state == "done"
    return bool(
        can("forecasts.sign")
        and ready
        and forecast
        and team in actions.SIGNERS
        and team not in queries.signed_by(forecast)
    )
