"""Forms of the board: move a turn-up to another stage, give selected customers to somebody."""

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.customers import queries
from onboarding.customers.actions import assign
from onboarding.customers.models import Customer, Turnup
from onboarding.customers.stages import STAGES, after
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound, Refused
from onboarding.people.access import actor, requires
from onboarding.people.models import User
from onboarding.readiness import actions
from onboarding.readiness.evidence import demands
from onboarding.web import forms
from onboarding.web.fragments import done
from onboarding.web.language import _

moves = Blueprint("moves", __name__)
MOST = 200


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
        back=forms.local_path(back),
    )
    return make_response(page, refused.status if refused else 200)


@moves.post("/board/assign")
@requires("customers.edit")
def give() -> Response:
    chosen = request.form.get("manager", "")
    with transaction() as session:
        manager = session.get(User, int(chosen)) if chosen.isdecimal() else None
        if chosen != "nobody" and manager is None:
            raise BadInput(
                _("there is no such person"), place="manager", hint=_("choose from the list")
            )
        for customer in _selected(session):
            if customer.account_manager_id != (manager.id if manager else None):
                assign(session, actor(), customer, manager)
    return done(forms.local_path(request.form.get("back", "/")))


def _selected(session: Session) -> list[Customer]:
    """The customers of the rows that are ticked, each once. Raises BadInput where none is."""
    ticked = request.form.getlist("turnup")
    numbers = [int(one) for one in ticked if one.isdecimal() and len(one) < 10]
    if not numbers or len(numbers) != len(ticked) or len(numbers) > MOST:
        hint = _("tick 1 to %s rows of the table") % MOST
        raise BadInput(_("no rows were chosen"), place="turnup", hint=hint)
    of_rows = select(Turnup.customer_id).where(Turnup.id.in_(numbers))
    query = select(Customer).where(Customer.id.in_(of_rows)).order_by(Customer.id)
    return list(session.scalars(query).unique())
