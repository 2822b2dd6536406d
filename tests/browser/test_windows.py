"""The timeline of windows: dragged with the mouse, moved by keys, booked where it is let go."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from onboarding.clock import iso, parse
from onboarding.cutovers.models import Cutover
from onboarding.db import db
from onboarding.windows.models import WindowSearch
from tests.cast import PASSWORD, Cast
from tests.stories import browser as client_of
from tests.stories import customer
from tests.windows.test_pages import search

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def test_a_window_is_dragged_moved_by_keys_and_booked_there(
    app: Flask, cast: Cast, browser: Browser, served: str
) -> None:
    number = search(client_of(app, "ann"), customer("Acme", manager=cast["ann"]))
    db.session.remove()
    page = browser.new_context(base_url=served).new_page()
    page.set_default_timeout(10_000)
    page.goto("/login")
    page.fill("#email", "ann@vendor.example")
    page.fill("#password", PASSWORD)
    page.locator("main button[type=submit]").click()
    with page.expect_response(lambda answer: "/slots/" in answer.url):
        page.goto(f"/windows/{number}")
    framed = page.locator(".timeline .chosen").first
    target = page.locator('.timeline [data-slot="480"]')
    framed.hover()
    page.mouse.down()
    target.hover()
    page.mouse.up()
    expect(target).to_have_class(re.compile(r"\bchosen\b"))
    timeline = page.locator(".timeline")
    for key in ("ArrowDown", "ArrowUp", "ArrowLeft", "ArrowLeft", "ArrowRight"):
        timeline.press(key)
    found = db.session.get_one(WindowSearch, number).result[0]
    slot = 479 + found["best"][0]["slot"] % 2  # it was grabbed by its first hour
    start = parse(found["origin"]).timestamp() + slot * 1800
    choice = page.locator("#timeline-choice")
    expect(choice).to_contain_text(f"{found['price'][slot]:g} points")
    expect(choice).to_contain_text("UTC")
    db.session.remove()
    page.locator("#timeline-book button").click()
    page.wait_for_url("**/cutovers/*")
    cutover = db.session.scalars(select(Cutover)).unique().one()
    assert cutover.starts_at.timestamp() == start, iso(cutover.starts_at)
