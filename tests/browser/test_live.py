"""The customer's page in a browser: it moves by its stream, and by asking where streams are blocked."""

import re
from dataclasses import dataclass

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from onboarding.customers.models import Turnup
from onboarding.db import transaction
from onboarding.live import feeds
from onboarding.posts import jobs as posts
from onboarding.sharing import actions
from onboarding.trail.log import SYSTEM, Actor, record
from tests.cast import Cast
from tests.stories import book, customer


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "POLL_S", 0.2)


@dataclass
class Shown:
    """The page of a customer whose cutover is booked; `open()` it."""

    page: Page
    cutover: int
    token: str

    def open(self) -> None:
        self.page.goto(f"/share/{self.token}")


@pytest.fixture
def shown(app: Flask, cast: Cast, browser: Browser, served: str) -> Shown:
    acme = customer("Acme")
    number = book(cast, acme)
    with transaction() as session:
        turnup = session.get_one(Turnup, acme.turnup)
        token = actions.make_link(session, Actor(f"user:{cast['ann']}", "web"), turnup)[1]
    page = browser.new_context(base_url=served).new_page()
    page.set_default_timeout(10_000)
    return Shown(page, number, token)


def moves(number: int) -> None:
    with transaction() as session:
        record(session, f"cutover:{number}", "ramp.share", SYSTEM, {"share": 5.0})
    posts.follow()


def test_it_moves_by_its_stream(shown: Shown) -> None:
    shown.open()
    expect(shown.page.locator("#live")).to_have_text("Live")
    moves(shown.cutover)
    expect(shown.page.locator("#panel")).to_contain_text("5 % of your traffic is on the new path")


def test_where_streams_are_blocked_it_asks_and_still_moves(shown: Shown) -> None:
    def block(route: Route) -> None:
        route.continue_() if "once=" in route.request.url else route.abort()

    page = shown.page
    page.route(re.compile("/events"), block)
    page.clock.install()
    shown.open()
    page.clock.run_for(25_000)
    moves(shown.cutover)
    page.clock.run_for(5_000)
    expect(page.locator("#panel")).to_contain_text("5 % of your traffic is on the new path")
    expect(page.locator("#live")).to_have_text("Live")
