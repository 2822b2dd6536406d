"""Signing in, and the permission that every route carries."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.doors import sign_in, submit


def test_the_right_password_signs_in_and_sign_out_ends_it(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, "ann")
    assert client.get("/login").status_code == 302
    assert submit(client, "/logout", {}, page="/nothing-here").status_code == 303
    assert client.get("/login").status_code == 200


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
