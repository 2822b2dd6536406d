"""Signing in, and the permission that every route carries."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.people.models import SignIn
from tests.cast import Cast
from tests.doors import sign_in, submit
from tests.stories import browser


def test_the_right_password_signs_in_and_sign_out_ends_it(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "ann")
    assert client.get("/login").status_code == 302
    assert submit(client, "/logout", {}, page="/nothing-here").status_code == 303
    assert client.get("/login").status_code == 200


def copied(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another browser that holds a copy of this one's cookie."""
    kept, other = client.get_cookie("session"), app.test_client()
    assert kept is not None
    other.set_cookie("session", kept.value)
    return other


def test_a_copy_of_the_cookie_ends_with_the_sign_in_and_everywhere_ends_them_all(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    here, there, else_one = sign_in(client, "ann"), browser(app, "ann"), browser(app, "omar")
    copy, far_copy = copied(app, here), copied(app, there)
    assert [one.get("/cutovers").status_code for one in (copy, far_copy)] == [200, 200]
    submit(here, "/logout", {}, page="/nothing-here")
    assert [one.get("/cutovers").status_code for one in (here, copy, there)] == [302, 302, 200]
    again = sign_in(here, "ann")
    page = again.get("/cutovers").text
    assert 'action="/logout/everywhere"' in page
    assert submit(again, "/logout/everywhere", {}, page="/cutovers").status_code == 303
    ended = (again, there, copy, far_copy, copied(app, there))
    assert [one.get("/cutovers").status_code for one in ended] == [302] * 5
    assert else_one.get("/cutovers").status_code == 200
    with transaction() as session:  # nobody signed out of it for months
        session.query(SignIn).update({SignIn.at: clock.now() - timedelta(days=401)})
    sign_in(here, "ann")
    assert [one.get("/cutovers").status_code for one in (here, else_one)] == [200, 302]


def test_who_is_signed_in_is_one_query(app: Flask, client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "ann")
    asked: list[str] = []
    listener = ("before_cursor_execute", lambda *given: asked.append(given[2]))
    event.listen(db.engine, *listener)
    try:
        assert client.get("/login").status_code == 302, "asks who is signed in, and nothing else"
    finally:
        event.remove(db.engine, *listener)
    assert len([one for one in asked if one != "BEGIN"]) == 1, asked


@pytest.mark.parametrize("email", ["ann@vendor.example", "nobody@vendor.example"])
def test_a_wrong_one_is_refused_in_the_same_words(
    client: FlaskClient, cast: Cast, email: str
) -> None:
    answer = submit(client, "/login", {"email": email, "password": "wrong password"})
    assert answer.status_code == 403
    assert "Address and password do not match" in answer.text


def test_a_form_without_its_token_is_refused(client: FlaskClient, cast: Cast) -> None:
    answer = client.post("/login", data={"email": "ann@vendor.example", "password": "x"})
    assert answer.status_code == 400
    assert "Reload the page" in answer.text


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_signing_in_leads_nowhere_else(client: FlaskClient, cast: Cast, target: str) -> None:
    fields = {"email": "ann@vendor.example", "password": "correct horse battery", "next": target}
    assert submit(client, "/login", fields).headers["Location"] == "/"


def test_every_route_names_a_permission_or_says_it_is_public(app: Flask) -> None:
    unnamed = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not hasattr(app.view_functions[rule.endpoint], "permission")
    ]
    assert unnamed == []
