"""One customer, from signup to tuning, in a browser, by everybody it takes, on real traffic."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from onboarding.cli.demo_people import history
from onboarding.clock import now
from tests.journeys.edge import Edge, running_edge
from tests.journeys.running import Running, running
from tests.services.haproxy import HAProxies
from tests.services.ports import Ports
from tests.services.programs import wait_until

PLAN = ((5, 4, False), (25, 4, False), (50, 4, True), (100, 4, True))
STAGE = "SELECT stage FROM turnups WHERE id = :n"


class People:
    """Each person has a browser of their own."""

    def __init__(self, browser: Browser, turnup: Running) -> None:
        self.browser, self.turnup = browser, turnup
        self.pages: dict[str, Page] = {}

    def __call__(self, first: str) -> Page:
        """The page of somebody at the vendor, signed in."""
        if first not in self.pages:
            page = self.stranger()
            page.goto(f"{self.turnup.base}/login")
            page.fill("#email", f"{first}@vendor.example")
            page.fill("#password", self.turnup.password)
            page.click("main button[type=submit]")
            self.pages[first] = page
        return self.pages[first]

    def stranger(self) -> Page:
        """A page of somebody who has not signed in; what is asked is answered with yes."""
        page = self.browser.new_context(base_url=self.turnup.base).new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        return page


def sign_up(page: Page) -> None:
    page.goto("/signup")
    page.fill("[name=company]", "Real Roads")
    page.fill("[name=hostnames]", "www.roads.example")
    page.fill("[name=name]", "Rita Road")
    page.fill("[name=email]", "rita@roads.example")
    page.fill("[name=password]", "correct horse battery")
    page.select_option("[name=timezone]", "Europe/Rome")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/workspace*")
    page.get_by_text("Add a goal").first.click()
    goal = page.locator("form[action$='/goals']")
    goal.locator("[name=figure]").fill("90")
    goal.locator("[name=words]").fill("Our origin should rest")
    goal.locator("button[type=submit]").click()
    expect(page.locator("#goals")).to_contain_text("Our origin should rest")


def confirm(page: Page, turnup: Running) -> None:
    """Without a mail server the link stands on the console of whoever ran `turnup up`."""
    console, link = turnup.home / "up.log", re.compile(r"http://\S+/confirm/\S+")
    wait_until(lambda: link.search(console.read_text()), "the link is on the console", 30)
    found = link.search(console.read_text())
    assert found
    page.goto(found[0])
    page.get_by_role("button", name="Confirm it").click()
    page.goto("/workspace")
    expect(page.locator("#confirm")).to_have_count(0)


def tick_what_is_asked(page: Page) -> None:
    """Follow the one next action of the workspace as long as it is an item of the checklist."""
    for _ in range(80):
        page.goto("/workspace")
        button = page.locator(".next-action a.btn")
        if not button.count():
            continue  # nothing is open: the follower is about to move the turn-up on
        href = button.first.get_attribute("href") or ""
        if "#item-" not in href:
            return
        item = page.locator(f"[id='{href.split('#')[1]}']")
        form = item.locator(".tick-form")
        if not form.is_visible():
            item.locator("summary").first.click()
        form.locator("textarea[name=note]").fill("Done and looked at.")
        if form.locator("[name=link]").count():
            form.locator("[name=link]").fill("https://docs.roads.example/")
        form.locator("button[type=submit]").click()
        expect(form).to_have_count(0)
    raise AssertionError("the checklist has no end")


def until_stage(turnup: Running, number: int, stage: str) -> None:
    """A follower of the trail moves the turn-up on by itself."""
    wait_until(lambda: turnup.rows(STAGE, n=number)[0][0] == stage, f"it is in {stage}", 30)


def forecast(page: Page, people: People, turnup: Running, number: int, csv: Path) -> None:
    csv.write_text(history(800, now(), seed=3))
    page.goto("/workspace")
    page.set_input_files("input[name=history]", csv)
    page.click("#forecast form[enctype] button[type=submit]")
    confirm = page.locator("form[action*='history'] button[type=submit]")
    if page.get_by_text("Peak to plan on").count() == 0 and "/workspace" not in page.url:
        confirm.first.click()  # what was found in the file is shown, and agreed to
    expect(page.get_by_text("Peak to plan on")).to_be_visible(timeout=60_000)
    for first in ("omar", "nina"):
        people(first).goto(f"/turnups/{number}#forecast")
        people(first).locator("form[action$='/sign'] button").click()
    until_stage(turnup, number, "test")


def book(people: People, edge: Edge, number: int) -> int:
    """Operations book and wire the cutover to the customer's real HAProxy."""
    page = people("adam")
    page.goto(f"/turnups/{number}/cutovers/new")
    start = page.locator("#starts_at")
    start.fill(page.evaluate("new Date(Date.now()).toISOString().slice(0, 16)"))
    page.fill("#ends_at", page.evaluate("new Date(Date.now() + 9e6).toISOString().slice(0, 16)"))
    for name in ("share", "hold", "unit", "limit"):
        fields = page.locator(f"[name={name}]")
        for row in range(fields.count()):
            share, hold, _go = PLAN[row] if row < len(PLAN) else ("", "", False)
            if name == "unit":
                fields.nth(row).select_option("s")
            else:
                fields.nth(row).fill(str({"share": share, "hold": hold, "limit": ""}[name]))
    for row, (_share, _hold, go) in enumerate(PLAN):
        page.locator("[name=go_by]").nth(row).select_option("anyone" if go else "")
    for name in ("switch", "metrics"):
        page.select_option(f"#{name}", "haproxy")
        page.fill(f"#{name}_config", json.dumps(edge.config))
    page.get_by_role("button", name="Book the cutover").click()
    page.wait_for_url("**/cutovers/*")
    return int(page.url.rstrip("/").split("/")[-1])


def stand_by(people: People, turnup: Running, cutover: int) -> None:
    """A worker finds people; each accepts, reports on station and gives their team's word."""
    people("ann").goto(f"/cutovers/{cutover}")
    people("ann").get_by_role("button", name="Find people").click()
    solved = "SELECT count(*) FROM rosters WHERE cutover_id = :n AND state = 'solved'"
    wait_until(lambda: turnup.rows(solved, n=cutover)[0][0] == 1, "the roster is solved", 60)
    seats = """SELECT u.email FROM seats s JOIN rosters r ON r.id = s.roster_id
               JOIN users u ON u.id = s.user_id WHERE r.cutover_id = :n AND s.role = 'primary'"""
    for (email,) in turnup.rows(seats, n=cutover):
        page = people(email.split("@")[0])
        page.goto("/standby")
        duty = page.locator("section", has=page.locator(f"a[href='/cutovers/{cutover}']"))
        duty.get_by_role("button", name="Accept").click()
        duty.get_by_role("button", name="I am on station").click()
        expect(duty.get_by_role("button", name="I am on station")).to_have_count(0)
    for first in ("sue", "omar", "nina", "eve"):  # Adam booked it and has no vote
        people(first).goto(f"/cutovers/{cutover}")
        people(first).locator("button[name=vote][value=go]").click()
    ops = people("omar")
    ops.goto(f"/cutovers/{cutover}")
    ops.get_by_role("button", name="Prove the roll-back").click()
    proved = "SELECT count(*) FROM proofs WHERE state = 'done' AND rollback_fault = ''"
    wait_until(lambda: turnup.rows(proved)[0][0] == 1, "the roll-back is proved", 30)
    voted = "SELECT count(DISTINCT team) FROM votes WHERE cutover_id = :n"
    wait_until(lambda: turnup.rows(voted, n=cutover)[0][0] == 4, "every team has voted", 30)


def confirmed(page: Page, verb: str) -> None:
    """Press a verb of the cockpit and say yes; where the run moves on in between it asks again."""
    yes = page.locator(f"#verb-{verb} button[type=submit]")
    for patience in (3_000, 3_000, 3_000, 30_000):
        if not yes.is_visible():
            page.locator(f"#verb-{verb} > summary").click()
        try:
            yes.click(timeout=patience)
        except TimeoutError:
            continue
        return
    pytest.fail(f"{verb} could not be confirmed")


def flip(people: People, customer: Page, turnup: Running, edge: Edge, cutover: int) -> None:
    """Start, hold, resume, go, go; the backends count what the page says."""
    page = people("omar")
    page.goto(f"/cutovers/{cutover}")
    confirmed(page, "start")
    expect(page.locator("[data-figure=share]").first).to_have_text("25", timeout=60_000)
    confirmed(page, "hold")
    expect(page.locator("#verb-resume")).to_be_visible(timeout=15_000)
    assert edge.share(400) == pytest.approx(25, abs=3)
    expect(customer.locator("[data-figure=share]")).to_have_text("25")
    confirmed(page, "resume")
    for share in ("50", "100"):
        # the page still offers the go before until it has heard of the step
        expect(page.locator("#verb-go > summary")).to_contain_text(f"to {share} %", timeout=60_000)
        confirmed(page, "go")
        expect(page.locator("[data-figure=share]").first).to_have_text(share, timeout=30_000)
        assert edge.share(400) == pytest.approx(float(share), abs=3)
    expect(customer.get_by_text("Done", exact=True)).to_be_visible(timeout=60_000)


@pytest.fixture(params=["sqlite", "postgresql"])
def turnup(request: pytest.FixtureRequest, tmp_path: Path, free_port: Ports) -> Iterator[Running]:
    """Everything running, on nothing but itself or on real servers."""
    servers = {}
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres_server")
        servers["DATABASE_URL"] = postgres.new_database()
        servers["REDIS_URL"] = request.getfixturevalue("empty_redis")
    with running(tmp_path, free_port(), **servers) as found:
        yield found


@pytest.mark.timeout(900)
def test_one_customer_from_signup_to_tuning(
    turnup: Running, browser: Browser, haproxy: HAProxies, free_port: Ports, tmp_path: Path
) -> None:
    people = People(browser, turnup)
    with running_edge(haproxy, free_port, tmp_path, rate=300) as edge:
        rita = people.stranger()
        sign_up(rita)
        confirm(rita, turnup)
        number = turnup.rows("SELECT max(id) FROM turnups")[0][0]
        tick_what_is_asked(rita)  # of signup, and then of configuration
        until_stage(turnup, number, "forecast")
        forecast(rita, people, turnup, number, tmp_path / "traffic.csv")
        tick_what_is_asked(rita)
        cutover = book(people, edge, number)
        until_stage(turnup, number, "scheduled")
        stand_by(people, turnup, cutover)
        share = share_with_the_customer(people, number)
        customer = people.stranger()
        customer.goto(share)
        flip(people, customer, turnup, edge, cutover)
        until_stage(turnup, number, "live")
        people("ann").goto(f"/turnups/{number}")
        people("ann").locator("form[action$='/advance'] button").click()
        until_stage(turnup, number, "tuning")


def share_with_the_customer(people: People, number: int) -> str:
    """The account manager makes a link; its address."""
    page = people("ann")
    page.goto(f"/turnups/{number}")
    page.locator("form[action$='/links'] button").click()
    return page.locator("input[readonly]").input_value()
