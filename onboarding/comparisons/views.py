"""The pages of a turn-up's comparisons, and the forms of the newest."""

import re
from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from onboarding.comparisons import actions, queries, urls
from onboarding.comparisons.answers import LEFT_OUT
from onboarding.comparisons.models import Comparison
from onboarding.customers.models import Turnup
from onboarding.customers.queries import visible_turnup
from onboarding.customers.views import home_of
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.people.access import actor, can, me, requires
from onboarding.web import forms
from onboarding.web.fragments import again, done
from onboarding.web.language import _

comparisons = Blueprint("comparisons", __name__)
SEE = ("comparisons.see", "workspace.see")
EDIT = ("comparisons.edit", "workspace.edit")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]{0,250}[a-z0-9])?", re.ASCII)


@comparisons.app_template_global("open_differences")
def open_differences(turnup_id: int) -> int | None:
    """As `queries.open_in_newest`, of one turn-up, for the card on its pages."""
    return queries.open_in_newest(db.session(), [turnup_id]).get(turnup_id)


@comparisons.get("/turnups/<int:turnup_id>/comparison")
@requires(*SEE)
def newest(turnup_id: int) -> str:
    visible_turnup(db.session(), me(), turnup_id)
    latest = queries.latest(db.session(), turnup_id)
    return _page(turnup_id, latest, latest)


@comparisons.get("/turnups/<int:turnup_id>/comparisons/<int:number>")
@requires(*SEE)
def earlier(turnup_id: int, number: int) -> str:
    """A run as it was kept. What it found is answered for in the newest alone."""
    visible_turnup(db.session(), me(), turnup_id)
    run = queries.run_of(db.session(), turnup_id, number)
    return _page(turnup_id, run, queries.latest(db.session(), turnup_id))


def _page(turnup_id: int, run: Comparison | None, newest: Comparison | None) -> str:
    turnup = visible_turnup(db.session(), me(), turnup_id)
    listed = [one for pair in run.pairs for one in pair.differences] if run else []
    return render_template(
        "comparisons/comparison.html",
        turnup=turnup,
        run=run,
        newest=newest,
        runs=queries.listed(db.session(), turnup_id),
        open=sum(one.accepted_at is None for one in listed),
        accepted=sum(one.accepted_at is not None for one in listed),
        left_out=LEFT_OUT,
        may_edit=any(can(permission) for permission in EDIT),
        zone=me().timezone,
        back=home_of(turnup_id),
        values=_start(turnup),
        problem=None,
    )


def _start(turnup: Turnup) -> dict[str, Any]:
    """What the form begins with: the last run's answers, else what the setup says."""
    run = queries.latest(db.session(), turnup.id)
    if run is not None:
        return {"urls": "\n".join(run.urls), "old_at": run.old_at, "new_at": run.new_at}
    edge = str(turnup.customer.facts.get("edge_hostname") or "")
    return {"urls": "/", "old_at": "", "new_at": edge}


@comparisons.post("/turnups/<int:turnup_id>/comparison")
@requires(*EDIT)
def ask(turnup_id: int) -> Response:
    here = f"/turnups/{turnup_id}/comparison"
    turnup = visible_turnup(db.session(), me(), turnup_id)
    try:
        wanted = urls.read(
            forms.text("urls", longest=60_000), [name.name for name in turnup.hostnames]
        )
        old_at, new_at = _host("old_at"), _host("new_at")
        with transaction() as session:
            turnup = visible_turnup(session, me(), turnup_id)
            actions.ask(session, actor(), turnup, wanted, old_at, new_at)
    except BadInput as wrong:
        title = _("Compare the paths")
        return again("comparisons/_ask_form.html", wrong, title=title, turnup=turnup, back=here)
    return done(here)


def _host(field: str) -> str:
    name = forms.text(field, longest=253, needed=False).rstrip(".").lower()
    if name and not _HOST.fullmatch(name):
        raise BadInput("this is no hostname", place=field, hint="as in edge.example.net")
    return name


@comparisons.post("/comparison-differences/<int:number>/accept")
@requires(*EDIT)
def accept(number: int) -> Response:
    turnup_id = _turnup_of(number)
    here = f"/turnups/{turnup_id}/comparison"
    try:
        reason = forms.text("reason", longest=500)
        everywhere = forms.text("everywhere", longest=3, needed=False) == "yes"
        with transaction() as session:
            actions.accept(session, actor(), number, reason, everywhere)
    except BadInput as wrong:
        row = queries.difference(db.session(), number)
        title = _("Accept a difference")
        return again("comparisons/_accept_form.html", wrong, title=title, row=row, back=here)
    return done(here)


@comparisons.post("/comparison-differences/<int:number>/reopen")
@requires(*EDIT)
def reopen(number: int) -> Response:
    turnup_id = _turnup_of(number)
    with transaction() as session:
        actions.reopen(session, actor(), number)
    return done(f"/turnups/{turnup_id}/comparison")


def _turnup_of(number: int) -> int:
    """The turn-up of a difference, as the user of this request may see it."""
    turnup_id = queries.difference(db.session(), number).pair.comparison.turnup_id
    try:
        visible_turnup(db.session(), me(), turnup_id)
    except NotFound:
        raise NotFound("There is no such difference", hint="reload the page") from None
    return turnup_id
