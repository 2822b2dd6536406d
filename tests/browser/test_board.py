"""The board in a browser: a turn-up moved with the mouse, and with nothing but keys."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from onboarding.customers.models import Turnup
from onboarding.db import db
from tests.board.building import go_to
from tests.cast import PASSWORD, Cast
from tests.stories import Known, customer, fresh

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture
def page(app: Flask, cast: Cast, browser: Browser, served: str) -> Page:
    """The board of ann, who is signed in."""
    shown = browser.new_context(base_url=served).new_page()
    shown.set_default_timeout(10_000)
    shown.goto("/login")
    shown.fill("#email", "ann@vendor.example")
    shown.fill("#password", PASSWORD)
    shown.locator("main button[type=submit]").click()
    shown.wait_for_url("**/")
    return shown


def live(name: str, cast: Cast) -> Known:
    known = customer(name, manager=cast["ann"])
    go_to(known.turnup, "live")
    db.session.remove()
    return known


def stage(known: Known) -> str:
    found: Turnup = fresh(Turnup, known.turnup)
    return found.stage


def test_a_card_is_dragged_to_another_column(app: Flask, cast: Cast, page: Page) -> None:
    acme = live("Acme", cast)
    page.goto("/")
    card, config = (
        page.locator(f'[data-turnup="{acme.turnup}"]'),
        page.locator("[data-stage=config]"),
    )
    card.drag_to(page.locator("[data-stage=signup]"))
    page.wait_for_load_state()
    expect(page.locator("[data-stage=signup]")).to_contain_text("Acme")
    assert stage(acme) == "signup"
    card.drag_to(config)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Say what you want to reach")
    expect(page.locator("#to")).to_have_value("config")
    assert stage(acme) == "signup", "what the stage still demands was asked for"


def test_a_turn_up_is_moved_with_keys_alone(app: Flask, cast: Cast, page: Page) -> None:
    acme = live("Acme", cast)
    page.goto("/")
    page.get_by_role("link", name="Move Acme").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/move*")
    page.locator("#to").focus()
    page.keyboard.type("Tuning")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/move" not in address)
    expect(page.locator("[data-stage=tuning]")).to_contain_text("Acme")
    assert stage(acme) == "tuning"


INSIDE = """() => {
  const list = document.querySelector("[data-menu][open] > ul").getBoundingClientRect();
  return list.left >= 0 && list.right <= document.documentElement.clientWidth;
}"""


def test_an_administrators_navigation_fits_and_is_walked_with_keys(
    app: Flask, cast: Cast, page: Page
) -> None:
    page.context.clear_cookies()
    page.goto("/login")
    page.fill("#email", "adam@vendor.example")
    page.fill("#password", PASSWORD)
    page.locator("main button[type=submit]").click()
    nav, menu = page.get_by_role("navigation", name="Main"), page.locator(".topnav summary").first
    for width in (390, 768, 1024, 1440):
        page.set_viewport_size({"width": width, "height": 700})
        for box in ("document.documentElement", "document.querySelector('.topnav')"):
            assert page.evaluate(f"{box}.scrollWidth <= {box}.clientWidth"), (width, box)
        for one in page.locator("[data-menu] > summary").all():
            one.click()
            assert page.evaluate(INSIDE), (width, one.inner_text())
            page.keyboard.press("Escape")
    outreach = nav.get_by_role("link", name="Outreach")
    expect(outreach).to_be_hidden()
    menu.focus()
    page.keyboard.press("Enter")
    expect(outreach).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(outreach).to_be_hidden()
    expect(menu).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/outreach")
    expect(menu).to_have_class("here")
