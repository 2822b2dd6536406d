"""Who may wire a cutover makes the token by which its counts are pushed."""

import re

from flask import Flask
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.db import transaction
from onboarding.people.actions import make_token
from onboarding.people.models import User
from onboarding.trail.log import Actor
from tests.cast import Cast
from tests.doors import submit
from tests.metrics.test_push import post
from tests.stories import book, browser, customer


def test_a_token_is_made_where_it_is_wired_and_ends_the_one_before(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    number = book(cast, customer("Acme", manager=cast["ann"]))
    omar, path = browser(app, "omar"), f"/cutovers/{number}/push-token"
    wiring = omar.get(f"/cutovers/{number}/edit").text
    assert "None was made yet" in wiring
    assert "Call it off" not in wiring  # he wires what others plan
    assert f"/cutovers/{number}/edit" in omar.get(f"/cutovers/{number}").text
    shown = submit(omar, path, {})
    assert shown.headers["Cache-Control"] == "no-store"
    first = re.findall(r'value="(tup_[^"]+)"', shown.text)[0]
    row = {"at": clock.iso(clock.now()), "arm": "moved", "requests": 100, "errors": 2}
    assert post(client, first, {"counts": [row]}, number).json == {"new": 1, "known": 0}
    assert "The newest was made" in omar.get(f"/cutovers/{number}/edit").text

    with transaction() as session:
        person = session.get_one(User, cast["omar"])
        key = make_token(session, Actor(f"user:{person.id}", "web"), person, "wiring")
    headers = {"Authorization": f"Bearer {key}"}  # the same by a program
    second = client.post(f"/api/v1{path}", headers=headers)
    assert second.status_code == 201
    assert post(client, first, {"counts": [row]}, number).status_code == 403
    assert post(client, second.json["token"], {"counts": [row]}, number).json["known"] == 1

    ann = browser(app, "ann")
    assert submit(ann, path, {}).status_code == 403  # she books and does not wire
    timeline = omar.get(f"/cutovers/{number}").text
    assert "made a new token to push counts" in timeline
    assert first not in timeline
    submit(ann, f"/cutovers/{number}/cancel", {"reason": "Not now"})
    refused = submit(omar, path, {})
    assert refused.status_code == 409
    assert "This cutover is cancelled" in refused.text
