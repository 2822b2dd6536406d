"""Links to a customer's page, made by Ann."""

from typing import Any

from sqlalchemy import select

from onboarding.customers.models import Turnup
from onboarding.db import db, transaction
from onboarding.people.models import User
from onboarding.sharing.actions import make_link
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.stories import Known


def path_of(cast: Cast, known: Known, **locks: Any) -> str:
    """The path of a link that only shows."""
    with transaction() as session:
        turnup = session.get_one(Turnup, known.turnup)
        by = Actor(f"user:{cast['ann']}", "web")
        return f"/share/{make_link(session, by, turnup, **locks)[1]}"


def full_path_of(cast: Cast, known: Known, **locks: Any) -> str:
    """The path of a link for the customer's own person."""
    return path_of(cast, known, for_user=user_of(known), **locks)


def user_of(known: Known) -> int:
    return db.session().scalars(select(User.id).where(User.email == known.email)).one()
