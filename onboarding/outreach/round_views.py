"""Start another round: from a chance, or on the page of a live turn-up."""

from flask import Blueprint, Response, request

from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.outreach import queries, rounds
from onboarding.people.access import actor, me, requires
from onboarding.web import forms
from onboarding.web.fragments import again, done

round_views = Blueprint("rounds", __name__)


@round_views.post("/outreach/<int:outreach_id>/round")
@requires("outreach.send")
def from_chance(outreach_id: int) -> Response:
    turnup_id = queries.get(db.session(), outreach_id).turnup_id
    return _start(turnup_id, outreach_id)


@round_views.post("/turnups/<int:turnup_id>/round")
@requires("outreach.send")
def from_turnup(turnup_id: int) -> Response:
    return _start(turnup_id, None)


def _start(turnup_id: int, outreach_id: int | None) -> Response:
    try:
        wish = forms.one_line("wish", longest=60)
        given = request.form.get("at", "").strip()
        at = forms.moment("at", me().timezone) if given else None
        with transaction() as session:
            made = rounds.start(session, actor(), turnup_id, wish, at, outreach_id=outreach_id)
            number = made.id
    except BadInput as problem:
        where = request.path
        return again("outreach/_round_form.html", problem, title="Another round", where=where)
    return done(f"/turnups/{number}")
