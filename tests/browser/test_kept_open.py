"""Pages that stay open while a run goes on: what they offer, say, draw, and never lose."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from onboarding import clock
from onboarding.db import transaction
from onboarding.live import feeds
from onboarding.ramps.models import Moment, Ramp
from onboarding.rooms import jobs as rooms
from onboarding.trail.log import SYSTEM, record
from tests.browser.opened import Shown, moves, runs, signed_in, ticked
from tests.services.line import line_to

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)
SLOW = 20_000  # ms
DRAWN = """place => {
  const canvas = place.querySelector("canvas");
  const seen = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return seen.some(value => value !== 0);
}"""


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "POLL_S", 0.2)


def told(shown: Shown) -> None:
    """Something is in the trail of the cutover: open pages look again."""
    with transaction() as session:
        record(session, f"cutover:{shown.cutover}", "test.wrote", SYSTEM)


def set_run(**fields: object) -> None:
    with transaction() as session:
        for name, value in fields.items():
            setattr(session.query(Ramp).one(), name, value)


def cockpit(shown: Shown) -> Page:
    signed_in(shown.page)
    shown.page.goto(f"/cutovers/{shown.cutover}")
    return shown.page


def test_please_hold_comes_to_a_page_that_was_open_before_the_run(shown: Shown) -> None:
    page, hold = shown.page, shown.page.get_by_role("button", name="Please hold")
    runs(shown.cutover)
    set_run(state="finished")
    page.goto(f"/share/{shown.full}")
    expect(page.locator("#live")).to_have_text("Live")
    expect(hold).to_have_count(0)
    set_run(state="holding")
    moves(shown.cutover)
    expect(hold).to_have_count(1, timeout=SLOW)
    expect(page.locator(".share-jump")).to_be_visible()
    page.fill("#hold-words", "we see errors")
    set_run(share=6.0)
    moves(shown.cutover)
    expect(page.locator('[data-figure="share"]')).to_have_text("6", timeout=SLOW)
    expect(page.locator("#hold-words")).to_have_value("we see errors")


def test_a_half_written_question_outlives_the_page_being_loaded_anew(shown: Shown) -> None:
    page = shown.page
    page.goto(f"/share/{shown.full}")
    page.fill("#room textarea", "Why does it wait?")
    with page.expect_navigation():
        page.evaluate("window.turnupReload()")
    expect(page.locator("#room textarea")).to_have_value("Why does it wait?")
    expect(page.locator("#room textarea")).to_be_focused()
    page.reload()
    expect(page.locator("#room textarea")).to_have_value("")


def test_changes_are_announced_and_seconds_are_not(shown: Shown) -> None:
    runs(shown.cutover)
    page = cockpit(shown)
    said = page.locator("#announce")
    expect(page.locator("#live")).to_have_text("Live")
    first = {"run": 1, "state": "holding", "step": 1}
    set_run(figures={**first, "sentence": "Holding at 5 % for another 30 s"})
    told(shown)
    expect(page.locator("#flip-title")).to_contain_text("another 30 s", timeout=SLOW)
    expect(said).to_have_text("")
    set_run(state="held", reason="Ann asked for it")
    told(shown)
    expect(said).to_contain_text("Ann asked for it", timeout=SLOW)
    assert not re.search(r"\d s\b", said.inner_text())


def test_every_figure_of_both_arms_is_drawn(shown: Shown) -> None:
    runs(shown.cutover, ticked(1000))
    now = clock.now()
    with transaction() as session:
        ramp = session.query(Ramp).one()
        for n in range(5):
            arm = {"seconds": 5, "requests": 500 + n, "errors": n, "slow": 9, "misses": 90}
            at = now - timedelta(seconds=5 * (6 - n))
            moment = Moment(ramp_id=ramp.id, at=at, seconds=5, state="holding", step=1, share=5.0)
            moment.counted_at, moment.moved, moment.control = at, arm, arm
            moment.evidence = {"errors": 0.01}
            session.add(moment)
    page = cockpit(shown)
    for path in (f"/cutovers/{shown.cutover}", f"/cutovers/{shown.cutover}/report"):
        page.goto(path)
        for place in ("#chart", "#evidence-chart", *map("[data-quantity={}]".format, QUANTITIES)):
            expect(page.locator(f"{place} canvas")).to_have_count(1, timeout=SLOW)
            assert page.locator(place).evaluate(DRAWN), place
        for word in ("Slow", "Misses"):
            expect(page.locator(f"th:text-is('{word}')").first).to_be_attached()


QUANTITIES = ("rate", "slow", "misses")


def test_the_cockpit_pauses_and_says_so(shown: Shown) -> None:
    runs(shown.cutover)
    page = cockpit(shown)
    expect(page.locator("#live")).to_have_text("Live")
    page.locator("#pause").press("Enter")
    expect(page.locator("#live")).to_have_text(re.compile("^Paused"))
    set_run(state="held", reason="Ann asked for it")
    told(shown)
    expect(page.locator("#flip-title")).not_to_contain_text("held")
    page.locator("#pause").press("Enter")
    expect(page.locator("#pause")).to_have_text("Pause updates")
    expect(page.locator("#flip-title")).to_contain_text("held", timeout=SLOW)


def test_a_room_that_opens_comes_to_the_pages_that_were_open_and_nothing_else_moves(
    shown: Shown, browser: Browser, served: str
) -> None:
    """The cockpit, the customer's workspace, and the shared page, half written on."""

    def stays(page: Page) -> Page:
        page.set_default_timeout(10_000)
        page.evaluate("window.stays = true")
        return page

    cockpit_page = stays(cockpit(shown))
    workspace = browser.new_context(base_url=served).new_page()
    signed_in(workspace, email="cora@acme.example")
    stays(workspace)
    shared = browser.new_context(base_url=served).new_page()
    shared.goto(f"/share/{shown.full}")
    stays(shared).fill("#room-text", "Why does it")
    shared.fill("#question", "Who is on")
    shared.locator("#question").press("End")
    expect(cockpit_page.locator("#room .room-lines")).to_have_count(0)
    rooms.follow()  # a worker opens it
    expect(cockpit_page.locator("#room .room-lines")).to_be_visible(timeout=SLOW)
    expect(cockpit_page.locator("#announce")).to_have_text("The room is open.")
    expect(cockpit_page.locator(".room-live")).to_have_text("Live")
    way = workspace.get_by_role("link", name="To the room of your cutover")
    expect(way).to_be_visible(timeout=SLOW)
    expect(workspace.locator("#announce")).to_have_text("The room of your cutover is open.")
    expect(shared.locator("#room")).to_have_attribute(
        "data-opened", "The room is open.", timeout=SLOW
    )
    shared.keyboard.type(" duty?")
    expect(shared.locator("#question")).to_have_value("Who is on duty?")
    shared.locator("#room-text").press("End")
    shared.keyboard.type(" wait?")
    shared.keyboard.press("Control+Enter")
    expect(cockpit_page.locator(".room-text").last).to_have_text("Why does it wait?")
    expect(shared.locator("#question")).to_have_value("Who is on duty?")
    for page in (cockpit_page, workspace, shared):
        assert page.evaluate("window.stays"), page.url


def test_signing_out_elsewhere_reaches_the_open_cockpit_and_its_room(shown: Shown) -> None:
    page = cockpit(shown)
    expect(page.locator("#live")).to_have_text("Live")
    rooms.follow()  # a worker opens it
    page.reload()
    expect(page.locator("#room .room-lines")).to_be_visible(timeout=SLOW)
    expect(page.locator("#live")).to_have_text("Live")
    other = page.context.new_page()
    other.goto("/")
    other.evaluate("document.querySelector('form[action$=logout]').submit()")
    other.wait_for_url(re.compile("/login"))
    expect(page.locator("#live")).to_have_text(re.compile("signed out"), timeout=SLOW)
    expect(page.locator(".room-live")).to_have_text(re.compile("signed out"), timeout=SLOW)


def test_who_is_signed_out_is_told_and_led_back(shown: Shown, served: str) -> None:
    page = shown.page
    with line_to(served) as line:
        signed_in(page, line.address)
        page.goto(f"{line.address}/cutovers/{shown.cutover}?wall")
        expect(page.locator("#live")).to_have_text("Live")
        expect(page.locator("#sign-in")).to_be_hidden()
        page.context.clear_cookies()
        line.cut()
        line.mend()
        expect(page.locator("#live")).to_have_text(re.compile("signed out"), timeout=SLOW)
        page.locator("#sign-in").click()
        page.wait_for_url(re.compile("/login"))
