"""Charts and the width of the page that they are on."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from tests.browser.opened import moments, signed_in
from tests.cast import Cast
from tests.stories import book, customer

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

WIDE = "document.documentElement.scrollWidth"
#: No listener of the page hears of a new width until the document is told to let it: as in the moment
#: between a turned phone and the next frame.
UNHEARD = "addEventListener('resize', e => { if (window.unheard) { e.stopImmediatePropagation(); } }, true)"


def test_a_report_on_a_turned_phone_is_never_wider_than_the_phone(
    app: Flask, cast: Cast, browser: Browser, served: str
) -> None:
    number = book(cast, customer("Acme"))
    moments(number)
    page = browser.new_context(base_url=served, viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(UNHEARD)
    signed_in(page)
    page.goto(f"/cutovers/{number}/report")
    drawn = page.locator("#chart canvas")
    expect(drawn).to_have_js_property(
        "clientWidth", page.locator("#chart").evaluate("e => e.clientWidth")
    )
    page.evaluate("window.unheard = true")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("html")).to_have_js_property("clientWidth", 390)
    assert drawn.evaluate("e => e.clientWidth") > 390, "not drawn anew yet"
    assert page.evaluate(WIDE) == 390
    page.evaluate("window.unheard = false; dispatchEvent(new Event('resize'))")
    expect(drawn).to_have_js_property(
        "clientWidth", page.locator("#chart").evaluate("e => e.clientWidth")
    )
    assert page.evaluate(WIDE) == 390
