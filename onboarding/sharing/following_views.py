"""The posts of a shared page, for feed readers and programs, and to anybody's mail who confirms it."""

from dataclasses import replace

from flask import Blueprint, Response, g, make_response, render_template, request
from sqlalchemy.orm import Session

from onboarding.config import settings
from onboarding.cutovers import queries as cutovers
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.people.access import public
from onboarding.posts import queries as posts
from onboarding.posts import subscribing, told
from onboarding.posts.feeds import Feed
from onboarding.posts.fields import LANGUAGE_NAMES
from onboarding.posts.phrases import phrases
from onboarding.posts.public_views import as_answer, as_atom, as_json_feed
from onboarding.posts.statuspage import Page
from onboarding.posts.subscribing import Wish
from onboarding.sharing import doors, showing
from onboarding.sharing.doors import guessing, private
from onboarding.sharing.models import ShareLink
from onboarding.trail.log import Actor
from onboarding.web import forms
from onboarding.web.fragments import done
from onboarding.web.language import marked
from onboarding.web.limits import limiter
from onboarding.zones import zone_from, zones

following = Blueprint("following", __name__)


@following.get("/share/<token>/posts.atom")
@public
@guessing
def atom_feed(token: str) -> Response:
    """Protected by the page's token and locks."""
    return _unlisted(as_atom(*_fed(token, "posts.atom")))


@following.get("/share/<token>/posts.json")
@public
@guessing
def feed_as_json(token: str) -> Response:
    """Protected by the page's token and locks."""
    return _unlisted(as_json_feed(*_fed(token, "posts.json")))


@following.get("/share/<token>/api/v2/<path:name>.json")
@public
@guessing
def api(token: str, name: str) -> Response:
    """Protected by the page's token and locks."""
    link = doors.opened(db.session(), token)
    customer, url = link.turnup.customer, f"{settings().public_url}/share/{token}"
    here = Page(f"share-{link.id}", customer.name, url, customer.timezone)
    return _unlisted(as_answer(name, here, _told(db.session(), link)))


@following.get("/share/<token>/follow")
@public
@guessing
def form(token: str) -> Response:
    """Protected by the page's token and locks."""
    return _form(token, {}, None)


@following.post("/share/<token>/follow")
@public
@guessing
@limiter.limit("10 per minute")
def follow(token: str) -> Response:
    """Protected by the page's token and locks. Nothing is sent but the question, until it is
    answered."""
    try:
        wish = Wish(
            scope=forms.text("scope", longest=40),
            audience="customer",
            channel="email",
            recipient=forms.text("email", longest=254),
            language=forms.choice("language", LANGUAGE_NAMES),
            zone=zone_from(forms.text("zone", longest=60)),
            quiet=forms.text("quiet", longest=20, needed=False),
            digest=forms.text("digest", longest=10, needed=False),
        )
        with transaction() as session:
            link = doors.opened(session, token)
            _ours(session, link, wish.scope)
            asker = Actor(f"share:{link.id}", "web")
            ours = replace(wish, source=asker.name, lasts_until=link.expires_at)
            subscribing.subscribe(session, asker, ours, confirmed=False)
    except BadInput as wrong:
        place = "email" if wrong.place == "recipient" else wrong.place
        return _form(token, request.form, BadInput(wrong.message, place=place, hint=wrong.hint))
    return done(f"/share/{token}/follow?asked")


def _ours(session: Session, link: ShareLink, scope: str) -> None:
    if scope not in dict(posts.followable(session, link.turnup)):
        raise BadInput(
            marked("this is no choice"), place="scope", hint=marked("choose from the list")
        )


def _form(token: str, values: object, wrong: BadInput | None) -> Response:
    session = db.session()
    link = doors.opened(session, token)
    response = make_response(
        render_template(
            "sharing/follow.html",
            token=token,
            title=link.turnup.name,
            scopes=posts.followable(session, link.turnup),
            zones=zones(),
            words=phrases(g.language)["page"],
            asked="asked" in request.args,
            values=values,
            problem=wrong,
            **showing.around(link),
        )
    )
    response.status_code = wrong.status if wrong else 200
    return private(response, "same-origin")


def _fed(token: str, name: str) -> tuple[Feed, list[told.Told]]:
    link = doors.opened(db.session(), token)
    page = f"{settings().public_url}/share/{token}"
    author = showing.vendor(link)
    feed = Feed(link.turnup.customer.name, page, f"{page}/{name}", g.language, author)
    return feed, _told(db.session(), link)


def _told(session: Session, link: ShareLink) -> list[told.Told]:
    found = cutovers.of_turnup(session, link.turnup_id)
    return told.to_customer(session, found, g.language, link.turnup.customer.timezone)


def _unlisted(response: Response) -> Response:
    tag = response.headers.get("ETag")
    made = private(response)
    made.headers["Cache-Control"] = "private, no-cache" if tag else "no-store"
    return made
