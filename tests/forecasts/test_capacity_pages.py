"""The history's page, capacity and what-if over HTTP; verdicts that change and who is told."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.db import db, transaction
from onboarding.forecasts import actions, assumptions, jobs, queries, signoffs, watch_jobs
from onboarding.forecasts.models import TrafficForecast
from onboarding.outbox.models import Message
from onboarding.people.models import User
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.forecasts.given import NOW, WEEKS, a_site, forecast, made
from tests.forecasts.traffic import a_turnup, file, rate, table


def sign_both(app: Flask, forecast_id: int) -> None:
    for name in ("omar", "nina"):
        user = db.session.scalar(select(User).where(User.email == f"{name}@vendor.example"))
        assert user
        number = user.id
        with transaction() as session:
            who = session.get_one(User, number)
            signoffs.sign(session, Actor(f"user:{number}", "web"), who, forecast_id)


def standing(turnup: int) -> frozenset[str]:
    db.session.rollback()
    row = queries.latest(db.session(), turnup)
    assert row
    return queries.signed_by(row)


def letters(subject: str) -> list[str]:
    db.session.rollback()
    query = select(Message.recipient).where(Message.subject.startswith(subject))
    return sorted(db.session.scalars(query))


def test_an_outlier_is_shown_and_can_be_left_out(nina: FlaskClient, turnup: int) -> None:
    data = table(WEEKS, start=NOW - timedelta(hours=WEEKS)).split(b"\n")
    data[401] = data[401].split(b",")[0] + b",90000"
    submit(nina, f"/turnups/{turnup}/history", {"history": file(b"\n".join(data))})
    before = made(turnup)
    page = f"/turnups/{turnup}/traffic/history"
    text = nina.get(page).text
    assert "times above what is usual" in text
    assert "data-marks" in text
    history = before.history_id
    fields = {"history": history, "mark": "400"}
    assert submit(nina, f"/turnups/{turnup}/traffic/exclude", fields).status_code == 303
    after = made(turnup)
    assert after.version == before.version + 1
    read = queries.latest_history(db.session(), turnup)
    assert read
    assert assumptions.as_read(read).values[400] == pytest.approx(rate(400), rel=0.01)


def test_an_event_is_in_curve_peak_and_fit_and_named(nina: FlaskClient, turnup: int) -> None:
    a_site(nina, limit=1000)
    plain = forecast(nina, turnup)
    assert plain.fit["verdict"] == "fits"
    fields = {
        "kind": "launch",
        "name": "The app",
        "starts_at": f"{NOW + timedelta(days=1):%Y-%m-%dT%H:%M}",
        "factor": "4",
    }
    assert submit(nina, f"/turnups/{turnup}/traffic/events", fields).status_code == 303
    more = made(turnup)
    assert more.peak["p95"] == pytest.approx(4 * plain.peak["p95"], rel=0.05)
    assert more.fit["verdict"] == "does_not_fit"
    text = nina.get(f"/turnups/{turnup}").text
    assert "The app" in text
    assert "Without them the peak is" in text
    wrong = submit(nina, f"/turnups/{turnup}/traffic/events", fields | {"factor": ""})
    assert wrong.status_code == 422
    assert "a factor or a rate is needed" in wrong.text


@pytest.mark.parametrize("hours", [48, 168, 336, 672])
def test_horizons_and_why(nina: FlaskClient, turnup: int, hours: int) -> None:
    forecast(nina, turnup)
    page = f"/turnups/{turnup}/traffic/horizon"
    assert f'<option value="{hours}"' in nina.get(f"/turnups/{turnup}/traffic/history").text
    assert submit(nina, page, {"horizon": str(hours)}).status_code == 303
    row = made(turnup)
    assert len(row.points) == hours
    assert row.backtest
    text = nina.get(f"/turnups/{turnup}").text
    assert "how the method did on this customer" in text
    assert submit(nina, page, {"horizon": "47"}).status_code == 422


def test_how_the_last_forecast_turned_out(nina: FlaskClient, turnup: int) -> None:
    early = table(WEEKS - 48, start=NOW - timedelta(hours=WEEKS))
    submit(nina, f"/turnups/{turnup}/history", {"history": file(early)})
    made(turnup)
    forecast(nina, turnup)
    text = nina.get(f"/turnups/{turnup}/traffic/history").text
    assert "How the last forecasts turned out" in text
    assert "<td>48</td>" in text


def test_regions_bandwidth_and_the_origin_with_cold_caches(nina: FlaskClient, turnup: int) -> None:
    a_site(nina, "fra", region="Europe")
    a_site(nina, "nyc", region="America")
    forecast(nina, turnup)
    facts = {"mean_bytes": "100000", "cacheable": "80", "origin_limit": "310", "factor": "1.5"}
    assert submit(nina, f"/turnups/{turnup}/traffic/facts", facts).status_code == 303
    made(turnup)
    text = nina.get(f"/turnups/{turnup}/traffic/history").text
    for word in ("Europe", "America", "Gbit/s", "1.5 (declared)", "Misses, cold", "over"):
        assert word in text


def test_a_limit_in_gbits_counts_too(nina: FlaskClient, turnup: int) -> None:
    a_site(nina, limit=1e6, gbit_limit=0.1)
    forecast(nina, turnup)
    submit(nina, f"/turnups/{turnup}/traffic/facts", {"mean_bytes": "100000"})
    row = made(turnup)
    assert (row.fit["verdict"], row.fit["unit"]) == ("does_not_fit", "Gbit/s")


def test_the_origin_is_held_at_each_step_of_the_booked_plan(nina: FlaskClient, turnup: int) -> None:
    forecast(nina, turnup)
    facts = {"cacheable": "90", "origin_limit": "150", "old_offload": "80", "warm_minutes": "20"}
    assert submit(nina, f"/turnups/{turnup}/traffic/facts", facts).status_code == 303
    made(turnup)
    at = NOW + timedelta(days=1)
    with transaction() as session:
        steps = [(at, 10.0), (at + timedelta(minutes=20), 100.0)]
        actions.reserve(session, "cutover:7", turnup, [], steps)
    text = " ".join(nina.get(f"/turnups/{turnup}/traffic/history").text.split())
    assert "the booked plan's steps, each at its worst" in text.replace("&#39;", "'")
    assert "it bears that" in text
    assert "over its limit" in text
    assert f"{at + timedelta(minutes=20):%d %b %H:%M}" in text
    assert "half of what is cold is warm after 20 min" in text


def test_a_declared_peak_stands_in_where_the_history_is_short(
    nina: FlaskClient, turnup: int
) -> None:
    a_site(nina, limit=5000)
    forecast(nina, turnup, 72)
    assert "declare one" in nina.get(f"/turnups/{turnup}").text
    facts = {"peak": "4000", "factor": "1.5"}
    assert submit(nina, f"/turnups/{turnup}/traffic/facts", facts).status_code == 303
    row = made(turnup)
    assert (row.peak["p95"], row.peak["declared"]) == (None, 4000)
    assert (row.fit["verdict"], row.fit["load"]) == ("does_not_fit", 6000)


def test_another_booking_voids_a_sign_off_and_the_signers_are_told(
    app: Flask, nina: FlaskClient, turnup: int
) -> None:
    a_site(nina, limit=1000)
    row = forecast(nina, turnup)
    sign_both(app, row.id)
    watch_jobs.judge()
    assert standing(turnup) == {"ops", "neteng"}
    other = a_turnup("Other")
    with transaction() as session:
        hours = [(NOW + timedelta(hours=i), 900.0) for i in range(400)]
        actions.reserve(session, "cutover:9", other, hours)
    watch_jobs.judge()
    assert standing(turnup) == frozenset()
    told = letters("Sign-offs are void")
    assert told == sorted(f"{n}@vendor.example" for n in ("omar", "olga", "nina", "noah", "adam"))
    watch_jobs.judge()
    assert letters("Sign-offs are void") == told


def test_traffic_that_leaves_is_told_to_the_account_manager_once(
    cast: Cast, nina: FlaskClient, turnup: int
) -> None:
    with transaction() as session:
        session.get_one(Turnup, turnup).customer.account_manager_id = cast["ann"]
    forecast(nina, turnup, WEEKS - 12)
    data = table(WEEKS - 12, start=NOW - timedelta(hours=WEEKS))
    submit(nina, f"/turnups/{turnup}/history", {"history": file(data)})
    made(turnup)
    watch_jobs.look()
    assert letters("Traffic has left") == []
    with transaction() as session:
        for i in range(1, 9):
            assumptions.observe(session, turnup, NOW - timedelta(hours=i), 5000.0)
    watch_jobs.look()
    watch_jobs.look()
    assert letters("Traffic has left") == ["ann@vendor.example"]


def test_a_nightly_forecast_learns_from_what_came_and_keeps_the_sign_offs(
    app: Flask, nina: FlaskClient, turnup: int
) -> None:
    a_site(nina, limit=1000)
    data = table(WEEKS - 30, start=NOW - timedelta(hours=WEEKS))
    submit(nina, f"/turnups/{turnup}/history", {"history": file(data)})
    row = made(turnup)
    sign_both(app, row.id)
    number, version = row.id, row.version
    with transaction() as session:
        session.get_one(TrafficForecast, number).created_at = clock.now() - timedelta(days=1)
        for i in range(30):
            at = NOW - timedelta(hours=30 - i)
            assumptions.observe(session, turnup, at, rate(WEEKS - 30 + i))
    jobs.renew_all()
    db.session.rollback()
    after = queries.latest(db.session(), turnup)
    assert after
    assert after.version == version + 1
    assert after.points[0]["ds"] == clock.iso(NOW)
    assert standing(turnup) == {"ops", "neteng"}
    jobs.renew_all()
    db.session.rollback()
    again = queries.latest(db.session(), turnup)
    assert again
    assert again.version == version + 1
