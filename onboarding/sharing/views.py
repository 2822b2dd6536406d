"""/share/<token>: the customer's page and its live stream; making and revoking links."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from flask_login import current_user
from sqlalchemy.orm import Session

from onboarding.checklists import actions as checklists
from onboarding.checklists import given, remarks
from onboarding.config import settings
from onboarding.configs import actions as configs
from onboarding.customers.models import Turnup
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotAllowed, NotFound
from onboarding.live import sse
from onboarding.people.access import actor, public, requires
from onboarding.rooms import actions as rooms
from onboarding.rooms import commands
from onboarding.sharing import actions, queries, talking
from onboarding.sharing import part as parts
from onboarding.sharing.models import ShareLink
from onboarding.trail.log import Actor
from onboarding.web import forms
from onboarding.web.fragments import done
from onboarding.web.limits import limiter
from onboarding.web.problems import wants_json

sharing = Blueprint("sharing", __name__)
TICK_FIELDS = ("at", "share", "target", "state", "moved", "control")
ARM_FIELDS = ("requests", "errors", "seconds")
#: Only links that do not work count: an office full of onlookers has one address.
guessing = limiter.limit("120 per minute", deduct_when=lambda answer: answer.status_code == 404)


@sharing.get("/share/<token>")
@public
@guessing
def page(token: str) -> Response:
    """Protected by its random, revocable, expiring token."""
    return _page(token)


def _page(token: str, problem: BadInput | None = None, form: str = "") -> Response:
    """The page; where something was refused, `form` (item and verb) again with what was typed."""
    session = db.session()
    link = queries.link_by_token(session, token)
    response = make_response(
        render_template(
            "sharing/page.html",
            page=queries.page(session, link.turnup),
            token=token,
            expires_at=link.expires_at,
            part=parts.part(session, link),
            talk=talking.panel(session, link, token) if link.user else None,
            visitor=_visitor(link),
            problem=problem,
            values=request.form if problem else {},
            form=form,
            zone=link.turnup.customer.timezone,
        )
    )
    if problem is not None:
        response.status_code = problem.status
    # A form is posted with its page as referrer, which the form token is held against; no other
    # site ever hears of the address.
    return _private(response, "same-origin" if link.user else "no-referrer")


def _visitor(link: ShareLink) -> str:
    """The name of somebody else who is signed in: what they do is done in their own name."""
    known = current_user.is_authenticated and current_user.id != link.for_user
    return str(current_user.name) if known else ""


@sharing.post("/share/<token>/items/<int:item_id>/<any(tick, stuck, go_on, sign, say):verb>")
@public
@guessing
@limiter.limit("60 per minute")
def work(token: str, item_id: int, verb: str) -> Response:
    """Protected by the token of a full link, whose person acts."""
    try:
        with transaction() as session:
            acting = _acting(session, token, item_id)
            VERBS[verb](session, acting, item_id)
    except BadInput as wrong:
        return _page(token, wrong, f"{item_id}-{verb}")
    return done(f"/share/{token}#part")


def _tick(session: Session, acting: Actor, item_id: int) -> None:
    checklists.tick(session, acting, item_id, *given.evidence())


def _stuck(session: Session, acting: Actor, item_id: int) -> None:
    checklists.say_stuck(session, acting, item_id, forms.text("words", longest=1000))


def _say(session: Session, acting: Actor, item_id: int) -> None:
    remarks.say(session, acting, item_id, forms.text("remark"))


VERBS: dict[str, Callable[[Session, Actor, int], object]] = {
    "tick": _tick,
    "stuck": _stuck,
    "go_on": checklists.go_on,
    "sign": checklists.sign,
    "say": _say,
}


@sharing.post("/share/<token>/config/<int:number>/agree")
@public
@guessing
@limiter.limit("60 per minute")
def agree(token: str, number: int) -> Response:
    """Protected by the token of a full link, whose person agrees."""
    with transaction() as session:
        link = queries.link_by_token(session, token)
        person = parts.may_work(session, link)
        configs.agree(session, _acting(session, token), person, link.turnup, number)
    return done(f"/share/{token}#part")


def _acting(session: Session, token: str, item_id: int | None = None) -> Actor:
    link = queries.link_by_token(session, token)
    person = parts.may_work(session, link, item_id)
    if _visitor(link):
        raise NotAllowed("You are signed in as somebody else", hint="use the turn-up's own page")
    return Actor(f"user:{person.id}", "link")


@sharing.post("/share/<token>/room")
@public
@guessing
@limiter.limit("60 per minute")
def say(token: str) -> Response:
    """Protected by the token of a full link, whose person speaks."""
    try:
        text = forms.text("text", longest=talking.LONGEST_FORM)
        with transaction() as session:
            acting = _acting(session, token)
            link = queries.link_by_token(session, token)
            room, who = talking.room_and_author(session, link, acting)
            said = rooms.say(session, who, room, text)
            user_id, room_id, number, words = acting.user_id, room.id, said.number, said.text
    except BadInput as wrong:
        if wants_json():
            raise
        return _page(token, wrong, "room")
    assert user_id is not None, "a link's person speaks"
    answered = commands.obey(acting, user_id, room_id, number, words)
    if wants_json():
        return jsonify({"number": number, "answer": answered})
    return done(f"/share/{token}#room")


@sharing.get("/share/<token>/room/events")
@public
@guessing
def room_events(token: str) -> Response:
    """Protected by the token of a full link, looked at again and again."""
    link = queries.link_by_token(db.session(), token)
    parts.may_work(db.session(), link)
    return _private(talking.events(db.session(), link))


@sharing.get("/share/<token>/events")
@public
@guessing
def events(token: str) -> Response:
    """Protected by the same token, which is looked at again and again: revoking it ends the
    stream with `gone`. `moved` = the page is about another cutover now; the browser loads it anew.
    """
    session = db.session()
    link = queries.link_by_token(session, token)
    number, stream = link.id, queries.stream_of(session, link.turnup)

    def ended() -> str:
        current = db.session().get(ShareLink, number)
        if current is None or not queries.works(current):
            return "gone"
        return "moved" if queries.stream_of(db.session(), current.turnup) != stream else ""

    def render(_stream: str, entries: list[Any]) -> list[tuple[str, str]]:
        return [("page", _panel(number, entries[-1].stream_id, entries[-1].number))]

    return _private(sse.respond(("share", number, stream), stream, render, _figures, ended))


@lru_cache(maxsize=256)
def _panel(link_id: int, _stream_id: int, _number: int) -> str:
    """The page's moving part, made once for all its viewers in this process."""
    session = db.session()
    link = session.get_one(ShareLink, link_id)
    return render_template("sharing/_panel.html", page=queries.page(session, link.turnup))


def _figures(figures: dict[str, Any]) -> str:
    said = {key: figures.get(key) for key in TICK_FIELDS}
    said["state"] = queries.PLAIN_STATES.get(figures.get("state", ""), "holding")
    for name in ("moved", "control"):
        arm = figures.get(name)
        said[name] = {key: arm.get(key) for key in ARM_FIELDS} if arm else None
    return json.dumps(said)


def _private(response: Response, referrer: str = "no-referrer") -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = referrer
    response.headers["Cache-Control"] = "no-store"
    return response


@sharing.post("/turnups/<int:turnup_id>/links")
@requires("sharing.edit")
def make(turnup_id: int) -> Response:
    label = forms.text("label", longest=80, needed=False)
    days = int(forms.number("days", least=1, most=365))
    chosen = forms.text("person", longest=12, needed=False)
    person = int(forms.number_from(chosen, "person", least=1, most=2**31 - 1)) if chosen else None
    with transaction() as session:
        turnup = session.get(Turnup, turnup_id)
        if turnup is None:
            raise NotFound(f"There is no turn-up {turnup_id}")
        link, token = actions.make_link(session, actor(), turnup, label, days, person)
        expires_at = link.expires_at
        works_for = link.user.name if link.user else ""
    address = f"{settings().public_url}/share/{token}"
    return _private(
        make_response(
            render_template(
                "sharing/made.html",
                address=address,
                turnup=turnup,
                expires_at=expires_at,
                works_for=works_for,
            )
        )
    )


@sharing.post("/links/<int:link_id>/revoke")
@requires("sharing.edit")
def revoke(link_id: int) -> Response:
    with transaction() as session:
        turnup_id = actions.revoke(session, actor(), link_id).turnup_id
    return done(f"/turnups/{turnup_id}")
