"""The customer's page in a browser: it moves by its stream, and by asking where streams are blocked."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from onboarding import clock
from onboarding.db import transaction
from onboarding.live import feeds
from onboarding.ramps.models import Ramp
from onboarding.sharing import actions
from onboarding.sharing.models import ShareLink
from onboarding.trail.log import Actor
from tests.browser.opened import Shown, block, moves, runs, signed_in, ticked
from tests.cast import Cast
from tests.services.line import Line, line_to

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

LOST = re.compile(r"Connection lost: last seen (\d+) s ago")


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "POLL_S", 0.2)


def test_it_moves_by_its_stream(shown: Shown) -> None:
    shown.open()
    expect(shown.page.locator("#live")).to_have_text("Live")
    moves(shown.cutover)
    expect(shown.page.locator("#panel")).to_contain_text("5 % of your traffic is on the new path")


def test_where_streams_are_blocked_figures_come_too_and_no_page_is_green_without(
    shown: Shown,
) -> None:
    runs(shown.cutover, ticked(1000))
    page = shown.page
    block(page)
    shown.open()
    page.clock.run_for(25_000)
    expect(page.locator('[data-figure="moved.rate"]')).to_have_text("100")
    signed_in(page)
    page.goto(f"/cutovers/{shown.cutover}")
    page.clock.run_for(25_000)
    expect(page.locator('[data-figure="moved.rate"]')).to_have_text("100")
    expect(page.locator("#live")).to_have_text(re.compile("the newest figures are .* s old"))


def test_a_conductor_that_was_dead_before_the_cockpit_opened_is_not_called_live(
    shown: Shown,
) -> None:
    runs(shown.cutover)
    page = shown.page
    signed_in(page)
    page.clock.install()
    page.goto(f"/cutovers/{shown.cutover}")
    page.clock.run_for(2_000)
    expect(page.locator("#live")).to_have_text("Live")
    page.clock.run_for(11_000)
    expect(page.locator("#live")).to_have_text(re.compile("no figures have come for 1[1-4] s"))


def test_where_streams_are_blocked_it_asks_and_still_moves(shown: Shown) -> None:
    page = shown.page
    block(page)
    shown.open()
    page.clock.run_for(25_000)
    moves(shown.cutover)
    page.clock.run_for(5_000)
    expect(page.locator("#panel")).to_contain_text("5 % of your traffic is on the new path")
    expect(page.locator("#live")).to_have_text("Live")


def seconds_said(page: Page) -> int:
    found = LOST.search(page.locator("#live").inner_text())
    assert found
    return int(found[1])


def lose_and_find(page: Page, line: Line, cutover: int, shows: str) -> None:
    """Cut the line under an open page: it says so long before silence would tell, and counts; what
    happened meanwhile is there as soon as the line is back."""
    expect(page.locator("#live")).to_have_text("Live")
    line.cut()
    expect(page.locator("#live")).to_have_text(LOST, timeout=5_000)
    first = seconds_said(page)
    moves(cutover)
    later = "|".join(str(first + more) for more in range(2, 9))
    expect(page.locator("#live")).to_have_text(re.compile(rf"last seen ({later}) s ago"))
    line.mend()
    expect(page.locator("#live")).to_have_text("Live")
    expect(page.locator(shows)).to_contain_text("5 %")


def test_a_lost_line_is_said_at_once_counts_up_and_costs_nothing(shown: Shown, served: str) -> None:
    with line_to(served) as line:
        shown.open(line.address)
        lose_and_find(shown.page, line, shown.cutover, "#panel .share-posts")


def test_a_dead_line_that_nobody_reports_is_noticed_and_replaced(shown: Shown, served: str) -> None:
    page = shown.page
    with line_to(served) as line:
        page.clock.install()
        shown.open(line.address)
        page.clock.run_for(1_100)
        expect(page.locator("#live")).to_have_text("Live")
        line.freeze()
        page.clock.run_for(14_000)
        expect(page.locator("#live")).to_have_text(LOST)
        line.mend()
        moves(shown.cutover)
        page.clock.run_for(15_000)
        expect(page.locator("#panel")).to_contain_text("5 % of your traffic is on the new path")
        # as nobody makes figures here, the page is live or misses them, by when it heard of the step
        expect(page.locator("#live")).to_have_attribute("data-state", re.compile("^(on|stale)$"))


def test_the_cockpit_too_says_at_once_that_its_line_is_lost(shown: Shown, served: str) -> None:
    page = shown.page
    with line_to(served) as line:
        signed_in(page, line.address)
        page.goto(f"{line.address}/cutovers/{shown.cutover}")
        lose_and_find(page, line, shown.cutover, "main")


HIDE = """hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_tabs_that_nobody_sees_leave_their_lines_to_those_that_are_read(shown: Shown) -> None:
    """A browser has six to a place over HTTP/1.1: without this the seventh tab never comes."""
    context, first = shown.page.context, shown.page
    first.clock.install()
    tabs = [first, *(context.new_page() for _ in range(5))]
    for tab in tabs:
        tab.goto(f"/share/{shown.token}")
        tab.clock.run_for(1_100)
        expect(tab.locator("#live")).to_have_text("Live")
    for tab in tabs:
        tab.evaluate(HIDE, True)
    first.clock.run_for(11_000)
    seventh = context.new_page()
    seventh.goto(f"/share/{shown.token}", timeout=15_000)
    moves(shown.cutover)
    expect(seventh.locator("#panel")).to_contain_text("5 % of your traffic is on the new path")
    first.evaluate(HIDE, False)
    expect(first.locator("#panel")).to_contain_text("5 % of your traffic is on the new path")
    first.clock.run_for(1_100)
    expect(first.locator("#live")).to_have_attribute("data-state", re.compile("^(on|stale)$"))


def test_a_revoked_link_is_said_on_the_open_page_also_where_it_asks(
    shown: Shown, cast: Cast
) -> None:
    page = shown.page
    block(page)
    shown.open()
    page.clock.run_for(25_000)
    with transaction() as session:
        actions.revoke(
            session,
            Actor(f"user:{cast['ann']}", "web"),
            session.scalars(select(ShareLink.id).order_by(ShareLink.id)).first(),
        )
    for _ in range(30):  # it asks every five seconds, and an answer takes its time
        page.clock.run_for(5_000)
        if "does not work" in page.locator("#live").inner_text():
            break
        page.wait_for_timeout(500)
    expect(page.locator("#live")).to_have_text("This link does not work any more.")


def test_a_reader_elsewhere_sees_their_own_clock_too(
    shown: Shown, browser: Browser, served: str
) -> None:
    context = browser.new_context(base_url=served, timezone_id="Asia/Tokyo", locale="en-GB")
    page = context.new_page()
    page.goto(f"/share/{shown.token}")
    expect(page.locator("[data-own-zone]")).to_contain_text("(Asia/Tokyo)")
    expect(page.locator("[data-countdown]")).to_have_text(re.compile("^in 2[34] hours$"))
    page.goto(f"/share/{shown.token}?lang=ja")
    expect(page.locator("[data-countdown]")).to_have_text(re.compile("^2[34] 時間後$"))
    expect(page.locator("#live")).to_have_text("ライブ")
    at_home = browser.new_context(base_url=served, timezone_id="Europe/Berlin").new_page()
    at_home.goto(f"/share/{shown.token}")
    expect(at_home.locator("#live")).to_have_text("Live")
    expect(at_home.locator("[data-own-zone]")).to_be_hidden()


def test_a_page_without_figures_does_not_look_healthy(shown: Shown) -> None:
    runs(shown.cutover)
    page = shown.page
    page.clock.install()
    shown.open()
    page.clock.run_for(2_000)
    expect(page.locator("#live")).to_have_text("Live")
    expect(page.locator("[data-age]")).to_have_text(re.compile(r"^\d+ s old$"))
    page.clock.run_for(14_500)
    expect(page.locator("#live")).to_have_text("Connected, but no figures come in.")
    with transaction() as session:
        session.query(Ramp).one().lease_until = clock.now()
    expect(page.locator("#live")).to_have_text(
        "Connected, but our program that watches the ramp is silent: what you see may be old."
    )


def test_who_reads_slowly_pauses_the_page_and_loses_nothing(shown: Shown) -> None:
    page, panel = shown.page, shown.page.locator("#panel")
    shown.open()
    expect(page.locator("#live")).to_have_text("Live")
    page.locator("#pause").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_have_text(re.compile("^Paused"))
    with page.expect_event("console", lambda said: said.text == "seen"):
        page.evaluate(
            """() => new Promise((connected) => {
              const source = new EventSource(document.getElementById("main").dataset.events);
              source.addEventListener("page", () => { source.close(); console.log("seen"); });
              source.addEventListener("open", connected);
            })"""
        )
        moves(shown.cutover)
    expect(panel).not_to_contain_text("5 % of your traffic is on the new path")
    page.keyboard.press("Enter")
    expect(panel).to_contain_text("5 % of your traffic is on the new path")
    expect(page.locator("#live")).to_have_text("Live")
