"""CSRF: a token in every form and htmx request; JSON APIs are for bearer tokens only."""

from typing import NoReturn

from flask import Blueprint, Flask, abort, request
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()


def init_csrf(app: Flask) -> None:
    """Protect every form. The token lives as long as the session."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf.init_app(app)


def bearer_only(blueprint: Blueprint) -> Blueprint:
    """Exempt a JSON blueprint from form tokens, and in exchange refuse to change anything for a
    cookie: a browser sends cookies along by itself, an Authorization header never."""
    csrf.exempt(blueprint)

    @blueprint.before_request
    def _refuse_cookies() -> None:
        changes = request.method not in ("GET", "HEAD", "OPTIONS")
        if changes and not request.headers.get("Authorization"):
            ask_for_token()

    return blueprint


def ask_for_token() -> NoReturn:
    """Answer a program that is nobody with 401 and what it must bring."""
    abort(401, description="Send Authorization: Bearer tu_…; `turnup admin token` makes one")
