"""Every page that links lead to, by role and on the customer's shared page: axe finds nothing in
light or dark, nothing scrolls sideways on a phone or a desk, nothing moves for whoever wants it still,
and nothing breaks in the console."""

from importlib.resources import files
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.crawling import crawl, telling
from tests.browser.furnished import furnish
from tests.cast import PASSWORD
from tests.doors import sign_in

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RUN = "rules => axe.run(document, {resultTypes: ['violations'], ...rules})"
#: What may differ between light on a desk and dark on a phone; everything else is asked once.
SEEN_ONLY = {"runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"]}
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: Everything is unfolded; of rows that are built alike and differ in words, one of each list stays.
#: All but menus: they lie over the page, one at a time, and close when it is used.
UNFOLD = """() => {
  document.querySelectorAll('details:not(.verb, [data-menu])').forEach(one => { one.open = true; });
  document.querySelectorAll('ul, ol, tbody').forEach(list => {
    const known = new Set();
    for (const row of [...list.children]) {
      const built = row.outerHTML.replace(/>[^<]*</g, '><').replace(/ (?!class=)[\\w:-]+="[^"]*"/g, '');
      if (known.has(built)) { row.remove(); }
      known.add(built);
    }
  });
}"""
#: What would move although its reader has asked for stillness.
MOVES = """() => [...document.querySelectorAll('*')].filter(one => {
  const style = getComputedStyle(one);
  const lasts = (style.transitionDuration + ',' + style.animationDuration).split(',').some(s => parseFloat(s) > 0);
  return lasts || style.scrollBehavior === 'smooth';
}).map(one => one.outerHTML.slice(0, 80)).slice(0, 3)"""
WALL = ("", "?wall")
OUTSIDE = ("/login", "/signup", "/guide")
#: Most first: a page whose every shape was seen before is not looked at again.
ROLES = ("admin", "account_manager", "support", "ops", "engineering", "customer")


@pytest.mark.timeout(900)  # a minute and a half where nothing else runs
def test_nothing_is_wrong_on_any_page(app: Flask, browser: Browser, served: str) -> None:
    house = furnish()
    known: set[str] = set()
    wrong: list[str] = []
    for role in (*ROLES, "nobody"):
        client = app.test_client()
        flips = [f"/cutovers/{n}{wall}" for n in (house.running, house.cutover) for wall in WALL]
        sure = [*flips, f"/turnups/{house.live}", "/tickets/promises"] if role == "admin" else []
        starts = ("/", "/style", *sure) if role == "admin" else ("/",)
        if role == "nobody":
            starts = (*OUTSIDE, *house.shared)
        else:
            sign_in(client, house.people[role])
        chosen = telling(crawl(app, client, starts, alike=2 if role == "admin" else 1), known)
        chosen += [path for path in sure if path not in chosen]
        context = browser.new_context(base_url=served, reduced_motion="reduce")
        page = listened_to(context, wrong)
        if role != "nobody":
            let_in(page, house.people[role])
        for path in chosen:
            page.goto(path)
            wrong += [f"{role} {path} {found}" for found in faults(page)]
        if role == "admin":  # what is shown once, after a press
            page.goto(f"/cutovers/{house.cutover}/edit")
            page.click("form[action$='/push-token'] button")
            wrong += [f"{role} {page.url} {found}" for found in faults(page)]
        context.close()
    assert len(known) > 300, "it looked at hardly anything"
    assert not wrong, "\n".join(wrong)


def listened_to(context: BrowserContext, wrong: list[str]) -> Page:
    """A page whose console adds to `wrong`."""
    page = context.new_page()

    def heard(said: ConsoleMessage) -> None:
        if said.type == "error":
            wrong.append(f"{page.url}: {said.text}")

    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on("console", heard)
    return page


def let_in(page: Page, email: str) -> None:
    page.goto("/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()


def faults(page: Page) -> list[str]:
    """What axe finds on the page with everything unfolded, and where it is too wide."""
    page.evaluate(UNFOLD)
    page.evaluate(AXE)
    found = [f"moves: {one}" for one in page.evaluate(MOVES)]
    for scheme, width, rules in (("light", 1440, {}), ("dark", 390, SEEN_ONLY)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate(SIDEWAYS) > 0:
            found.append(f"scrolls sideways at {width}")
        answer: dict[str, Any] = page.evaluate(RUN, rules)
        for rule in answer["violations"]:
            places = [node["html"][:120] for node in rule["nodes"][:3]]
            found.append(f"{scheme}: {rule['id']}: {places}")
    return found
