"""What is printed: a cutover's report, what the numbers say, and the checklist, without what only a screen can do."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from onboarding.reports.jobs import sweep
from tests.browser.opened import moments, signed_in
from tests.cast import Cast
from tests.customers.signing import signed_up
from tests.reports.building import way
from tests.stories import Known, book

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
#: What would be cut off on paper: boxes that hold more than they show, and what is too wide.
CUT_OFF = """() => [...document.querySelectorAll('main, main *')].filter(one => {
  const style = getComputedStyle(one);
  if (!one.getClientRects().length || style.position === 'absolute' || one.closest('svg, .u-wrap')) { return false; }
  const holds = style.overflowX !== 'visible' || style.overflowY !== 'visible';
  const hides = holds && (one.scrollHeight > one.clientHeight + 2 || one.scrollWidth > one.clientWidth + 2);
  return hides || one.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
}).map(one => one.outerHTML.slice(0, 160))"""
SEEN = """what => [...document.querySelectorAll(what)].filter(one => one.checkVisibility())
  .map(one => one.outerHTML.slice(0, 120))"""
ACTS = ".topbar, .skip-link, main button, main .btn, main input:not([type=hidden]), main textarea"


def on_paper(page: Page, path: str) -> None:
    """The page as it is printed on A4: nothing to press, nothing cut off."""
    page.goto(path)
    page.emulate_media(media="print")
    assert page.evaluate(SEEN, ACTS) == []
    assert page.evaluate(CUT_OFF) == []


def test_reports_and_checklist_print_whole_and_without_what_is_pressed(
    app: Flask, cast: Cast, browser: Browser, served: str
) -> None:
    made = signed_up(app)
    number = book(cast, Known(made.customer, made.turnup, 0, "cora@acme.example"))
    moments(number)
    page = browser.new_context(base_url=served, viewport={"width": 794, "height": 1123}).new_page()
    signed_in(page)
    on_paper(page, f"/cutovers/{number}/report")
    assert page.locator("main .u-wrap").count() >= 2, "the charts are drawn"
    expect(page.locator("#seconds table tbody tr")).to_have_count(30)
    expect(page.locator("#seconds table tbody tr").last).to_be_visible()

    for hours in range(1, 8):
        way(f"Quick{hours}", [0.5, 5 + hours / 10], manager=cast["ann"])
    sweep()
    on_paper(page, "/reports/pipeline")
    assert page.locator("main table").count() >= 4
    assert page.evaluate(SEEN, "main table tbody tr")
    page.goto("/reports")
    expect(page.locator("main .reports-figures").first).to_be_visible()
    on_paper(page, "/reports")

    on_paper(page, f"/turnups/{made.turnup}")
    titles = page.locator(".stage-items > .items > .item .item-title")
    assert titles.count() > 10
    assert all(one.is_visible() for one in titles.all()), "of every stage, folded or not"
