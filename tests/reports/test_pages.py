"""The pages of the reports, as people and programs ask for them."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.outbox.models import Message
from onboarding.people.actions import make_token
from onboarding.people.models import User
from onboarding.reports.jobs import mail, sweep
from onboarding.reports.sections import SECTIONS
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.reports.building import called, declined, flipped, lands, stood_by, way
from tests.stories import browser, customer


@pytest.fixture
def ann(app: Flask, cast: Cast) -> FlaskClient:
    return browser(app, "ann")


def document(client: FlaskClient, key: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"/reports/{key}.json", query_string=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json
    return found


def rows(client: FlaskClient, key: str, table: str, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document(client, key, **asked)["tables"][table]["rows"]
    return found


def test_time_in_stage_says_how_long_and_on_whom(ann: FlaskClient, cast: Cast) -> None:
    for number in range(8):
        way(f"Quick{number}", [0.5, 5 + number / 10], manager=cast["ann"])
    way("Practice", [1, 100], practice=True)
    sweep()
    sweep()  # counts nothing twice
    stages = {row["stage"]: row for row in rows(ann, "pipeline", "stages")}
    assert stages["Configuration"]["count"] == 8
    assert stages["Configuration"]["median"] == 5.3
    assert stages["Configuration"]["low"] is None  # of eight there is no lowest tenth
    config = next(r for r in rows(ann, "pipeline", "sides") if r["stage"] == "Configuration")
    shares = {key: round(config[key]) for key in ("customer", "us", "window", "nobody")}
    assert shares == {"customer": 60, "us": 20, "window": 0, "nobody": 20}
    owners = {row["owner"] for row in rows(ann, "pipeline", "owners")}
    assert owners == {"the customer", "Operations", "nobody named"}
    page = ann.get("/reports/pipeline").text
    assert "Median days in each stage" in page
    assert "5.3 days (8)" in page
    waiting = rows(ann, "pipeline", "longest")
    assert [row["turnup"] for row in waiting] == [f"Quick{number}" for number in range(8)]


def test_the_way_to_live_is_told_by_how_the_first_flip_went(ann: FlaskClient, cast: Cast) -> None:
    part = {"kind": "path", "values": ["/img/"]}
    for number in range(6):
        for name, days, picked in (
            ("Once", 4, [{}]),
            ("Slow", 12, [{}, {}, {}]),
            ("Part", 20 + number, [part, {}]),
        ):
            turnup = way(f"{name}{number}", [0, days, 1, 1, 1, 1], manager=cast["ann"])
            flipped(cast, turnup, picked)
    way("Moved by hand", [0, 1, 1, 1, 1, 1])  # live without a flip here
    sweep()
    told = [(row["style"], row["count"], row["median"]) for row in rows(ann, "pipeline", "ways")]
    assert told == [("a part first", 6, 26.0), ("all", 19, 16.0), ("at once", 6, 8.0), ("gradual", 6, 16.0)]  # fmt: skip
    page = ann.get("/reports/pipeline").text
    assert "Days from signup to live, by how the first flip went" in page
    assert "a part first" in page


def test_a_segment_narrows_every_figure(ann: FlaskClient, cast: Cast) -> None:
    for number in range(6):
        mine = way(f"Mine{number}", [0, 2], manager=cast["ann"], level="hands_on")
        theirs = way(f"Theirs{number}", [0, 9], manager=cast["sue"])
        lands(mine, "Ashburn", "us-east")
        lands(theirs, "Ashburn" if number == 0 else "Amsterdam", "us-east" if number == 0 else "eu")
    sweep()

    def median(**asked: Any) -> float | None:
        found = {row["stage"]: row for row in rows(ann, "pipeline", "stages", **asked)}
        value: float = found["Configuration"]["median"]
        return value

    assert median(manager=cast["ann"]) == median(level="hands_on") == 2.0
    assert median(manager=cast["sue"]) == 9.0
    assert median(region="eu") is None, "of five cases none is said"
    way("Everywhere", [0, 9])
    sweep()
    assert median(region="eu") == 9.0, "where nobody said where traffic goes, it goes everywhere"
    there = {row["turnup"] for row in rows(ann, "pipeline", "longest", region="us-east")}
    assert there == {"Theirs0", "Everywhere", *(f"Mine{number}" for number in range(6))}
    assert ann.get("/reports/pipeline?region=mars").status_code == 422
    long_ago = {"since": "2020-01-01", "until": "2020-12-31"}
    assert rows(ann, "pipeline", "stages", **long_ago) == []
    figures = document(ann, "pipeline", **long_ago)["figures"]
    assert not any(one["enough"] for one in figures)
    overview = ann.get("/reports", query_string=long_ago).text
    assert 'hx-get="/reports/pipeline?since=2020-01-01&amp;until=2020-12-31"' in overview
    fragment = {"HX-Request": "true"}
    summary = ann.get("/reports/pipeline", query_string=long_ago, headers=fragment).text
    assert "not enough data" in summary
    assert "<html" not in summary


def test_consistency_shows_whose_way_differs(ann: FlaskClient, cast: Cast) -> None:
    for number in range(12):
        way(f"A{number}", [0, 4, 1, 1, 1, 1], manager=cast["ann"], back=number == 0)
        way(f"B{number}", [0, 40 + number, 1, 1, 1, 1], manager=cast["sue"])
    sweep()
    managers = {row["group"]: row for row in rows(ann, "consistency", "managers")}
    assert managers["Ann Archer"]["compared"] == "quicker"
    assert managers["Sue Santos"]["compared"] == "slower"
    assert managers["Sue Santos"]["waived"] == 50.0
    figures = {one["key"]: one for one in document(ann, "consistency")["figures"]}
    assert figures["went_back"]["value"] == pytest.approx(100 / 24, abs=0.01)
    low, high = figures["went_back"]["interval"]
    assert low < 100 / 24 < high
    assert figures["ratio"]["value"] > 5
    assert figures["usual"]["value"] == 100.0


def test_every_table_is_a_file_and_what_looks_like_a_formula_is_text(
    ann: FlaskClient, cast: Cast
) -> None:
    way("=HYPERLINK(1)", [0.5, 3])
    sweep()
    answer = ann.get("/reports/pipeline/longest.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    found = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["turnup"] for row in found] == ["'=HYPERLINK(1)"]
    for one in SECTIONS:
        for table in document(ann, one.key)["tables"]:
            assert ann.get(f"/reports/{one.key}/{table}.csv").status_code == 200
    assert ann.get("/reports/pipeline/none.csv").status_code == 404
    assert ann.get("/reports/none").status_code == 404


@pytest.mark.parametrize("page", ["/reports", "/reports/pipeline"])
def test_days_that_make_no_sense_are_refused_and_stay_in_the_form(
    ann: FlaskClient, page: str
) -> None:
    answer = ann.get(page, query_string={"since": "2027-09-09", "until": "2027-01-01"})
    assert answer.status_code == 422
    assert "it begins after its end" in answer.text
    assert 'value="2027-09-09"' in answer.text
    assert ann.get("/reports/pipeline.json?since=x").status_code == 422


def test_standby_says_what_each_carried_at_night_and_how_evenly(
    ann: FlaskClient, cast: Cast
) -> None:
    start = clock.now().replace(hour=20, minute=0, second=0, microsecond=0) - timedelta(days=3)
    for days in range(2):
        stood_by(cast, start - timedelta(days=days), omar="primary", olga="backup", nina="primary")
    called(cast["omar"], start)
    declined(cast["noah"], start)
    people = {row["person"]: row for row in rows(ann, "standby", "people")}
    omar = people["Omar Okafor"]
    assert (omar["duties"], omar["hours"], omar["night"]) == (2, 8.0, 4.0)
    assert people["Olga Orlova"]["even"] == pytest.approx(omar["even"] / 2, rel=0.01)
    assert (omar["pages"], people["Noah Nilsson"]["declined"]) == (1, 1)
    teams = {row["team"]: row for row in rows(ann, "standby", "teams")}
    assert 0 < teams["Operations"]["gini"] < 1
    figures = {one["key"]: one for one in document(ann, "standby")["figures"]}
    assert (figures["hours"]["value"], figures["declined"]["of"]) == (24.0, 7)
    assert "at night" in ann.get("/reports/standby").text


def test_programs_get_the_same_and_customers_nothing(
    app: Flask, ann: FlaskClient, cast: Cast
) -> None:
    customer("Acme", manager=cast["ann"])
    with transaction() as session:
        token = make_token(session, SYSTEM, session.get_one(User, cast["omar"]), "figures")
    headers = {"Authorization": f"Bearer {token}"}
    listed = app.test_client().get("/api/v1/reports", headers=headers).json
    assert listed is not None
    assert [one["key"] for one in listed["reports"]] == [one.key for one in SECTIONS]
    for key in (one.key for one in SECTIONS):
        found = app.test_client().get(f"/api/v1/reports/{key}?since=2026-01-01", headers=headers)
        assert found.json == document(ann, key, since="2026-01-01")
    assert app.test_client().get("/api/v1/reports/pipeline").status_code in (401, 403)
    assert browser(app, "cora@acme.example").get("/reports").status_code == 403


def test_the_month_before_comes_by_mail_once_to_whoever_asked(
    app: Flask, ann: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Send it to me" in ann.get("/reports").text
    answer = submit(ann, "/reports/monthly/begin?level=guided", {})
    assert answer.location == "/reports#monthly"
    assert "End it" in ann.get("/reports").text
    assert submit(ann, "/reports/monthly/begin?level=free", {}).status_code == 422

    def letters(at: str) -> list[Message]:
        with monkeypatch.context() as patch:
            patch.setattr(clock, "now", lambda: clock.parse(at))
            db.session().rollback()
            mail()
        db.session().rollback()
        query = select(Message).where(Message.key.startswith("reports:"))
        return list(db.session.scalars(query.order_by(Message.id)))

    assert letters("2027-02-01T06:00:00Z") == [], "it is early"
    [letter] = letters("2027-02-01T08:30:00Z")
    assert (letter.recipient, letter.subject) == ("ann@vendor.example", "Reports of January 2027")
    assert letter.text.count("not enough data") == 1, "of a quiet month one line, not fifty"
    assert "/reports?since=2027-01-01&until=2027-01-31&level=guided" in letter.text
    assert len(letters("2027-02-02T08:30:00Z")) == 1
    assert len(letters("2027-02-20T08:30:00Z")) == 1
    with transaction() as session:
        session.get_one(User, cast["ann"]).timezone = "Pacific/Auckland"
    assert len(letters("2027-02-28T19:30:00Z")) == 1, "their morning, and four hours to come"
    assert len(letters("2027-03-01T01:00:00Z")) == 2
    submit(ann, "/reports/monthly/end", {})
    assert len(letters("2027-04-01T08:30:00Z")) == 2
