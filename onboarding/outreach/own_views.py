"""What a customer chooses for themselves: to be told at once, or after a person has looked."""

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import Session

from onboarding.customers.models import Customer
from onboarding.customers.queries import customer_of
from onboarding.db import db, transaction
from onboarding.errors import NotFound
from onboarding.outreach import choosing, queries
from onboarding.people.access import actor, me, requires
from onboarding.people.models import User
from onboarding.web.fragments import done
from onboarding.web.language import first_known, speaking

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


def own_card(session: Session, customer: Customer, user: User) -> Markup:
    """The choice, and what they were told, in the language in which they are written to: that of
    `user`'s profile, else the one chosen for the customer."""
    setting = queries.setting_of(session, customer.id)
    with speaking(first_known(*user.languages) or setting.language or "en") as code:
        card = render_template(
            "outreach/_own.html",
            lang=code,
            told_at_once=setting.automatic,
            told=queries.told_to(session, customer.id),
        )
    return Markup(card)  # noqa: S704  it was escaped where it was rendered
