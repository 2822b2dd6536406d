"""/api/v1/pages: page people from elsewhere, see pages, answer them. Bearer tokens of people."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from onboarding.clock import iso
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.paging import actions, queries
from onboarding.paging.models import Page
from onboarding.people.access import actor, me, requires
from onboarding.web.csrf import bearer_only

pages_api = bearer_only(Blueprint("pages_api", __name__, url_prefix="/api/v1"))
MOST = 200  # pages in one answer
FIELDS = ("audience", "text", "severity", "key", "link")


@pages_api.get("/pages")
@requires("paging.see")
def listed() -> Response:
    """The last 200 pages, those that nobody has answered first; `?state=open` only those."""
    rows, _more = queries.listed(db.session(), request.args.get("state", ""), shown=MOST)
    return jsonify({"pages": [_shown(page) for page in rows]})


@pages_api.post("/pages")
@requires("paging.page")
def page() -> tuple[Response, int]:
    """`{"audience": ["team:support"], "text", "severity"?, "key"?, "link"?}`; 201, or 200 where a
    page of this key is not resolved and counts it as a repeat."""
    given = _document()
    audience, text = given.get("audience"), given.get("text")
    if not isinstance(audience, list) or not all(isinstance(name, str) for name in audience):
        raise BadInput("who is to be called", place="audience", hint='a list like ["team:ops"]')
    texts = {"text": text, **{k: given.get(k, "") for k in ("severity", "key", "link")}}
    for name, value in texts.items():
        if not isinstance(value, str):
            raise BadInput("this is no text", place=name, hint="a text in quotes")
    link = texts["link"] or "/pages"
    if not link.startswith("/") or link.startswith(("//", "/\\")):
        raise BadInput("this is no path of this site", place="link", hint="like /cutovers/7")
    key = texts["key"] or actions.key_of(me(), audience, texts["text"])
    with transaction() as session:
        row = actions.page(
            session,
            actor(),
            "paging",
            audience,
            texts["text"],
            link,
            key,
            texts["severity"] or "error",
            words=True,
        )
        return jsonify(_shown(row)), 200 if row.repeats else 201


@pages_api.post("/pages/<int:page_id>/<any(acknowledge,resolve):verb>")
@requires("paging.answer")
def answer(page_id: int, verb: str) -> Response:
    """Answers with the page as it is then; 409 where somebody else has it or it is over."""
    with transaction() as session:
        if verb == "acknowledge":
            row = actions.acknowledge(session, actor(), me(), page_id)
        else:
            row = actions.resolve(session, actor(), page_id)
        return jsonify(_shown(row))


def _document() -> dict[str, Any]:
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        hint = "a JSON object with audience and text"
        raise BadInput("this is no JSON object", place="body", hint=hint)
    if unknown := sorted(set(given) - set(FIELDS)):
        raise BadInput("this is no field of a page", place=unknown[0], hint=", ".join(FIELDS))
    return given


def _shown(page: Page) -> dict[str, Any]:
    times = ("opened_at", "acknowledged_at", "resolved_at", "holds_until")
    moments = {name: getattr(page, name) for name in times}
    return {
        "id": page.id,
        "key": page.key,
        "subject": page.subject,
        "severity": page.severity,
        "text": page.text,
        "link": page.link,
        "state": page.state,
        "repeats": page.repeats,
        "round": page.round,
        "holder": page.holder_id,
        **{name: iso(at) if at else None for name, at in moments.items()},
    }
