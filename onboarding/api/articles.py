"""/api/v1/articles: what is written down, for other systems. Bearer tokens of people."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from onboarding.api.documents import body, json_document
from onboarding.clock import iso
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.fields import Fields
from onboarding.knowledge import actions, queries
from onboarding.knowledge.access import reader
from onboarding.knowledge.models import Article
from onboarding.knowledge.search import Narrow, search
from onboarding.people.access import actor, requires
from onboarding.web.csrf import bearer_only

articles_api = bearer_only(Blueprint("articles_api", __name__, url_prefix="/api/v1"))
LARGEST = 512 * 1024
MOST = 50


@articles_api.get("/articles")
@requires("knowledge.see", "workspace.see")
def found() -> Response:
    """`?q=` searches, best first; without it a page of all by title, `?page=` from 1."""
    session, wanted = db.session(), request.args.get("q", "").replace("\x00", "").strip()[:300]
    stage, area = request.args.get("stage", ""), request.args.get("area", "")
    if wanted:
        hits = search(session, reader(), wanted, Narrow(("article",), stage, area), MOST)
        ids = [int(hit.passage.ref.partition(":")[2]) for hit in hits]
        rows = [session.get_one(Article, one) for one in ids]
        return jsonify({"articles": [_shown(one) for one in rows], "total": len(rows)})
    page = request.args.get("page", "1")
    if not (page.isascii() and page.isdigit() and int(page[:7]) > 0 and len(page) < 7):
        raise BadInput(f"{page[:20]!r} is no page", place="page", hint="a number from 1")
    which = queries.Filter(stage=stage, area=area)
    listed, total = queries.listed(session, reader(), which, MOST, (int(page) - 1) * MOST)
    return jsonify({"articles": [_shown(one) for one in listed], "total": total})


@articles_api.get("/articles/<int:article_id>")
@requires("knowledge.see", "workspace.see")
def one(article_id: int) -> Response:
    article = queries.readable(db.session(), reader(), article_id)
    return jsonify({**_shown(article), "body": article.body})


@articles_api.post("/articles")
@requires("knowledge.write")
def write() -> tuple[Response, int]:
    """A new article; `"state": "published"` publishes it at once. 201."""
    given, publish, _ = _given()
    with transaction() as session:
        article = actions.write(session, actor(), given)
        if publish:
            actions.publish(session, actor(), article.id)
        return jsonify(_shown(article)), 201


@articles_api.put("/articles/<int:article_id>")
@requires("knowledge.write")
def revise(article_id: int) -> Response:
    """Save another revision; with `"revision"`, only where that is still the newest (else 409)."""
    given, publish, seen = _given()
    with transaction() as session:
        article = actions.revise(session, actor(), article_id, given, seen)
        if publish:
            actions.publish(session, actor(), article_id)
        return jsonify(_shown(article))


def _given() -> tuple[actions.Given, bool, int | None]:
    fields = Fields(json_document(body(LARGEST)), "article")
    public, state = fields.get("public", False), fields.get("state", "draft")
    seen = fields.get("revision")
    if not isinstance(public, bool):
        raise fields.wrong("public", "is not true or false", "true: anybody may read it")
    if state not in ("draft", "published"):
        raise fields.wrong("state", f"{state!r} is no state", "draft or published")
    if seen is not None and (isinstance(seen, bool) or not isinstance(seen, int)):
        raise fields.wrong("revision", "is no number", "the number of the one you changed")
    given = actions.Given(
        title=fields.text("title", "the question it answers, on one line"),
        body=_text(fields),
        stage=fields.text("stage", "a stage", default=""),
        area=fields.text("area", "an area", default=""),
        public=public,
        note=fields.text("note", "what has changed", default=""),
    )
    fields.done()
    return given, state == "published", seen


def _text(fields: Fields) -> str:
    value = fields.get("body")
    if not isinstance(value, str) or not value.strip():
        raise fields.wrong("body", "is missing", "the text, in Markdown")
    return value


def _shown(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "stage": article.stage,
        "area": article.area,
        "public": article.public,
        "state": article.state,
        "revision": article.revision,
        "owner": article.owner.email if article.owner else None,
        "review_on": article.review_on.isoformat(),
        "updated_at": iso(article.updated_at),
    }
