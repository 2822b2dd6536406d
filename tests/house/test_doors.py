"""Every door of the house: who gets in is what the table of permissions says, and forms carry a token."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from onboarding.people.permissions import ROLES, STAFF, may
from tests.cast import Cast
from tests.doors import sign_in, token
from tests.stories import customer

ON_ONE = pytest.mark.parametrize("house", ["sqlite"], indirect=True)

REFUSAL = "Your role does not allow this"
PEOPLE = {
    "account_manager": "ann",
    "support": "sue",
    "ops": "omar",
    "neteng": "nina",
    "engineering": "eve",
    "admin": "adam",
    "customer": "cora@acme.example",
}
#: One-click unsubscribe (RFC 8058): a mail program's POST, which a signature protects instead.
ONE_CLICK = ("subscriptions.end",)
ALONE = (
    "people.logout",
    "people.logout_everywhere",
    "people.sign_in",
    "static",
)  # they change who is asking


def doors(app: Flask) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """(method, an address of nothing that is there, the permissions that open it)."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if rule.endpoint in ALONE or not getattr(view, "permission", ""):
            continue
        permissions = getattr(view, "permissions", (view.permission,))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, address(rule), permissions


def address(rule: Rule) -> str:
    """A path of `rule` with numbers and words of nothing that is there."""
    parts = {}
    for name in rule.arguments:
        converter = rule._converters[name]
        words = getattr(converter, "items", {"nothing"})
        parts[name] = 2**31 - 2 if isinstance(converter, IntegerConverter) else min(words)
    built = rule.build(parts)
    assert built is not None
    return built[1]


@ON_ONE
def test_nobody_gets_in_without_a_sign_in(app: Flask, client: FlaskClient, cast: Cast) -> None:
    headers = {"X-CSRFToken": token(client)}
    asked = 0
    for method, path, _ in doors(app):
        answer = client.open(path, method=method, headers=headers)
        if path.startswith("/api/"):
            assert answer.status_code in (401, 403), (method, path, answer.status_code)
        else:
            assert answer.status_code == 302, (method, path, answer.status_code)
            assert answer.headers["Location"].startswith("/login"), (method, path)
        asked += 1
    assert asked > 30


@ON_ONE
@pytest.mark.parametrize("role", sorted(ROLES))
def test_each_role_gets_in_where_the_table_says_and_nowhere_else(
    app: Flask, client: FlaskClient, cast: Cast, role: str
) -> None:
    if role == "customer":
        customer("Acme")
    sign_in(client, PEOPLE[role])
    headers = {"X-CSRFToken": token(client, "/nothing-here")}
    wrong = []
    for method, path, permissions in doors(app):
        if path.startswith("/api/"):
            continue  # bearer tokens only: tests/metrics and the like
        answer = client.open(path, method=method, headers=headers)
        refused = answer.status_code == 403 and REFUSAL in answer.text
        allowed = any(may(role, permission) for permission in permissions)
        if refused == allowed or answer.status_code >= 500:
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def test_customers_hold_nothing_of_the_staffs() -> None:
    assert ROLES["customer"] & STAFF == {"profile.edit"}
    others = frozenset().union(*(held for role, held in ROLES.items() if role != "customer"))
    assert ROLES["customer"] & others == {"profile.edit"}


def test_who_flips_signs_and_wires_is_who_it_should_be() -> None:
    def holders(permission: str) -> set[str]:
        return {role for role in ROLES if may(role, permission)}

    assert holders("forecasts.sign") == {"ops", "neteng", "admin"}
    assert holders("cutovers.wire") == {"ops", "neteng", "admin"}
    assert holders("ramps.flip") == {"account_manager", "ops", "neteng", "admin"}
    assert holders("ramps.rollback") == set(ROLES) - {"customer"}
    assert holders("cutovers.overrule") == holders("people.edit") == {"admin"}


@ON_ONE
def test_every_form_without_its_token_is_refused(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    sign_in(client, "adam")
    asked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ONE_CLICK:
            continue
        changes = (rule.methods or set()) & {"POST", "PUT", "PATCH", "DELETE"}
        for method in changes:
            answer = client.open(address(rule), method=method)
            expected = (401, 403) if rule.rule.startswith("/api/") else (400,)
            assert answer.status_code in expected, (method, rule.rule, answer.status_code)
            asked += 1
    assert asked > 20
    assert client.get("/cutovers").status_code == 200  # still signed in: nothing was done
