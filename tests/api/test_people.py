"""People over the API: who there is, their times away, whose turn it is."""

from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.clock import iso
from onboarding.db import transaction
from onboarding.people.actions import make_token
from onboarding.people.models import Certificate, User
from onboarding.trail.log import SYSTEM
from tests.cast import Cast
from tests.doors import submit
from tests.stories import browser


def headers(cast: Cast, name: str) -> dict[str, str]:
    with transaction() as session:
        token = make_token(session, SYSTEM, session.get_one(User, cast[name]), "t")
    return {"Authorization": f"Bearer {token}"}


def test_times_away_are_entered_listed_and_taken_back(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    omar, now = headers(cast, "omar"), clock.now().replace(microsecond=0)
    path = f"/api/v1/people/{cast['omar']}/aways"
    span = {"starts_at": iso(now + timedelta(days=1)), "ends_at": iso(now + timedelta(days=2))}
    assert client.post(path, json=span, headers=headers(cast, "olga")).status_code == 403
    made: Any = client.post(path, json={**span, "note": "Sea"}, headers=omar)
    assert made.status_code == 201
    listed: Any = client.get(path, headers=omar).json
    assert listed["aways"] == [{**span, "id": made.json["id"], "note": "Sea", "source": "entered"}]
    for wrong, place in (
        (span, "starts_at"),  # the same once more
        ({**span, "ends_at": "soon"}, "ends_at"),
        ({**span, "starts_at": 7}, "starts_at"),
        ({**span, "who": "me"}, "who"),
        ([], "body"),
    ):
        refused: Any = client.post(path, json=wrong, headers=omar)
        assert (refused.status_code, refused.json["place"]) == (422, place)
    assert client.delete(f"{path}/{made.json['id']}", headers=omar).status_code == 204
    assert client.get(path, headers=omar).json == {"aways": []}


def test_people_and_turns_are_read(app: Flask, client: FlaskClient, cast: Cast) -> None:
    layer = {"name": "All day", "zone": "UTC", "starts": "00:00", "ends": "00:00", "turn_days": "1"}
    days = {"since": "2026-01-05", "days": list("1234567"), f"place-{cast['omar']}": "1"}
    submit(browser(app, "omar"), "/people/rotations/ops/layers", {**layer, **days})
    with transaction() as session:
        until = clock.now().date() + timedelta(days=3)
        session.add(Certificate(user_id=cast["omar"], skill="tls", until=until))
    omar = headers(cast, "omar")
    people: Any = client.get("/api/v1/people", headers=omar).json
    found = next(one for one in people["people"] if one["id"] == cast["omar"])
    assert (found["team"], found["skills"], found["hours"]) == ("ops", ["tls"], ["00:00", "23:59"])
    turns: Any = client.get("/api/v1/rotations/ops", headers=omar).json
    assert {turn["name"] for turn in turns["turns"]} == {"Omar Okafor"}
    assert len(turns["turns"]) in (28, 29)
    backwards = "/api/v1/rotations/ops?since=2027-01-02T00:00:00Z&until=2027-01-01T00:00:00Z"
    assert client.get(backwards, headers=omar).status_code == 422
    assert client.get("/api/v1/rotations/nobody", headers=omar).status_code == 404
