"""A room in two browsers: each sees what the other says, with the keyboard alone."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from onboarding.live import feeds
from onboarding.rooms import jobs
from tests.browser.opened import tab_to
from tests.cast import PASSWORD, Cast
from tests.rooms.talking import room_of
from tests.stories import book, customer

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "POLL_S", 0.2)


def signed_in(browser: Browser, served: str, email: str, path: str) -> Page:
    page = browser.new_context(base_url=served).new_page()
    page.set_default_timeout(10_000)
    page.goto(f"/login?next={path}")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{path}")
    expect(page.locator(".room-live")).to_have_text("Live")
    return page


def test_two_see_each_others_lines_with_the_keyboard_alone(
    app: Flask, cast: Cast, browser: Browser, served: str
) -> None:
    number = book(cast, customer("Acme", manager=cast["ann"]))
    jobs.follow()
    path = f"/rooms/{room_of(f'cutover:{number}').id}"
    sue = signed_in(browser, served, "sue@vendor.example", path)
    cora = signed_in(browser, served, "cora@acme.example", path)
    for page, text in ((sue, "Shall we begin?"), (cora, "We are <ready>")):
        tab_to(page, "#room-text")
        page.keyboard.type(text)
        page.keyboard.press("Control+Enter")
        for other in (sue, cora):
            expect(other.locator(".room-text").last).to_have_text(text)
        expect(page.locator("#room-text")).to_be_focused()
        expect(page.locator("#room-text")).to_have_value("")

    sue.reload()
    tab_to(sue, "li:last-child .room-keep summary")
    sue.keyboard.press("Enter")
    tab_to(sue, "li:last-child .room-keep a[href$='take-back']")
    sue.keyboard.press("Enter")
    sue.wait_for_url("**/take-back")
    tab_to(sue, "#why")
    sue.keyboard.type("Wrong room")
    tab_to(sue, "button.btn-danger")
    sue.keyboard.press("Enter")
    note = "Taken back by Sue · support: Wrong room"
    expect(cora.locator(".room-line").last).to_contain_text(note)  # nobody reloaded there
    expect(cora.locator(".room-lines")).not_to_contain_text("We are")
