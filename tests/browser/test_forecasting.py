"""Giving a history in a browser: bars for what is sent, read and forecast; the page moves by itself."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Route, expect

from onboarding.db import db, transaction
from onboarding.forecasts import actions, intake_jobs, jobs, queries, receiving
from tests.cast import PASSWORD, Cast
from tests.forecasts.traffic import a_turnup, table

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture
def page(app: Flask, cast: Cast, browser: Browser, served: str) -> Page:
    found = browser.new_context(base_url=served).new_page()
    found.set_default_timeout(15_000)
    found.goto("/login")
    found.fill("#email", "ann@vendor.example")
    found.fill("#password", PASSWORD)
    found.locator("main button[type=submit]").click()
    expect(found.locator("h1")).to_be_visible()
    found.wait_for_url(re.compile("/$"))
    return found


def test_a_file_is_sent_read_and_forecast_with_a_bar_for_each(page: Page) -> None:
    turnup = a_turnup()
    held: list[Route] = []
    page.goto(f"/turnups/{turnup}/traffic")
    page.route("**/traffic", lambda route: held.append(route))
    data = {"name": "traffic.csv", "mimeType": "text/csv", "buffer": table(700)}
    page.locator("#history").set_input_files(files=[data])
    page.get_by_role("button", name="Upload and look").click()
    expect(page.get_by_role("progressbar", name="Uploading")).to_be_visible()
    held[0].continue_()

    page.wait_for_url(re.compile(r"/intakes/\d+"))
    number = int(page.url.rpartition("/")[2])
    expect(page.locator("#time")).to_have_value("0")
    page.get_by_role("button", name="Read it like this").click()
    bar = page.get_by_role("progressbar", name="Read so far")
    expect(bar).to_be_visible()
    with transaction() as session:
        receiving.been_read(session, number, 20_000)
    expect(bar).to_have_attribute("value", "20000")
    intake_jobs.read(number)
    expect(page.locator("#intake")).to_contain_text("It is kept")

    page.get_by_role("link", name="To the forecast").click()
    made = page.get_by_role("progressbar", name="Done so far")
    expect(made).to_be_visible()
    row = queries.latest(db.session(), turnup)
    assert row
    forecast = row.id
    db.session.rollback()
    with transaction() as session:
        actions.been_made(session, forecast, 40)
    expect(made).to_have_attribute("value", "40")
    jobs.run(forecast)
    expect(page.locator("#forecast")).to_contain_text("Peak to plan on")
