"""/share/<token>: the customer's page and its live stream, and what a full link does on it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, request
from sqlalchemy.orm import Session

from onboarding.checklists import actions as checklists
from onboarding.checklists import given, remarks
from onboarding.configs import actions as configs
from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.live import sse
from onboarding.people.access import public
from onboarding.rooms import actions as rooms
from onboarding.rooms import commands
from onboarding.sharing import asking, doors, locks, queries, showing, talking
from onboarding.sharing import part as parts
from onboarding.sharing.doors import guessing, private
from onboarding.sharing.lock_views import locked
from onboarding.sharing.models import ShareLink
from onboarding.trail.log import Actor
from onboarding.web import forms
from onboarding.web.fragments import done, wants_fragment
from onboarding.web.limits import limiter
from onboarding.web.problems import wants_json

sharing = Blueprint("sharing", __name__)


@sharing.get("/share/<token>")
@public
@guessing
def page(token: str) -> Response:
    """Protected by its random, revocable, expiring token, and by the locks on it."""
    try:
        return showing.page(token)
    except doors.Locked:
        return locked(token)


@sharing.post("/share/<token>/items/<int:item_id>/<any(tick, stuck, go_on, sign, say):verb>")
@public
@guessing
@limiter.limit("60 per minute")
def work(token: str, item_id: int, verb: str) -> Response:
    """Protected by the token of a full link, whose person acts."""
    try:
        with transaction() as session:
            acting = asking.acting(session, token, item_id)
            VERBS[verb](session, acting, item_id)
    except BadInput as wrong:
        return showing.page(token, wrong, f"{item_id}-{verb}")
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
        acting = asking.acting(session, token)
        link = doors.opened(session, token)
        person = parts.may_work(session, link)
        configs.agree(session, acting, person, link.turnup, number)
    return done(f"/share/{token}#part")


@sharing.post("/share/<token>/room")
@public
@guessing
@limiter.limit("60 per minute")
def say(token: str) -> Response:
    """Protected by the token of a full link, whose person speaks."""
    try:
        text = forms.text("text", longest=talking.LONGEST_FORM)
        with transaction() as session:
            acting = asking.acting(session, token)
            link = doors.opened(session, token)
            room, who = talking.room_and_author(session, link, acting)
            asking.tell_manager(session, link, room, who.name, text)
            said = rooms.say(session, who, room, text)
            user_id, room_id, number, words = acting.user_id, room.id, said.number, said.text
    except BadInput as wrong:
        if wants_json():
            raise
        return showing.page(token, wrong, "room")
    assert user_id is not None, "a link's person speaks"
    answered = commands.obey(acting, user_id, room_id, number, words)
    if wants_json():
        return jsonify({"number": number, "answer": answered})
    return done(f"/share/{token}?said=asked#room")


@sharing.post("/share/<token>/ticket")
@public
@guessing
@limiter.limit("10 per minute")
def ask_by_ticket(token: str) -> Response:
    """Protected by the token of a full link, whose person asks: for when no room is open."""
    try:
        text = forms.text("question", longest=talking.LONGEST_FORM)
        with transaction() as session:
            acting = asking.acting(session, token)
            talking.ask_by_ticket(session, doors.opened(session, token), acting, text)
    except BadInput as wrong:
        return showing.page(token, wrong, "ticket")
    return done(f"/share/{token}?said=ticket")


@sharing.get("/share/<token>/room")
@public
@guessing
def room(token: str) -> Response:
    """Protected by the token of a full link, whose person speaks there: the room alone, for a page
    that was open before it; the page for whoever else asks."""
    link = doors.opened(db.session(), token)
    parts.may_work(db.session(), link)
    if not wants_fragment():
        return private(done(f"/share/{token}#room"))
    return private(make_response(showing.room(link, token)))


@sharing.get("/share/<token>/room/events")
@public
@guessing
def room_events(token: str) -> Response:
    """Protected by the token of a full link, looked at again and again."""
    link = doors.opened(db.session(), token)
    parts.may_work(db.session(), link)
    shown = request.args.get("room", type=int)
    return private(talking.events(db.session(), link, shown))


@sharing.get("/share/<token>/events")
@public
@guessing
def events(token: str) -> Response:
    """Protected by the same token and locks, which are looked at again and again: revoking it ends
    the stream with `gone`. `moved` = the page is about another cutover now; the browser loads it
    anew. `pulse` says whether what is shown can be believed.
    """
    session = db.session()
    link = doors.opened(session, token)
    number, stream, mark = link.id, queries.stream_of(session, link.turnup), locks.mark(link)
    language = g.language

    def ended() -> str:
        current = db.session().get(ShareLink, number)
        if current is None or not queries.works(current) or locks.mark(current) != mark:
            return "gone"
        return "moved" if queries.stream_of(db.session(), current.turnup) != stream else ""

    def render(_stream: str, entries: list[Any]) -> list[tuple[str, str]]:
        last = entries[-1]
        return [("page", showing.panel(number, language, last.stream_id, last.number))]

    def pulse() -> str:
        turnup = db.session().get_one(ShareLink, number).turnup
        return showing.pulse(queries.beat(db.session(), turnup))

    def newest() -> dict[str, Any] | None:
        turnup = db.session().get_one(ShareLink, number).turnup
        return queries.newest_figures(db.session(), turnup)

    view = ("share", number, stream, mark)
    return private(sse.respond(view, stream, render, showing.figures, ended, pulse, newest))
