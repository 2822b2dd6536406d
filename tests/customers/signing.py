"""Signing up through the form, for tests of every floor that starts with a customer."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from onboarding.checklists.models import ChecklistItem
from onboarding.customers.models import Customer, Turnup
from onboarding.db import db
from tests.cast import PASSWORD
from tests.doors import submit

FORM = {
    "company": "Acme Shoes",
    "hostnames": "www.acme.example\nimg.acme.example",
    "name": "Cora Customer",
    "email": "cora@acme.example",
    "password": PASSWORD,
    "timezone": "Europe/Berlin",
}


@dataclass
class SignedUp:
    """A customer's browser, and the ids of what the sign-up made."""

    client: FlaskClient
    customer: int
    slug: str
    turnup: int

    def item(self, key: str) -> int:
        """The id of the checklist's item of that key."""
        found = select(ChecklistItem.id).where(ChecklistItem.key == key).order_by(ChecklistItem.id)
        return db.session.scalars(found).all()[-1]


def fill_in(client: FlaskClient, **changes: Any) -> TestResponse:
    """Send the form of `/signup`."""
    return submit(client, "/signup", {**FORM, **changes}, page="/signup")


def signed_up(app: Flask, **changes: Any) -> SignedUp:
    """Somebody who has just signed up in a browser of their own."""
    client = app.test_client()
    answer = fill_in(client, **changes)
    assert answer.status_code == 303, answer.text
    db.session.rollback()  # what this test has read so far was before the sign-up
    customer = db.session.scalars(select(Customer).order_by(Customer.id.desc())).first()
    turnup = db.session.scalars(select(Turnup).order_by(Turnup.id.desc())).first()
    assert customer is not None
    assert turnup is not None
    return SignedUp(client, customer.id, customer.slug, turnup.id)
