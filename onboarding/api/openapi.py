"""GET /api/v1/openapi.json: the API described for programs, made from `routes.ROUTES`."""

import re
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, jsonify

from onboarding.api.route import Route
from onboarding.api.routes import ROUTES
from onboarding.api.schemas import SCHEMAS, named
from onboarding.people.access import public

openapi = Blueprint("openapi", __name__)
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")
_TOKENS = {
    "person": "An API token of a person: `turnup admin token`",
    "feed": "The token of a cutover's counts, which its account manager makes",
}


@openapi.get("/api/v1/openapi.json")
@public
def description() -> Response:
    """Nothing to protect: it says what docs/api.md says."""
    return jsonify(document())


def document() -> dict[str, Any]:
    """The API as OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for route in ROUTES:
        path = _PART.sub(r"{\2}", route.path)
        paths.setdefault(path, {})[route.method.lower()] = _operation(route)
    schemes = {
        name: {"type": "http", "scheme": "bearer", "description": about}
        for name, about in _TOKENS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Turnup", "version": version("turnup")},
        "paths": paths,
        "components": {"schemas": SCHEMAS, "securitySchemes": schemes},
    }


def _operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = {
        "summary": route.about,
        "parameters": _parameters(route),
        "responses": {
            str(status): _content(schema, "Done" if status < 400 else "Nothing was written")
            for status, schema in route.answers.items()
        },
        "security": [{route.token: []}] if route.token else [],
    }
    problem = _content(named("Problem"), "What went wrong, and what to do", "problem+json")
    found["responses"]["default"] = problem
    if route.permission:
        found["description"] = f"Needs the permission {route.permission}."
    if route.body is not None:
        found["requestBody"] = {"required": True, **_content(route.body, "JSON")}
    return found


def _parameters(route: Route) -> list[dict[str, Any]]:
    parts = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if kind == "int" else "string"},
        }
        for kind, name in _PART.findall(route.path)
    ]
    asked = [
        {"name": name, "in": "query", "description": about, "schema": {"type": "string"}}
        for name, about in route.query.items()
    ]
    return [*parts, *asked]


def _content(schema: dict[str, Any], about: str, kind: str = "json") -> dict[str, Any]:
    return {"description": about, "content": {f"application/{kind}": {"schema": schema}}}
