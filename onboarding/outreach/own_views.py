"""What a customer chooses for themselves: to be told at once, or after a person has looked."""

from flask import Blueprint, Response, request

from onboarding.customers.queries import customer_of
from onboarding.db import db, transaction
from onboarding.errors import NotFound
from onboarding.outreach import choosing
from onboarding.people.access import actor, me, requires
from onboarding.web.fragments import done

own_outreach = Blueprint("own_outreach", __name__)


@own_outreach.post("/workspace/outreach")
@requires("workspace.edit")
def choose() -> Response:
    customer = customer_of(db.session(), me())
    if customer is None:
        raise NotFound("You belong to no customer yet", hint="ask whoever invited you")
    automatic = request.form.get("automatic") == "1"
    with transaction() as session:
        choosing.choose(session, actor(), session.merge(customer), automatic=automatic)
    return done("/workspace#outreach")
