"""The doors people use, for tests: signing in, forms with their token."""

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.cast import PASSWORD

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"|name="csrf-token" content="([^"]+)"')


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD) -> FlaskClient:
    """Sign `name` of the cast in through the login form."""
    email = name if "@" in name else f"{name}@vendor.example"
    answer = submit(client, "/login", {"email": email, "password": password})
    assert answer.status_code == 303, answer.text
    return client


def token(client: FlaskClient, page: str = "/login") -> str:
    """The form token that `page` carries."""
    found = TOKEN.search(client.get(page, follow_redirects=True).text)
    assert found, f"{page} carries no form token"
    return found[1] or found[2]


def submit(
    client: FlaskClient, path: str, fields: dict[str, Any], page: str = "/login", **more: Any
) -> TestResponse:
    """POST a form with its token, as a browser without JavaScript would."""
    return client.post(path, data={"csrf_token": token(client, page), **fields}, **more)
