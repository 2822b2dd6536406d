"""What reaches pages that are open and follow no stream: the stop, the end of one's session, a fault."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.opened import signed_in
from tests.cast import Cast
from tests.doors import submit
from tests.stories import browser as client_of

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
LATER = 16_000  # ms: longer than any of these pages waits before it asks again
WHY = "A provider is down"


@pytest.fixture
def page(app: Flask, cast: Cast, browser: Browser, served: str) -> Iterator[Page]:
    context = browser.new_context(base_url=served)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.clock.install()
    signed_in(page)
    yield page
    context.close()


def test_the_stop_comes_to_a_page_that_is_open_and_goes_again(app: Flask, page: Page) -> None:
    page.goto("/tickets")
    omar, band = client_of(app, "omar"), page.locator(".stop-band")
    page.fill("input[type=search]", "half a word")
    expect(band).to_have_count(0)
    assert submit(omar, "/stop", {"reason": WHY, "sure": "yes"}).status_code == 303
    page.clock.fast_forward(LATER)
    expect(band).to_contain_text(WHY)
    expect(band.get_by_role("alert")).to_contain_text("Everything is held")
    assert submit(omar, "/stop/lift", {}).status_code == 303
    page.clock.fast_forward(LATER)
    expect(band).to_have_count(0)
    expect(page.locator("input[type=search]")).to_have_value("half a word")


def test_a_page_that_asks_by_itself_never_becomes_the_page_to_sign_in(page: Page) -> None:
    page.goto("/pages")
    heading = page.locator("h1")
    title = heading.inner_text()

    def broken(route: Route) -> None:
        route.fulfill(status=500, body="<p>broken</p>", content_type="text/html")

    page.route("**/pages?*", broken)
    page.route("**/stop/band", broken)
    with page.expect_response("**/stop/band") as answered:
        page.clock.fast_forward(LATER)
    assert answered.value.status == 500
    expect(page.locator("#stop-band")).to_have_count(1)
    page.unroute_all()
    said = page.locator("#signed-out")
    expect(said).to_be_hidden()
    page.context.clear_cookies()
    page.clock.fast_forward(LATER)
    expect(said).to_be_visible()
    expect(heading).to_have_text(title)
    expect(page.locator("#pages")).to_have_count(1)
    expect(page.locator("#password")).to_have_count(0)
    said.get_by_role("link").click()
    page.wait_for_url(re.compile("/login"))
