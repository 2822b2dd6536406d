"""What the public hears: a page and feeds, in the reader's language, and the read API, in English.
Only cutovers that were given a public name are in it."""

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request

from onboarding.brands import queries as brands
from onboarding.config import settings
from onboarding.db import db
from onboarding.people.access import public, speak_to_reader
from onboarding.posts import statuspage, told
from onboarding.posts.feeds import Feed, atom, json_feed
from onboarding.web.language import LANGUAGES, _, first_known, language, speaking
from onboarding.web.limits import limiter

public_status = Blueprint("public_status", __name__)
often = limiter.limit("240 per minute")
AGE_S = 10


@public_status.get("/status")
@public
@often
def page() -> Response:
    """Shown to everybody; kept by the reader's browser alone, as its head says who is signed in."""
    speak_to_reader(request.args.get("lang", ""))
    found = told.to_public(db.session(), language())
    indicator = statuspage.status(found)["indicator"]
    shown = render_template(
        "posts/public.html", told=found, indicator=indicator, languages=LANGUAGES
    )
    response = kept(make_response(shown), "private")
    response.vary.update(("Accept-Language", "Cookie"))
    return response


@public_status.get("/status/posts.atom")
@public
@often
def atom_feed() -> Response:
    """Shown to everybody."""
    feed = _feed("posts.atom")
    return as_atom(feed, told.to_public(db.session(), feed.language))


@public_status.get("/status/posts.json")
@public
@often
def feed_as_json() -> Response:
    """Shown to everybody."""
    feed = _feed("posts.json")
    return as_json_feed(feed, told.to_public(db.session(), feed.language))


@public_status.get("/api/v2/<path:name>.json")
@public
@often
def api(name: str) -> Response:
    """Shown to everybody."""
    here = statuspage.Page("turnup", "Status", f"{settings().public_url}/status")
    return as_answer(name, here, told.to_public(db.session()))


def _feed(name: str) -> Feed:
    """In the language that its address names: one address says the same to every reader."""
    code = first_known(request.args.get("lang", "")) or "en"
    asked = "" if code == "en" else f"?lang={code}"
    base = f"{settings().public_url}/status"
    author = brands.of_all(db.session()).name or "Turnup"
    with speaking(code):
        title = _("Status")
    return Feed(title, f"{base}{asked}", f"{base}/{name}{asked}", code, author)


def as_atom(feed: Feed, found: list[told.Told]) -> Response:
    """The feed, or 304 where the reader has it."""
    return kept(Response(atom(feed, found), mimetype="application/atom+xml"))


def as_json_feed(feed: Feed, found: list[told.Told]) -> Response:
    """The feed, or 304 where the reader has it."""
    response = jsonify(json_feed(feed, found))
    response.mimetype = "application/feed+json"
    return kept(response)


def as_answer(name: str, page: statuspage.Page, found: list[told.Told]) -> Response:
    """An answer of the read API, to any site that asks; 404 for a name that there is none of."""
    if name not in statuspage.ANSWERS:
        abort(404)
    response = kept(jsonify(statuspage.answer(name, page, found)))
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def kept(response: Response, whose: str = "public") -> Response:
    """For a few seconds, by `whose` caches, and asked about by its tag after that."""
    response.headers["Cache-Control"] = f"{whose}, max-age={AGE_S}"
    response.add_etag()
    response.make_conditional(request)
    return response
