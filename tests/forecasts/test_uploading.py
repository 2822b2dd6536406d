"""Histories and forecasts over HTTP: taken whole or refused by line, made, signed, held against capacity."""

import gzip
import io
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from onboarding.cutovers import jobs as cutover_jobs
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.forecasts import actions, jobs, queries
from onboarding.forecasts.capacity import held_against
from onboarding.forecasts.models import Reservation, TrafficForecast, TrafficHistory
from onboarding.trail.log import read
from tests.cast import Cast
from tests.doors import submit
from tests.dying import dying_at
from tests.stories import (
    REAL,
    Known,
    book,
    browser,
    customer,
    forecast,
    fresh,
    kinds,
    site,
)

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

START = datetime(2026, 9, 1, tzinfo=UTC)


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


def rows(hours: int = 24 * 8, header: str = "ds,y") -> list[str]:
    at = [START + timedelta(hours=hour) for hour in range(hours)]
    return [header, *(f"{one:%Y-%m-%dT%H:%M:%SZ},{500 + one.hour * 10}" for one in at)]


def as_file(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def send(client: FlaskClient, path: str, content: bytes, name: str = "traffic.csv") -> TestResponse:
    fields = {"history": (io.BytesIO(content), name)}
    return submit(client, path, fields, content_type="multipart/form-data")


def forecasts_of(known: Known) -> list[TrafficForecast]:
    db.session().rollback()
    query = select(TrafficForecast).where(TrafficForecast.turnup_id == known.turnup)
    return list(db.session.scalars(query.order_by(TrafficForecast.version)))


def changed(number: int, line: str) -> bytes:
    """The good file with that line (1 = the header) instead."""
    lines = rows()
    lines[number - 1] = line
    return as_file(lines)


REFUSED = [
    (changed(3, f"{START:%Y-%m-%dT%H:%M:%SZ},lots"), "traffic.csv:3", "not a number"),
    (changed(3, f"{START:%Y-%m-%dT%H:%M:%SZ},-1"), "traffic.csv:3", "not a rate"),
    (changed(3, f"{START:%Y-%m-%dT%H:%M:%SZ},nan"), "traffic.csv:3", "not a rate"),
    (changed(5, "yesterday,12"), "traffic.csv:5", "not a time"),
    (changed(3, rows()[1]), "traffic.csv:3", ""),
    (changed(7, "2026-09-01T05:00:00Z"), "traffic.csv:7", "1 fields"),
    (as_file(["unique_id,ds,y", *(f"{one},{row}" for one in "ab" for row in rows()[1:])]),
     "traffic.csv: unique_id", "2 series"),
    (b"", "traffic.csv:1", "empty"),
    (as_file(["ds,y"]), "traffic.csv:2", "no rows"),
    (as_file(rows(20)), "traffic.csv", "20 hours"),
    (gzip.compress(as_file(rows()))[:-30], "traffic.csv:", "broken or cut short"),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "traffic.csv:1", "not UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize("side", ["staff", "customer"])
@pytest.mark.parametrize(("content", "place", "words"), REFUSED)
def test_a_file_that_cannot_be_used_is_refused_by_line_and_nothing_is_written(
    app: Flask, cast: Cast, acme: Known, content: bytes, place: str, words: str, side: str
) -> None:
    who, home = ("ann", "turnups") if side == "staff" else (acme.email, "workspace")
    before = kinds(acme.stream)
    answer = send(browser(app, who), f"/{home}/{acme.turnup}/history", content)
    assert answer.status_code == 422
    assert f"<code>{place}" in answer.text
    assert words in answer.text
    assert "Nothing was changed" in answer.text
    assert db.session.scalars(select(TrafficHistory)).all() == []
    assert forecasts_of(acme) == []
    assert kinds(acme.stream) == before


def test_no_file_at_all_is_said(app: Flask, cast: Cast, acme: Known) -> None:
    answer = submit(browser(app, "ann"), f"/turnups/{acme.turnup}/history", {})
    assert answer.status_code == 422
    assert "no file was chosen" in answer.text


def test_a_customer_uploads_to_their_own_turn_up_only(app: Flask, cast: Cast, acme: Known) -> None:
    other = customer("Globex")
    cora = browser(app, acme.email)
    assert send(cora, f"/workspace/{other.turnup}/history", as_file(rows())).status_code == 404
    assert send(cora, f"/turnups/{acme.turnup}/history", as_file(rows())).status_code == 403
    assert db.session.scalars(select(TrafficHistory)).all() == []


@pytest.mark.parametrize("side", ["staff", "customer"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_history_with_a_gap_is_taken_forecast_and_shown(
    app: Flask, cast: Cast, acme: Known, packed: bool, side: str
) -> None:
    who, home = ("ann", "turnups") if side == "staff" else (acme.email, "workspace")
    site(limit=50_000)
    lines = rows(24 * 15)
    del lines[40:43]
    content = gzip.compress(as_file(lines)) if packed else as_file(lines)
    name = "traffic.csv.gz" if packed else "traffic.csv"
    answer = send(browser(app, who), f"/{home}/{acme.turnup}/history", content, name)
    assert answer.status_code == 303
    history = db.session.scalars(select(TrafficHistory)).one()
    assert (len(history.values), history.filled, history.starts_at) == (24 * 15, 3, START)
    queued = forecasts_of(acme)[0]
    assert (queued.state, queued.version) == ("queued", 1)
    db.session.remove()
    for _ in range(2):  # two workers with the same job
        jobs.run(forecasts_of(acme)[0].id)
    made = forecasts_of(acme)[0]
    assert made.state == "done", made.error
    assert len(made.points) == 14 * 24
    assert made.peak["p95"] > 700
    assert made.fit["verdict"] == "fits"
    assert kinds(acme.stream).count("forecast.made") == 1


def test_a_forecast_that_cannot_be_made_says_why(
    app: Flask, cast: Cast, acme: Known, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_given: object) -> None:
        raise BadInput("all zero", place="y", hint="look at the source")

    send(browser(app, "ann"), f"/turnups/{acme.turnup}/history", as_file(rows()))
    monkeypatch.setattr(jobs, "forecast_all", cannot)
    db.session.remove()
    jobs.run(forecasts_of(acme)[0].id)
    row = forecasts_of(acme)[0]
    assert (row.state, row.error) == ("failed", "y: all zero: look at the source")


def test_a_worker_that_dies_leaves_the_forecast_queued_and_the_sweep_finds_it(
    app: Flask, cast: Cast, acme: Known
) -> None:
    send(browser(app, "ann"), f"/turnups/{acme.turnup}/history", as_file(rows()))

    number = forecasts_of(acme)[0].id
    with dying_at("forecast.made"):
        jobs.run(number)
    assert list(queries.queued(db.session())) == [number]


def test_ops_and_neteng_sign_once_each_and_nobody_else(app: Flask, cast: Cast, acme: Known) -> None:
    path = f"/forecasts/{forecast(acme)}/sign"
    for name in ("ann", "sue", "eve", acme.email):
        assert submit(browser(app, name), path, {}).status_code == 403
    assert submit(browser(app, "omar"), path, {"note": "fine"}).status_code == 303
    again = submit(browser(app, "olga"), path, {})
    assert again.status_code == 409
    assert "has signed it already" in again.text
    assert submit(browser(app, "nina"), path, {}).status_code == 303
    assert queries.signed_by(forecasts_of(acme)[0]) == {"ops", "neteng"}
    assert kinds(acme.stream).count("forecast.signed") == 2


def test_a_new_upload_voids_what_was_signed(app: Flask, cast: Cast, acme: Known) -> None:
    first = forecast(acme)
    omar = browser(app, "omar")
    submit(omar, f"/forecasts/{first}/sign", {})
    send(browser(app, "ann"), f"/turnups/{acme.turnup}/history", as_file(rows()))
    before, now = forecasts_of(acme)
    assert queries.signed_by(before) == frozenset()
    assert kinds(acme.stream)[-1] == "forecast.voided"
    assert submit(omar, f"/forecasts/{first}/sign", {}).status_code == 409
    assert "not made yet" in submit(omar, f"/forecasts/{now.id}/sign", {}).text
    assert submit(omar, f"/forecasts/{now.id + 99}/sign", {}).status_code == 404


def test_a_second_customer_is_held_against_what_the_first_has_booked(
    app: Flask, cast: Cast, acme: Known
) -> None:
    site("Amsterdam", limit=10_000, base_load=1_000)
    other = customer("Globex")
    forecast(acme, 5_000)
    forecast(other, 5_000)
    assert held_against(db.session(), other.turnup)["verdict"] == "fits"
    number = book(cast, acme, wiring=REAL)
    db.session().rollback()
    second = held_against(db.session(), other.turnup)
    assert second["verdict"] == "does_not_fit"
    assert held_against(db.session(), acme.turnup)["verdict"] == "fits"  # not against itself
    page = browser(app, "nina").get("/capacity").text
    assert "Amsterdam" in page
    assert "heat-fits" in page
    submit(browser(app, "ann"), f"/cutovers/{number}/cancel", {"reason": "x"})
    db.session().rollback()
    assert held_against(db.session(), other.turnup)["verdict"] == "fits"


def test_what_is_reserved_follows_a_new_forecast(app: Flask, cast: Cast, acme: Known) -> None:
    book(cast, acme, wiring=REAL)
    assert db.session.scalars(select(Reservation)).all() == []
    cutover_jobs.follow()
    for rate in (300.0, 800.0):
        number = forecast(acme, rate)
        with transaction() as session:
            actions._made(session, session.get_one(TrafficForecast, number))
        cutover_jobs.follow()
        db.session().rollback()
        assert max(row.rate for row in db.session.scalars(select(Reservation))) == rate


def test_a_site_is_set_and_changed_by_who_knows_the_network(
    app: Flask, cast: Cast, acme: Known
) -> None:
    nina = browser(app, "nina")
    good = {"name": "Oslo", "limit": "10000", "base_load": "9000"}
    assert submit(nina, "/capacity/sites", good).status_code == 303
    assert "heat-tight" in nina.get("/capacity").text
    assert submit(nina, "/capacity/sites", {**good, "base_load": "100"}).status_code == 303
    assert [(s.name, s.base_load) for s in queries.sites(db.session())] == [("Oslo", 100.0)]
    for wrong in ({"limit": "0"}, {"limit": "x"}, {"base_load": "10001"}, {"name": ""}):
        assert submit(nina, "/capacity/sites", {**good, **wrong}).status_code == 422
    for name in ("ann", "eve", acme.email):
        assert submit(browser(app, name), "/capacity/sites", good).status_code == 403
    assert [e.kind for e in read(db.session(), "system")].count("capacity.site") == 2


def test_two_who_ask_for_a_forecast_one_after_the_other_get_two_versions(
    app: Flask, cast: Cast, acme: Known
) -> None:
    ann = browser(app, "ann")
    path = f"/turnups/{acme.turnup}/forecasts"
    assert submit(ann, path, {}).status_code == 409  # there is no history yet
    send(ann, f"/turnups/{acme.turnup}/history", as_file(rows()))
    assert submit(browser(app, "omar"), path, {}).status_code == 303
    assert [row.version for row in forecasts_of(acme)] == [1, 2]
    assert fresh(TrafficForecast, forecasts_of(acme)[1].id).asked_by == cast["omar"]
