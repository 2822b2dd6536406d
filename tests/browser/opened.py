"""A customer's page and the cockpit, open in a browser while a run goes on."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from onboarding import clock
from onboarding.db import transaction
from onboarding.posts import jobs as posts
from onboarding.ramps.models import Moment, Ramp
from onboarding.trail.log import SYSTEM, record
from tests.cast import PASSWORD


@dataclass
class Shown:
    """The page of a customer whose cutover is booked; `open()` it. `full` is the token of a link
    that is for the customer's own person."""

    page: Page
    cutover: int
    token: str
    full: str

    def open(self, at: str = "") -> None:
        self.page.goto(f"{at}/share/{self.token}")


def runs(cutover: int, figures: dict[str, Any] | None = None) -> None:
    """A run that holds at 5 %, with what its conductor ticked last."""
    now = clock.now()
    with transaction() as session:
        run = Ramp(cutover_id=cutover, run=1, state="holding", step=1, share=5.0)
        run.target_share, run.read_at, run.since, run.started_at = 5.0, now, now, now
        run.lease_until = now + timedelta(seconds=14)
        run.figures = figures or {}
        session.add(run)


def moments(number: int) -> None:
    """Some seconds of the run are kept."""
    runs(number)
    now, arm = clock.now(), {"seconds": 1, "requests": 500, "errors": 2, "slow": 3, "misses": 40}
    with transaction() as session:
        ramp = session.query(Ramp).one()
        for n in range(30):
            at = now - timedelta(seconds=30 - n)
            seen = Moment(ramp_id=ramp.id, at=at, seconds=1, state="holding", step=1, share=5.0)
            seen.moved, seen.control, seen.counted_at = arm, dict(arm, errors=1), at
            seen.evidence = {"errors": 0.2}
            session.add(seen)


def ticked(requests: int) -> dict[str, Any]:
    """A tick as the conductor writes it down."""
    arm = {"requests": requests, "errors": 1, "slow": 5, "misses": 20, "seconds": 10}
    found = {"at": clock.iso(clock.now()), "share": 5.0, "target": 5.0, "state": "holding"}
    signals = [{"signal": "errors", "evidence": 0.01, "verdict": "quiet", "sentence": ""}]
    return {**found, "moved": arm, "control": dict(arm, requests=9000), "signals": signals}


def signed_in(page: Page, at: str = "", email: str = "ann@vendor.example") -> None:
    page.goto(f"{at}/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda reached: not reached.endswith("/login"))


def block(page: Page) -> None:
    """No stream comes through, and the page's clock is ours."""
    page.route(
        re.compile("/events"), lambda r: r.continue_() if "once=" in r.request.url else r.abort()
    )
    page.clock.install()


def moves(number: int) -> None:
    with transaction() as session:
        record(session, f"cutover:{number}", "ramp.share", SYSTEM, {"share": 5.0})
    posts.follow()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(200):
        if page.evaluate("s => document.activeElement.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} cannot be reached by Tab")
