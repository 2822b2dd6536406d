"""Two people at one ticket, in two browsers, with the keyboard: they are shown each other."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from onboarding.live import feeds
from tests.cast import PASSWORD, Cast
from tests.tickets.desk import opened

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

ANSWER = ".ticket-reply textarea"


def at_the_ticket(browser: Browser, served: str, name: str, number: int) -> Page:
    page = browser.new_context(base_url=served, viewport={"width": 390, "height": 800}).new_page()
    page.set_default_timeout(10_000)
    page.goto(f"/login?next=/tickets/{number}")
    page.locator("[name=email]").fill(f"{name}@vendor.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{number}")
    expect(page.locator(".ticket-live")).to_have_text("Live")
    return page


def test_two_who_answer_at_once_are_shown_each_other(
    app: Flask, cast: Cast, browser: Browser, served: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "POLL_S", 0.2)
    number = opened("Our cache misses since noon")
    sue = at_the_ticket(browser, served, "sue", number)
    sid = at_the_ticket(browser, served, "sid", number)
    sid.keyboard.press("r")
    expect(sid.locator(ANSWER)).to_be_focused()
    sid.keyboard.type("Do not touch")
    expect(sue.locator("#ticket-here")).to_have_text("Sid Sommer is writing an answer just now.")
    expect(sid.locator("#ticket-here")).to_be_empty()

    sue.keyboard.press("r")
    sue.keyboard.type("Lower the TTL")
    sue.keyboard.press("Control+Enter")
    expect(sue.locator(".ticket-text").last).to_have_text("Lower the TTL")
    expect(sid.locator(".ticket-text").last).to_have_text("Lower the TTL")
    expect(sid.locator(ANSWER)).to_have_value("Do not touch")
    sid.keyboard.press("Control+Enter")
    expect(sid.locator("[role=alert]")).to_contain_text("Sue Santos has answered meanwhile")
    expect(sid.locator("[name=text]")).to_have_value("Do not touch")
    assert sue.evaluate("document.documentElement.scrollWidth") <= 390
