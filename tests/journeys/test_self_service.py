"""One customer from signup to ready to schedule, alone: nobody of the vendor does anything, and
nobody of the vendor is written to. Real DNS, TLS and HTTP for what is checked."""

import re
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from onboarding import worker
from onboarding.checklists import probe_jobs
from onboarding.checklists.models import ChecklistItem
from onboarding.checklists.probing.network import Network
from onboarding.cli.demo_people import history
from onboarding.clock import now
from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.db import db
from onboarding.outbox.models import Message
from onboarding.queues import QUEUES
from onboarding.trail.models import Entry
from tests.cast import PASSWORD, Cast
from tests.checklists.probing.conftest import EDGE, World, authority, world
from tests.services.pages import reply

__all__ = ["authority", "world"]
PATIENCE = 30_000  # ms for one page of a machine that is at work on much else
NAME, ORIGIN = "www.example.test", "origin.example.test"


class Alone:
    """The customer's browser, and the machines that work beside it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def work(self, *, probes: bool = False) -> None:
        """Workers do what waits for them, and look at what a probe is due for."""
        if probes:
            probe_jobs.sweep()
        worker.run(QUEUES, periodic=False, burst=True)

    def stage(self) -> str:
        db.session().rollback()
        return db.session().scalars(select(Turnup.stage)).one()

    def tick_what_is_asked(self) -> list[str]:
        """Follow the one next action as long as it is an item; the keys of those that a person
        had to tick, for the others were ticked by what machines saw."""
        ticked: list[str] = []
        for _ in range(40):
            self.work(probes=True)
            self.page.goto("/workspace")
            href = self.page.locator(".next-action a.btn").first.get_attribute("href") or ""
            if "#item-" not in href:
                return ticked
            key = href.partition("#item-")[2]
            item = self.page.locator(f"[id='item-{key}']")
            form = item.locator(".tick-form")
            if not form.is_visible():
                item.locator("summary").first.click()
            form.locator("textarea[name=note]").fill("Done and looked at.")
            form.locator("button[type=submit]").click()
            expect(form).to_have_count(0, timeout=PATIENCE)
            ticked.append(key)
        raise AssertionError("the checklist has no end")


@pytest.fixture
def alone(
    app: Flask,
    cast: Cast,
    world: World,
    browser: Browser,
    served: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Alone:
    """The vendor has people, an edge and a CA; the customer has a site, an origin and CAA records."""
    mine = settings().model_copy(update={"edge_hostname": EDGE, "issuing_ca": "ca.example"})
    monkeypatch.setattr("onboarding.checklists.queries.settings", lambda: mine)
    monkeypatch.setattr(Network, "of", classmethod(lambda _cls, _settings: world.network))
    world.names.publish("@", "CAA", '0 issue "ca.example"')
    old = world.site("www", "127.0.0.1")
    edge = world.site("edge", "127.0.0.2", world.authority.context(NAME, EDGE))
    world.site("origin", "127.0.0.3", world.authority.context(NAME, ORIGIN))
    old.pages["/"] = reply(body=b"hello", server="old")
    edge.pages["/"] = reply(body=b"hello, edge", x_cache="HIT")
    context = browser.new_context(base_url=served)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("dialog", lambda dialog: dialog.accept())
    return Alone(page)


def sign_up_and_confirm(alone: Alone) -> None:
    page = alone.page
    page.goto("/signup")
    for name, value in (
        ("company", "Real Roads"),
        ("hostnames", NAME),
        ("name", "Rita Road"),
        ("email", "rita@roads.example"),
        ("password", PASSWORD),
    ):
        page.fill(f"[name={name}]", value)
    page.select_option("[name=timezone]", "Europe/Rome")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/workspace*")
    letter = db.session().scalars(select(Message).where(Message.recipient == "rita@roads.example"))
    link = re.search(r"https?://[^/\s]+(/\S+)", letter.one().text)
    assert link
    page.goto(link[1])
    page.get_by_role("button", name="Confirm it").click()
    page.goto("/workspace")
    expect(page.locator("#confirm")).to_have_count(0)


def configure(alone: Alone) -> None:
    """Goals, the setup, and the configuration itself."""
    page = alone.page
    page.get_by_text("Add a goal").first.click()
    goal = page.locator("form[action$='/goals']")
    goal.locator("[name=figure]").fill("90")
    goal.locator("[name=words]").fill("Our origin should rest")
    goal.locator("button[type=submit]").click()
    expect(page.locator("#goals")).to_contain_text("Our origin should rest")
    page.get_by_role("link", name="Answer some questions about your setup").click()
    expect(page.locator("main")).to_contain_text(EDGE)
    page.fill("[name=origin_hostname]", ORIGIN)
    page.check("[name=caa_records]")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/workspace*")
    page.get_by_role("link", name="Open the configuration").click()
    page.fill("[name=name]", "main.vcl")
    page.fill("[name=text]", "vcl 4.1;")
    page.fill("[name=note]", "The first")
    page.get_by_role("button", name="Record version 1").click()
    expect(page.locator("main")).to_contain_text("vcl 4.1;")


def forecast(alone: Alone, csv: Path) -> None:
    page = alone.page
    csv.write_text(history(800, now(), seed=3, weeks=2))
    page.goto("/workspace")
    page.set_input_files("input[name=history]", csv)
    page.click("#forecast form[enctype] button[type=submit]")
    expect(page.get_by_text("A worker is making it")).to_be_visible()
    alone.work()
    page.goto("/workspace")
    expect(page.get_by_text("Peak to plan on")).to_be_visible()


def compare(alone: Alone) -> None:
    """Old and new path side by side; what differs is accepted by name."""
    page = alone.page
    page.goto("/workspace")
    page.locator("a[href$='/comparison']").first.click()
    page.fill("[name=urls]", "/")
    page.fill("[name=new_at]", EDGE)
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.get_by_text("Both paths are being asked")).to_be_visible()
    alone.work()
    page.reload()
    folds = page.locator(".compared-word details summary")
    expect(folds.first).to_be_visible()
    # the body: what a cache adds is left out by a rule; a busy machine may be slow on one path
    named = set(page.locator("tr:has(+ .compared-word) th").all_inner_texts())
    assert named - {"Latency"} == {"Body"}
    while folds.count():
        folds.first.click()
        form = page.locator(".compared-word details[open] form")
        form.locator("[name=reason]").fill("The new path is ours to name")
        with page.expect_navigation():
            form.locator("button[type=submit]").click()
    expect(page.get_by_text("No difference is open")).to_be_visible(timeout=PATIENCE)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_customer_gets_ready_to_schedule_alone(alone: Alone, cast: Cast, tmp_path: Path) -> None:
    sign_up_and_confirm(alone)
    configure(alone)
    by_hand = alone.tick_what_is_asked()
    assert alone.stage() == "forecast"
    machines = {"name-the-true-origin", "define-service", "certificates-active", "caa-allows"}
    assert machines <= seen_by_machines()
    assert "cache-rules" in by_hand
    forecast(alone, tmp_path / "traffic.csv")
    alone.work()
    assert alone.stage() == "test"
    compare(alone)
    by_hand = alone.tick_what_is_asked()
    assert "test-every-hostname" in seen_by_machines()
    assert by_hand == ["compare-old-and-new", "acceptance-tests", "rollback-triggers"]

    page = alone.page
    expect(page.locator(".next-action")).to_contain_text("Ready to schedule")
    expect(page.locator(".next-action")).to_contain_text("What is left is ours")
    db.session().rollback()
    actors = set(db.session().scalars(select(Entry.actor)))
    assert not actors & {f"user:{number}" for number in cast.ids.values()}
    told = set(db.session().scalars(select(Message.recipient)))
    assert told == {"rita@roads.example"}


def seen_by_machines() -> set[str]:
    """The keys of the items that a probe ticked."""
    query = select(ChecklistItem.key).where(
        ChecklistItem.state == "done", ChecklistItem.settled_by.is_(None)
    )
    return set(db.session().scalars(query))
