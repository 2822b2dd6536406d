"""The page of a turn-up: what its next step takes, and a forecast that has no figures."""

from flask import Flask
from sqlalchemy import update

from onboarding.db import transaction
from onboarding.forecasts.models import TrafficForecast
from tests.cast import Cast
from tests.customers.signing import signed_up
from tests.doors import submit
from tests.stories import Known, browser, customer, forecast


def test_the_next_step_says_how_long_it_takes(app: Flask) -> None:
    cora = signed_up(app)
    names, goal = {"name": "www.acme.example"}, {"kind": "offload", "figure": "90", "words": ""}
    submit(cora.client, f"/turnups/{cora.turnup}/hostnames", names)
    submit(cora.client, f"/turnups/{cora.turnup}/goals", goal)
    page = cora.client.get("/workspace").text
    card = page[page.index("Your next step") : page.index('id="checklist-title"')]
    assert "Takes about" in card


def test_a_forecast_without_figures_is_said_and_breaks_no_page(app: Flask, cast: Cast) -> None:
    acme: Known = customer("Acme", manager=cast["ann"])
    forecast(acme)
    with transaction() as session:
        session.execute(update(TrafficForecast).values(points=[], peak={}, peer={}))
    page = browser(app, "ann").get(f"/turnups/{acme.turnup}")
    assert page.status_code == 200
    assert "It has no figures" in page.text
