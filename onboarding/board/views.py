"""The vendor's pages of customers and their journeys."""

from flask import Blueprint, render_template

from onboarding.board.journey import journey
from onboarding.board.timeline import timeline
from onboarding.checklists import shelf
from onboarding.config import settings
from onboarding.customers import queries
from onboarding.db import db
from onboarding.people.access import can, me, requires

board = Blueprint("board", __name__)


@board.get("/turnups/<int:turnup_id>")
@requires("board.see")
def turnup(turnup_id: int) -> str:
    session = db.session()
    found = queries.turnup(session, turnup_id)
    return render_template(
        "board/turnup.html",
        customer=found.customer,
        turnup=found,
        journey=journey(session, found, me()),
        people=queries.people_of(session, found.customer),
        told=timeline(session, [found.customer.stream]),
        templates=shelf.titles(settings().checklists),
        zone=me().timezone,
        may_edit=can("customers.edit"),
    )


@board.get("/customers/<slug>")
@requires("board.see")
def customer(slug: str) -> str:
    session = db.session()
    found = queries.by_slug(session, slug)
    return render_template(
        "board/customer.html",
        customer=found,
        turnups=queries.turnups_of(session, found),
        people=queries.people_of(session, found),
        managers=queries.account_managers(session),
        told=timeline(session, [found.stream]),
        zone=me().timezone,
    )
