"""/subscriptions: what somebody gets; and each subscription's own page, by the link in its letters.

Looking changes nothing and only a form acts, so that a mail scanner that follows links ends and
confirms nothing for anybody. `/end` takes the one POST of RFC 8058, which brings no form token.
"""

from dataclasses import replace

from flask import Blueprint, Response, make_response, render_template, request
from flask_login import current_user

from onboarding.channels.webhook_keys import signing_key
from onboarding.config import settings
from onboarding.customers.queries import customer_of, turnups_of
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.people.access import actor, me, public, requires
from onboarding.posts import links, queries, reach, subscribing
from onboarding.posts.fields import AUDIENCES, LANGUAGE_NAMES
from onboarding.posts.letters import whose
from onboarding.posts.models import Subscription
from onboarding.posts.phrases import phrases
from onboarding.posts.reading import shown
from onboarding.posts.subscribing import Wish
from onboarding.trail.log import Actor
from onboarding.web import forms
from onboarding.web.csrf import csrf
from onboarding.web.fragments import done
from onboarding.web.limits import limiter
from onboarding.zones import zone_from, zones

subscriptions = Blueprint("subscriptions", __name__)
guessing = limiter.limit("120 per minute", deduct_when=lambda answer: answer.status_code == 404)


@subscriptions.get("/subscriptions")
@requires("posts.see", "workspace.see")
def listed() -> Response:
    return _page({}, None)


@subscriptions.post("/subscriptions")
@requires("posts.see", "workspace.see")
@limiter.limit("60 per minute")
def add() -> Response:
    """One's own address is taken at once, as are the channels of programs; another's is asked."""
    try:
        wish = _wish()
        with transaction() as session:
            _refuse_strangers(wish.scope)
            theirs = wish.channel == "email" and wish.recipient.strip().lower() != me().email
            subscribing.subscribe(session, actor(), wish, confirmed=not theirs)
    except BadInput as wrong:
        return _page(request.form, wrong)
    return done("/subscriptions")


@subscriptions.get("/subscriptions/<token>")
@public
@guessing
def show(token: str) -> Response:
    """Protected by the signature in its address, as is all that follows."""
    return _one(token, None)


@subscriptions.post("/subscriptions/<token>")
@public
@guessing
def change(token: str) -> Response:
    """Protected by the signature in its address."""
    try:
        with transaction() as session:
            row = links.by_token(session, token)
            wish = _chosen(Wish(row.scope, row.audience, row.channel, row.recipient))
            subscribing.change(session, _by(row), row, wish)
    except BadInput as wrong:
        return _one(token, wrong)
    return done(f"/subscriptions/{token}")


@subscriptions.post("/subscriptions/<token>/confirm")
@public
@guessing
def confirm(token: str) -> Response:
    """Protected by the signature in its address, which only the recipient was sent."""
    with transaction() as session:
        row = links.by_token(session, token)
        subscribing.confirm(session, _by(row), row)
    return done(f"/subscriptions/{token}")


@subscriptions.get("/subscriptions/<token>/end")
@public
@guessing
def end_form(token: str) -> Response:
    """Protected by the signature in its address."""
    return _one(token, None)


@subscriptions.post("/subscriptions/<token>/end")
@public
@guessing
def end(token: str) -> Response:
    """Protected by the signature in its address; it needs no form token, for it can only end."""
    with transaction() as session:
        row = links.by_token(session, token)
        subscribing.end(session, _by(row), row)
    if request.form.get("List-Unsubscribe") == "One-Click":
        return make_response("", 200)  # a mail program follows no redirect: RFC 8058, 3.1
    return done(f"/subscriptions/{token}")


csrf.exempt(end)


def _by(row: Subscription) -> Actor:
    return Actor(f"subscription:{row.id}", "link")


def _wish() -> Wish:
    staff = me().role != "customer"
    channel = forms.choice("channel", _channels())
    to = forms.text("recipient", longest=reach.LONGEST, needed=channel != "email") or me().email
    audience = forms.choice("audience", AUDIENCES) if staff else "customer"
    scope = forms.text("scope", longest=40)
    wish = Wish(scope, audience, channel, to, user_id=me().id, source=f"user:{me().id}")
    return _chosen(wish)


def _channels() -> list[str]:
    """Mail first: it is there for everybody."""
    found = reach.channels(outsider=me().role == "customer")
    return sorted(found, key=lambda one: (one != "email", one))


def _chosen(wish: Wish) -> Wish:
    return replace(
        wish,
        language=forms.choice("language", LANGUAGE_NAMES),
        zone=zone_from(forms.text("zone", longest=60)),
        quiet=forms.text("quiet", longest=20, needed=False),
        digest=forms.text("digest", longest=10, needed=False),
    )


def _refuse_strangers(scope: str) -> None:
    """A customer's people follow what is theirs; for others it is not there."""
    customer, _title = subscribing.about(db.session(), scope)
    if me().role == "customer":
        mine = customer_of(db.session(), me())
        if mine is None or mine.id != customer.id:
            raise NotFound("There is nothing of that kind to follow", hint="choose from the list")


def _page(values: object, wrong: BadInput | None) -> Response:
    session = db.session()
    response = make_response(
        render_template(
            "posts/subscriptions.html",
            rows=[
                (row, subscribing.about(session, row.scope)[1], links.token_of(row.id))
                for row in queries.subscriptions(session, me().id)
            ],
            scopes=_scopes(),
            channels=[(one, one) for one in _channels()],
            audiences=AUDIENCES if me().role != "customer" else (),
            languages=LANGUAGE_NAMES,
            zones=zones(),
            language=subscribing.language_of(me()),
            values=values,
            problem=wrong,
        )
    )
    response.status_code = wrong.status if wrong else 200
    return response


def _key(row: Subscription) -> str:
    """What signs the letters to a webhook, for whoever entered it; else empty."""
    mine = current_user.is_authenticated and current_user.id == row.user_id
    if row.channel != "webhook" or not mine:
        return ""
    return signing_key(settings().key("secret"), row.recipient, whose(row))


def _scopes() -> list[tuple[str, str]]:
    """What can be followed: a customer's own; for others, what `?cutover=` is about."""
    session = db.session()
    if me().role == "customer":
        customer = customer_of(session, me())
        found = turnups_of(session, customer) if customer else ()
        return [one for turnup in found for one in queries.followable(session, turnup)]
    asked = request.args.get("cutover", "")
    scope = request.form.get("scope") or (f"cutover:{asked}" if asked else "")
    return queries.followable(session, subscribing.within(session, scope)[0]) if scope else []


def _one(token: str, wrong: BadInput | None) -> Response:
    session = db.session()
    row = links.by_token(session, token)
    live = row.confirmed_at is not None and not row.is_over
    said = []
    for cutover in subscribing.cutovers_of(session, row.scope)[:5] if live else ():
        posts = queries.latest(session, cutover.id, row.audience, 10)
        said += shown(session, posts, row.language, row.zone, cutover.practice)
    response = make_response(
        render_template(
            "posts/subscription.html",
            row=row,
            title=subscribing.about(session, row.scope)[1],
            token=token,
            words=phrases(row.language)["page"],
            signs=_key(row),
            languages=LANGUAGE_NAMES,
            zones=zones(),
            posts=sorted(said, key=lambda one: one.at, reverse=True)[:20],
            values=request.form if wrong else {},
            problem=wrong,
        )
    )
    response.status_code = wrong.status if wrong else 200
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response
