"""The cockpit in a browser: a whole flip with nothing but keys, and what it says without JavaScript."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from onboarding.trail.log import Actor
from tests.cast import PASSWORD, Cast
from tests.ramps.conducting import Nursery
from tests.ramps.lab import Lab, Time, book
from tests.services.programs import wait_until

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
PLAN = [(5, 600, False), (100, 0, True)]
SLOW = 40_000  # ms: a conductor takes that long to start on a busy machine


@pytest.fixture
def lab(app: Flask, cast: Cast) -> Lab:
    return Lab(book(cast["ann"], PLAN), Time(), person=Actor(f"user:{cast['omar']}", "web"))


def signed_in(context: BrowserContext) -> Page:
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto("/login")
    page.fill("#email", "omar@vendor.example")
    page.fill("#password", PASSWORD)
    page.locator("main button[type=submit]").press("Enter")
    page.wait_for_url("**/")
    return page


def press(page: Page, key: str, verb: str, says: str) -> None:
    """The verb's key, what is said before it is done, and Enter."""
    expect(page.locator(f"#verb-{verb}")).to_be_visible(timeout=SLOW)
    yes = page.locator(f"#verb-{verb} button[type=submit]")
    for patience in (2_000, 2_000, 2_000, SLOW):  # where the run moves on meanwhile it asks again
        page.keyboard.press(key)
        expect(page.locator(f"#verb-{verb} .verb-ahead")).to_contain_text(says)
        try:
            expect(yes).to_be_focused(timeout=patience)
        except AssertionError:
            continue
        break
    page.keyboard.press("Enter")


def test_a_whole_flip_with_nothing_but_keys(
    lab: Lab, browser: Browser, served: str, nursery: Nursery
) -> None:
    nursery.start()
    page = signed_in(browser.new_context(base_url=served))
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"/cutovers/{lab.cutover_id}")
    share, answer = page.locator("[data-figure=share]").first, page.locator("#flip-answer")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("Roll back")
    page.keyboard.press("f")
    expect(page.locator("#verb-start[open] .verb-facts")).to_contain_text("We have begun")
    page.keyboard.press("Escape")
    expect(page.locator("#verb-start > summary")).to_be_focused()
    assert lab.standing().state == "idle", "Escape did nothing"
    press(page, "f", "start", "Next is step 1 of 2: to 5 %, held for 10 min")
    expect(share).to_have_text("5", timeout=SLOW)
    expect(page.locator(".ladder-now")).to_contain_text("reached", timeout=SLOW)
    press(page, "h", "hold", "Traffic stays at 5 %")
    press(page, "r", "resume", "goes on from 5 %")
    expect(page.locator("#verb-hold")).to_be_visible()
    press(page, "b", "rollback", "from 5 % to 0 %")
    expect(share).to_have_text("0", timeout=SLOW)
    expect(answer).to_contain_text("Omar Okafor: rollback", timeout=SLOW)
    expect(page.locator("#flip-title .state")).to_have_text("rolled back")
    assert lab.standing().state == "rolled_back"
    assert faults == []


def test_single_keys_can_be_switched_off(lab: Lab, browser: Browser, served: str) -> None:
    page = signed_in(browser.new_context(base_url=served))
    page.goto(f"/cutovers/{lab.cutover_id}")
    page.keyboard.press("?")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("h1").click()
    page.keyboard.press("f")
    expect(page.locator("#verb-start")).not_to_have_attribute("open", "")
    page.reload()
    expect(page.locator("#keys-on")).not_to_be_checked()


def test_rolling_back_is_a_press_and_a_confirmation_without_javascript(
    lab: Lab, browser: Browser, served: str, nursery: Nursery
) -> None:
    nursery.start()
    phone = {"width": 390, "height": 844}
    page = signed_in(
        browser.new_context(base_url=served, java_script_enabled=False, viewport=phone)
    )
    page.goto(f"/cutovers/{lab.cutover_id}")
    for verb, share in (("start", 5), ("rollback", 0)):
        page.locator(f"#verb-{verb} > summary").click()
        page.locator(f"#verb-{verb} button[type=submit]").click()
        page.wait_for_url("**/cutovers/*")
        wait_until(lambda share=share: lab.ramp().share == share, f"{share} % are moved")
        page.reload()
        expect(page.locator("[data-figure=share]").first).to_have_text(str(share))
    assert lab.standing().state == "rolled_back"


def test_the_wall_shows_the_share_large_and_nothing_to_press(
    lab: Lab, browser: Browser, served: str
) -> None:
    page = signed_in(browser.new_context(base_url=served))
    page.goto(f"/cutovers/{lab.cutover_id}?wall")
    expect(page.locator(".flip-verbs").first).to_be_hidden()
    expect(page.locator(".topbar")).to_be_hidden()
    size = page.locator(".flip-figure strong").first.evaluate("e => getComputedStyle(e).fontSize")
    assert float(size.removesuffix("px")) > 150
