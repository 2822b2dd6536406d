"""What tests of open pages share."""

import pytest
from flask import Flask
from playwright.sync_api import Browser

from onboarding.customers.models import Turnup
from onboarding.db import transaction
from onboarding.sharing import actions
from onboarding.trail.log import Actor
from tests.browser.opened import Shown
from tests.cast import Cast
from tests.sharing.links import user_of
from tests.stories import book, customer


@pytest.fixture
def shown(app: Flask, cast: Cast, browser: Browser, served: str) -> Shown:
    acme = customer("Acme")
    number = book(cast, acme)
    with transaction() as session:
        turnup = session.get_one(Turnup, acme.turnup)
        by = Actor(f"user:{cast['ann']}", "web")
        token = actions.make_link(session, by, turnup)[1]
        full = actions.make_link(session, by, turnup, for_user=user_of(acme))[1]
    page = browser.new_context(base_url=served).new_page()
    page.set_default_timeout(10_000)
    return Shown(page, number, token, full)
