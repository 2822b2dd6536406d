"""The history's page, capacity and what-if over HTTP; verdicts that change and who is told."""

import time
from datetime import timedelta
from typing import Any

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
from tests.doors import sign_in, submit
from tests.forecasts.traffic import a_turnup, file, rate, table

NOW = clock.now().replace(minute=0, second=0, microsecond=0)
WEEKS = 28 * 24
OPS = Actor("system", "rule")


@pytest.fixture
def turnup(cast: Cast) -> int:
    return a_turnup()


@pytest.fixture
def nina(client: FlaskClient, turnup: int) -> FlaskClient:
    return sign_in(client, "nina")


def forecast(client: FlaskClient, turnup: int, hours: int = WEEKS) -> TrafficForecast:
    """Upload a history that ends now, and let the worker forecast."""
    data = table(hours, start=NOW - timedelta(hours=hours))
    answer = submit(client, f"/turnups/{turnup}/history", {"history": file(data)})
    assert answer.status_code == 303, answer.text
    return made(turnup)


def made(turnup: int) -> TrafficForecast:
    """The latest forecast, made."""
    db.session.rollback()
    row = queries.latest(db.session(), turnup)
    assert row
    jobs.run(row.id)
    db.session.rollback()
    found = queries.latest(db.session(), turnup)
    assert found
    assert found.state == "done", found.error
    return found


def a_site(client: FlaskClient, name: str = "fra", limit: float = 1000, **more: Any) -> None:
    fields = {"name": name, "limit": limit, "base_load": 0} | more
    assert submit(client, "/capacity/sites", fields).status_code == 303


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


def test_what_if_answers_within_a_second(nina: FlaskClient, turnup: int) -> None:
    for i in range(40):
        a_site(nina, f"site-{i}", limit=100)
    forecast(nina, turnup)
    begun = time.perf_counter()
    page = f"/capacity/what-if?turnup={turnup}"
    fits = nina.get(f"{page}&shape=slow+ramp")
    assert "it fits" in fits.text
    grown = nina.get(f"{page}&shape=all+at+once&growth=50")
    assert "it does not fit" in grown.text
    assert time.perf_counter() - begun < 2
    assert "it fits" in nina.get(f"{page}&shape=a+niche&growth=50&lost=site-3").text
    for wrong in ("&growth=x", "&shape=zigzag", "&date=2020-01-01T00:00", "&date=soon"):
        assert nina.get(page + wrong).status_code == 422


def test_base_load_from_a_table_and_shares(nina: FlaskClient, turnup: int) -> None:
    a_site(nina, "fra", limit=1000)
    a_site(nina, "ams", limit=1000)
    forecast(nina, turnup)
    rows = table(200, start=NOW - timedelta(hours=200), scale=3).decode().split("\n")[1:-1]
    data = "unique_id,ds,y\n" + "\n".join(f"fra,{row}" for row in rows)
    assert submit(nina, "/capacity/base", {"base": file(data.encode())}).status_code == 303
    assert "heat-tight" in nina.get("/capacity").text
    bad = submit(nina, "/capacity/base", {"base": file(data.replace("fra,", "rio,").encode())})
    assert bad.status_code == 422
    assert "no site &#39;rio&#39;" in bad.text
    first, second = (site.id for site in queries.sites(db.session()))
    page = f"/capacity/shares/{turnup}"
    assert submit(nina, page, {f"site-{first}": "70", f"site-{second}": "20"}).status_code == 422
    assert submit(nina, page, {f"site-{first}": "70", f"site-{second}": "30"}).status_code == 303


def test_bookings_are_stacked_step_by_step(nina: FlaskClient, turnup: int) -> None:
    a_site(nina)
    with transaction() as session:
        hours = [
            (NOW + timedelta(hours=i), 10.0 * (1 + i // 24), 5.0 * (1 + i // 24)) for i in range(72)
        ]
        actions.reserve(session, "cutover:7", turnup, hours)
    text = nina.get("/capacity").text
    assert "3 booked steps" in text
    for share in ("5 %", "10 %", "15 %"):
        assert f"<td>{share}</td>" in text


def test_a_lost_site_moves_its_load_to_the_others(nina: FlaskClient, turnup: int) -> None:
    a_site(nina, "ams", limit=1000, base_load=900)
    a_site(nina, "fra", limit=2000, base_load=400)
    whole = " ".join(nina.get("/capacity").text.split())
    assert "fra (the largest: N-1)" in whole
    assert "heat-full" not in whole.split("<tbody>")[1]
    lost = " ".join(nina.get("/capacity?lost=fra").text.split())
    assert "heat-full" in lost.split("<tbody>")[1]
    assert "is lost: what it carries goes to the others" in lost
    assert 'title="00:00 UTC: 1,300 req/s"' in lost


def test_each_booking_is_scaled_by_its_own_factor_and_size(nina: FlaskClient, turnup: int) -> None:
    a_site(nina, limit=1000, gbit_limit=1)
    forecast(nina, turnup)
    facts = {"factor": "3", "mean_bytes": "1000000"}
    assert submit(nina, f"/turnups/{turnup}/traffic/facts", facts).status_code == 303
    with transaction() as session:
        actions.reserve(session, "cutover:7", turnup, [(NOW + timedelta(hours=30), 40.0)])
    text = nina.get("/capacity").text
    assert "<td>120</td>" in text  # 40 req/s, times three
    assert "0.96 Gbit/s" in text  # 120 req/s of a megabyte: tighter than 120 of 1,000
    assert "heat-tight" in text


def test_what_if_moves_the_booked_plan_to_another_date(nina: FlaskClient, turnup: int) -> None:
    a_site(nina, limit=300)
    forecast(nina, turnup)
    steps = [(NOW + timedelta(days=1), 5.0), (NOW + timedelta(days=3, minutes=10), 100.0)]
    with transaction() as session:
        actions.reserve(session, "cutover:7", turnup, [], steps)
    date = NOW + timedelta(days=5)
    page = f"/capacity/what-if?turnup={turnup}&shape=as+booked&date={date:%Y-%m-%dT%H:%M}"
    text = " ".join(nina.get(page).text.split())
    assert f"{date:%Y-%m-%d %H:%M}:00" in text
    assert f"{date + timedelta(days=2, minutes=10):%Y-%m-%d %H:%M}:00" in text
    assert "The last step that fits: 5 %" in text
    assert nina.get(page + "&lost=rio").status_code == 422


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
