"""The doors people use, for tests: signing in, forms with their token."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import PASSWORD

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|name="csrf-token" content="([^"]+)"')

ANY = "/login"
TOKENS: dict[str, str] = {}


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD) -> FlaskClient:
    """Sign `name` of the cast in through the login form."""
    email = name if "@" in name else f"{name}@vendor.example"
    answer = submit(client, "/login", {"email": email, "password": password})
    assert answer.status_code == 303, answer.text
    return client


def token(client: FlaskClient, page: str = ANY) -> str:
    """The form token that `page` carries; that of any page is good for the whole session, and read once."""
    kept = _kept(client) if page == ANY else ""
    if kept in TOKENS:
        return TOKENS[kept]
    found = TOKEN.search(client.get(page, follow_redirects=True).text)
    assert found, f"{page} carries no form token"
    return TOKENS.setdefault(_kept(client), found[1] or found[2])


def _kept(client: FlaskClient) -> str:
    """What the browser's session holds tokens against."""
    with client.session_transaction() as session:
        return str(session.get("csrf_token", ""))


def submit(
    client: FlaskClient, path: str, fields: dict[str, Any], page: str = ANY, **more: Any
) -> TestResponse:
    """POST a form with its token, as a browser without JavaScript would."""
    return client.post(path, data={"csrf_token": token(client, page), **fields}, **more)
