"""Customers over the API: tokens, all or none, and a description that says what is there."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from onboarding.api.routes import ROUTES
from onboarding.db import db, transaction
from onboarding.people.actions import make_token
from onboarding.people.models import User
from onboarding.trail.log import SYSTEM, read
from tests.cast import Cast
from tests.stories import customer

URL = "/api/v1/customers"
BETA = {"name": "Beta", "external_id": "7", "hostnames": ["www.beta.example"]}


@pytest.fixture
def tokens(cast: Cast) -> dict[str, str]:
    with transaction() as session:
        return {
            name: make_token(session, SYSTEM, session.get_one(User, cast[name]), "t")
            for name in ("ann", "omar")
        }


def post(client: FlaskClient, token: str, *given: Any, query: str = "") -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"}
    return client.post(f"{URL}{query}", json={"customers": list(given)}, headers=headers)


def test_made_once_seen_in_the_list_and_the_same_again(
    app: Flask, client: FlaskClient, tokens: dict[str, str]
) -> None:
    dry: Any = post(client, tokens["ann"], BETA, query="?dry_run=1")
    assert (dry.status_code, dry.json["written"]) == (200, False)
    made = post(client, tokens["ann"], BETA)
    assert made.status_code == 201, made.text
    headers = {"Authorization": f"Bearer {tokens['omar']}"}
    listed: Any = client.get(f"{URL}?limit=1", headers=headers).json
    assert [one["external_id"] for one in listed["customers"]] == ["7"]
    assert listed["next"] is None
    shown: Any = client.get(f"{URL}/beta", headers=headers).json
    assert shown["turnups"][0]["hostnames"] == ["www.beta.example"]
    assert post(client, tokens["ann"], BETA).status_code == 200
    (entry,) = [
        one for one in read(db.session(), f"customer:{shown['id']}") if one.kind == "customer.added"
    ]
    assert entry.source == "api"


def test_all_or_none_and_every_fault_by_its_path(
    client: FlaskClient, tokens: dict[str, str]
) -> None:
    answer: Any = post(
        client, tokens["ann"], BETA, {"name": 3, "zone": ""}, "x", {"name": "C", "timezone": "no"}
    )
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    places = {one["place"] for one in answer.json["faults"]}
    assert places == {
        "customers[1], zone",
        "customers[1], name",
        "customers[2]",
        "customers[3], timezone",
    }
    headers = {"Authorization": f"Bearer {tokens['ann']}"}
    assert client.get(URL, headers=headers).json == {"customers": [], "next": None}
    for body in (b"{", b"[]", b'{"customers": []}', b'{"customers": [NaN]}', b"\xff"):
        assert client.post(URL, data=body, headers=headers).status_code == 422
    assert client.get(f"{URL}?after=x", headers=headers).status_code == 422
    assert client.get(f"{URL}/none", headers=headers).status_code == 404


def test_who_may(client: FlaskClient, tokens: dict[str, str]) -> None:
    customer("Acme")
    assert client.get(URL).status_code == 401
    assert post(client, "tu_wrong", BETA).status_code == 401
    assert post(client, tokens["omar"], BETA).status_code == 403
    with transaction() as session:
        cora = session.query(User).filter_by(role="customer").one()
        token = make_token(session, SYSTEM, cora, "t")
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get(f"{URL}/acme", headers=headers).status_code == 403


def test_the_list_goes_on_page_by_page(client: FlaskClient, tokens: dict[str, str]) -> None:
    post(client, tokens["ann"], *({"name": f"C{number}"} for number in range(5)))
    headers = {"Authorization": f"Bearer {tokens['ann']}"}
    seen, after = [], 0
    while after is not None:
        page: Any = client.get(f"{URL}?limit=2&after={after}", headers=headers).json
        seen += [one["name"] for one in page["customers"]]
        after = page["next"]
    assert seen == ["C0", "C1", "C2", "C3", "C4"]


def test_the_description_names_what_is_there_and_nothing_else(
    app: Flask, client: FlaskClient
) -> None:
    there = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(route.method, route.path) for route in ROUTES} == there
    for rule in app.url_map.iter_rules():
        permission = getattr(app.view_functions[rule.endpoint], "permission", "")
        for route in ROUTES:
            if route.path == rule.rule and route.method in (rule.methods or set()):
                assert route.permission == permission
    said: Any = client.get("/api/v1/openapi.json").json
    assert said["openapi"] == "3.1.0"
    names = set(said["components"]["schemas"])
    assert f"{URL}/{{slug}}" in said["paths"]
    assert {ref.rpartition("/")[2] for ref in references(said)} <= names


def references(document: Any) -> list[str]:
    if isinstance(document, list):
        return [ref for one in document for ref in references(one)]
    if not isinstance(document, dict):
        return []
    own = [document["$ref"]] if "$ref" in document else []
    return own + [ref for one in document.values() for ref in references(one)]
