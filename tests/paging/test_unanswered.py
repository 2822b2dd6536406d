"""A page that nobody answers is in sight, and calls on, until somebody does."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from onboarding import clock
from onboarding.db import db
from onboarding.paging import jobs
from onboarding.paging.models import Call, Page
from tests.cast import Cast
from tests.doors import submit
from tests.stories import browser, fresh


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_engineering_pages_support_and_it_stays_until_it_is_answered(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    eve, sue = browser(app, "eve"), browser(app, "sue")
    asked = {"team": "support", "severity": "critical", "text": "Who told Acme?\nThey wait."}
    assert submit(eve, "/pages", {**asked, "text": " "}).status_code == 422
    made = submit(eve, "/pages", asked)
    number = int(made.headers["Location"].rpartition("/")[2])
    longer = {**asked, "text": asked["text"] + " Since noon, and in a long line like this one is."}
    assert submit(eve, "/pages", asked).headers["Location"] == made.headers["Location"]
    more = submit(eve, "/pages", {**longer, "text": longer["text"] + " For Globex."})
    other = submit(eve, "/pages", {**longer, "text": longer["text"] + " For Initech."})
    assert len({one.headers["Location"] for one in (made, more, other)}) == 3
    for one in (more, other):
        assert submit(eve, f"{one.headers['Location']}/resolve", {}).status_code == 303
    assert "You are called" not in eve.get("/standby").text  # it calls support
    assert "Pages that nobody has answered: 1" in eve.get("/standby").text

    real, later = clock.now, timedelta()
    monkeypatch.setattr(clock, "now", lambda: real() + later)
    for _half in range(2 * 24):
        later += timedelta(minutes=30)
        jobs.sweep()
        jobs.sweep()
    page = fresh(Page, number)
    assert (page.state, page.round >= 10) == ("open", True)
    called = db.session().execute(
        select(Call.user_id, func.count().label("calls"))
        .where(Call.page_id == number)
        .group_by(Call.user_id)
    )
    counts = {row.user_id: row.calls for row in called}
    assert set(counts) == {cast["sue"], cast["sid"]}
    assert min(counts.values()) >= 10  # both of them, again and again

    assert "Who told Acme?" in sue.get("/pages?state=open").text
    standby = sue.get("/standby").text
    assert "Who told Acme?" in standby
    answer = submit(sue, f"/pages/{number}/acknowledge", {"back": "/standby"})
    assert answer.headers["Location"] == "/standby"
    assert "Sue Santos has it" in sue.get("/standby").text
    assert "Who told Acme?" not in browser(app, "sid").get("/standby").text
    assert fresh(Page, number).holder_id == cast["sue"]
