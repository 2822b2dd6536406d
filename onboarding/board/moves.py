"""The form of the board that moves a turn-up to another stage."""

from flask import Blueprint, Response, make_response, render_template, request

from onboarding.customers import queries
from onboarding.customers.models import Turnup
from onboarding.customers.stages import STAGES, after
from onboarding.db import db, transaction
from onboarding.errors import NotFound, Refused
from onboarding.people.access import actor, requires
from onboarding.readiness import actions
from onboarding.readiness.demanding import demands
from onboarding.web import forms
from onboarding.web.fragments import done

moves = Blueprint("moves", __name__)


@moves.get("/turnups/<int:turnup_id>/move")
@requires("stages.move")
def ask(turnup_id: int) -> Response:
    return _page(turnup_id, request.args.get("back", "/"))


@moves.post("/turnups/<int:turnup_id>/move")
@requires("stages.move")
def move(turnup_id: int) -> Response:
    back = forms.local_path(request.form.get("back", "/"))
    try:
        with transaction() as session:
            found = session.get(Turnup, turnup_id, with_for_update={"of": Turnup})
            if found is None:
                raise NotFound(f"There is no turn-up {turnup_id}")
            actions.move(session, actor(), found, forms.choice("to", STAGES))
    except Refused as refused:
        return _page(turnup_id, back, refused)
    return done(back)


def _page(turnup_id: int, back: str, refused: Refused | None = None) -> Response:
    """The stages it can go to, and what its stage still demands; with why it was refused."""
    session = db.session()
    found = queries.turnup(session, turnup_id)
    following = after(found.stage)
    earlier = STAGES[: STAGES.index(found.stage)]
    page = render_template(
        "board/move.html",
        turnup=found,
        following=following,
        choices=[*([following] if following else []), *reversed(earlier)],
        demands=demands(session, found),
        refused=refused,
        chosen=request.form.get("to", ""),
        back=forms.local_path(back),
    )
    return make_response(page, refused.status if refused else 200)
