"""Freezes and ships from people, programs and calendars; whole, of a region, of one customer."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from onboarding import clock
from onboarding.clock import iso
from onboarding.cutovers import feed_jobs
from onboarding.cutovers.models import Freeze, Ship
from onboarding.db import db, transaction
from onboarding.forecasts.models import Site, SiteShare
from onboarding.people.actions import make_token
from onboarding.people.models import User
from onboarding.readiness.evidence import gates
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.cutovers.test_booking import local, send
from tests.cutovers.told import rows, told
from tests.doors import submit
from tests.stories import Known, book, browser, customer, cutover_of

#: what is shown here does not lie in the database
pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


@pytest.fixture
def acme(cast: Cast) -> Known:
    return customer("Acme", manager=cast["ann"])


def freeze(**changes: str) -> dict[str, str]:
    fields = {"name": "Year's end", "starts_at": local(0.5), "ends_at": local(2)}
    return fields | changes


def test_a_freeze_holds_only_its_region_and_its_customer(
    app: Flask, cast: Cast, acme: Known
) -> None:
    ann = browser(app, "ann")
    with transaction() as session:
        east, west = Site(name="Tokyo", limit=9e9, region="east"), Site(name="Dublin", limit=9e9)
        west.region = "west"
        session.add_all([east, west])
        session.flush()
        session.add(SiteShare(turnup_id=acme.turnup, site_id=east.id, share=1.0))
    wrong = submit(ann, "/freezes", freeze(region="north"))
    assert wrong.status_code == 422
    assert "one of east, west" in wrong.text
    assert 'value="Year&#39;s end"' in wrong.text
    assert submit(ann, "/freezes", freeze(region="west")).status_code == 303
    assert send(ann, acme).status_code == 303  # its traffic lands in the east only
    globex = customer("Globex", manager=cast["ann"])
    assert "meets the freeze" in send(ann, globex).text
    theirs = freeze(name="Sale")
    assert submit(ann, "/customers/acme/windows/never", theirs).status_code == 303
    assert "the freeze &#39;Sale&#39;" in send(ann, acme).text
    with transaction() as session:
        session.delete(session.scalars(select(Freeze).where(Freeze.region == "west")).one())
    assert send(ann, globex).status_code == 303
    number = book(cast, globex)
    gate = {gate.key: gate.met for gate in gates(db.session(), cutover_of(number))}
    assert gate["freeze"], "what holds Acme does not hold Globex"


def test_a_customer_says_when_it_suits_and_holidays_become_freezes_of_theirs(
    app: Flask, cast: Cast, acme: Known
) -> None:
    cora = browser(app, acme.email)
    path = "/workspace/windows"
    said = {"days": ["2", "3"], "from": "22:00", "until": "06:00", "country": "DE", "holidays": "1"}
    for wrong, words in (
        ({"country": "ZZ"}, "not a country"),
        ({"until": ""}, "no time of day"),
        ({"country": ""}, "whose public holidays"),
        ({"days": ["9"]}, "no weekday"),
    ):
        refused = submit(cora, path, said | wrong)
        assert (refused.status_code, words in refused.text) == (422, True)
    assert submit(cora, path, said).status_code == 303
    for _ in range(2):
        feed_jobs.lay_out_holidays()
    found = rows(Freeze)
    assert "German Unity Day" in found
    assert len(found) == len(set(found)) or len(found) < 15
    page = cora.get(path).text
    assert "German Unity Day" in page
    assert 'value="22:00"' in page
    day = next(d for d in db.session.scalars(select(Freeze)).unique() if d.name == "Christmas Day")
    assert day.starts_at.hour == 23, "a whole day in Berlin"
    assert (day.ends_at - day.starts_at, day.customer_id) == (timedelta(days=1), acme.customer)
    assert submit(browser(app, "ann"), f"/freezes/{day.id}/remove", {}).status_code == 409
    assert submit(cora, path, said | {"holidays": ""}).status_code == 303
    feed_jobs.lay_out_holidays()
    assert rows(Freeze) == []
    globex = customer("Globex")
    stranger = browser(app, globex.email)
    submit(cora, f"{path}/never", freeze())
    mine = db.session.scalars(select(Freeze)).unique().one().id
    assert submit(stranger, f"{path}/never/{mine}/remove", {}).status_code == 404
    assert submit(cora, f"{path}/never/{mine}/remove", {}).status_code == 303


@pytest.fixture
def robot(app: Flask, cast: Cast) -> FlaskClient:
    """A program with the token of somebody in support, who plans and ships."""
    with transaction() as session:
        token = make_token(session, SYSTEM, session.get_one(User, cast["sue"]), "robot")
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The moment it stays here: what is said twice is the same thing said twice, not a second later."""
    at = clock.now().replace(microsecond=0)
    monkeypatch.setattr(clock, "now", lambda: at)
    return at


def sent(robot: FlaskClient, what: str, **changes: object) -> TestResponse:
    start = clock.now() + timedelta(days=1)
    fields = {"name": "Edge TLS", "starts_at": iso(start), "ends_at": iso(start), "key": "tls-1"}
    fields["ends_at"] = iso(start + timedelta(hours=2))
    if what == "ships":
        fields |= {"owner": "Edge team", "risk": "low"}
    return robot.post(f"/api/v1/{what}", json={**fields, **changes})


def test_programs_add_change_and_take_back_freezes_and_ships(
    robot: FlaskClient, acme: Known
) -> None:
    assert [sent(robot, "freezes").status_code for _ in range(2)] == [201, 200]
    changed = sent(robot, "freezes", customer="acme", reason="sale").json
    assert changed is not None
    assert (changed["customer"], changed["source"], changed["key"]) == ("acme", "program", "tls-1")
    assert [one["id"] for one in robot.get("/api/v1/freezes").json["freezes"]] == [changed["id"]]
    assert robot.delete(f"/api/v1/freezes/{changed['id']}").status_code == 204
    assert rows(Freeze) == []
    ship = sent(robot, "ships").json
    assert sent(robot, "ships").status_code == 200
    assert told() == ["Ships soon: Edge TLS"]
    assert sent(robot, "ships", risk="high").json["risk"] == "high"
    assert robot.delete(f"/api/v1/ships/{ship['id']}").status_code == 204
    assert told() == [
        "Ships soon: Edge TLS",
        "Ships otherwise than told: Edge TLS",
        "Does not ship: Edge TLS",
    ]
    for what, wrong, place in (
        ("freezes", {"ends_at": "2020-01-01"}, "ends_at"),
        ("freezes", {"starts_at": 7}, "starts_at"),
        ("freezes", {"region": "nowhere"}, "region"),
        ("freezes", {"customer": "nobody"}, None),
        ("freezes", {"wheels": 4}, "wheels"),
        ("ships", {"risk": "huge"}, "risk"),
        ("ships", {"name": "x" * 101}, "name"),
        ("ships", {"owner": " "}, "owner"),
    ):
        answer = sent(robot, what, **wrong)
        assert answer.status_code == (422 if place else 404), wrong
        assert place is None or answer.json["place"] == place
    assert rows(Freeze) + rows(Ship) == []
