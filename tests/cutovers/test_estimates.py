"""What each step of a plan would bring, beside the form that it is typed into."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask

from onboarding import clock
from onboarding.db import transaction
from onboarding.forecasts.traffic_models import TrafficFacts
from tests.cast import Cast
from tests.doors import submit
from tests.stories import Known, book, browser, customer, cutover_of, forecast, site

HTMX = {"HX-Request": "true"}


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_each_step_shows_its_traffic_and_whether_it_fits(
    app: Flask, cast: Cast, acme: Known
) -> None:
    ann = browser(app, "ann")
    page = ann.get(f"/turnups/{acme.turnup}/cutovers/new").text
    assert "no forecast yet" in page
    assert "this hour is assumed" in page
    forecast(acme, 1000.0)
    site("Amsterdam", limit=800.0)
    at = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    fields = {
        "starts_at": at,
        "share": ["5", "50", "100"],
        "hold": ["1", "1", "1"],
        "unit": ["h", "h", "h"],
    }
    address = f"/turnups/{acme.turnup}/cutovers/estimate"
    found = words(submit(ann, address, fields, headers=HTMX).text)
    assert "5 %" in found
    assert "50 req/s ✓ fits Amsterdam, 92 % left" in found
    assert "500 req/s ✓ fits Amsterdam, 25 % left" in found
    assert "1,000 req/s ✗ does not fit Amsterdam, -50 % left" in found
    assert found.count("no limit said") == 3, "of the origin nobody has said anything"
    with transaction() as session:
        session.add(
            TrafficFacts(turnup_id=acme.turnup, cacheable=0.9, old_offload=0.9, origin_limit=400)
        )
    found = words(submit(ann, address, fields, headers=HTMX).text)
    # all that moves is cold at first; a tenth of the rest comes from the old path; in the highest five minutes
    assert re.search(r"fits Amsterdam, 92 % left 174 req/s ✓ it bears that", found)
    assert "over its limit" in found
    wrong = submit(ann, address, {**fields, "hold": ["1", "x", "1"]}, headers=HTMX).text
    assert "step 2 hold: 'x' is not a number" in words(wrong)


@pytest.mark.parametrize("house", ["sqlite"], indirect=True)
def test_a_saved_plan_shows_its_estimate_and_the_peak_of_its_forecast(
    app: Flask, cast: Cast, acme: Known
) -> None:
    number = book(cast, acme)
    forecast(acme, 1000.0)
    page = words(browser(app, "ann").get(f"/cutovers/{number}/edit").text)
    assert "1,000 req/s no capacity known" in page
    assert "Daily peak by the forecast:" in page
    assert cutover_of(number).peak_hour is None
