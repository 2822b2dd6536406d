"""/rooms: talk on the web, and keep what is worth it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request
from sqlalchemy.orm import Session

from onboarding.customers.models import Customer
from onboarding.customers.queries import customer_of
from onboarding.cutovers import queries as cutovers
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound, marked
from onboarding.people.access import actor, can, me, requires, staying
from onboarding.people.models import User
from onboarding.rooms import actions, commands, live, queries
from onboarding.rooms.models import COMMUNITY, Room, RoomMessage
from onboarding.trail.log import head_number
from onboarding.web import forms
from onboarding.web.fragments import again, done, page_or_fragment, wants_fragment
from onboarding.web.language import _, first_known
from onboarding.web.problems import wants_json

rooms = Blueprint("rooms", __name__)
ENOUGH = ("rooms.see", "workspace.talk")  # one of them lets read
LONGEST_FORM = 20_000  # what is read of a field; `words.clean` says what a room takes


@rooms.get("/rooms")
@requires("rooms.see", "workspace.talk")
def index() -> str:
    session = db.session()
    if queries.by_key(session, COMMUNITY) is None:
        with transaction() as writing:
            actions.community(writing)
    own = customer_of(session, me()) if me().role == "customer" else None
    wanted = request.args.get("q", "").replace("\x00", "").strip()[:200]
    return render_template(
        "rooms/index.html",
        listed=queries.listed(session, me()),
        own=own,
        wanted=wanted,
        hits=queries.found_anywhere(session, me(), wanted) if wanted else (),
        zone=me().timezone,
    )


@rooms.get("/rooms/<int:room_id>")
@requires("rooms.see", "workspace.talk")
def show(room_id: int) -> Response:
    session = db.session()
    room = queries.visible(session, me(), room_id)
    wanted = request.args.get("q", "").replace("\x00", "").strip()[:200]
    at = request.args.get("at", "")
    around = int(at) if at.isascii() and at.isdigit() and len(at) < 10 else None
    return page_or_fragment(
        "rooms/room.html",
        "rooms/_room.html",
        room_at=f"/rooms/{room.id}" + ("" if around is None else f"?at={around}"),
        room_title=_("Community") if room.key == COMMUNITY else room.title,
        wanted=wanted,
        hits=queries.found(session, room.id, wanted) if wanted else (),
        around=around,
        talk=panel(session, room, around),
    )


def panel(session: Session, room: Room, around: int | None = None) -> dict[str, Any]:
    """What `rooms/_room.html` needs to show the room to whoever is signed in."""
    number = head_number(session, room.stream)  # before the lines: what comes between is an event
    return {
        "room": room,
        "room_id": room.id,
        "lines": queries.messages(session, room.id, around),
        "number": number,
        "zone": me().timezone,
        "say_to": f"/rooms/{room.id}/messages",
        "events_at": f"/rooms/{room.id}/events",
        "tends": can("rooms.keep"),
        "timed": room.cutover_id is not None,
        "reads": reads(),
    }


def reads() -> str:
    """The language that the program's words are shown in to whoever is signed in: a customer's own,
    as far as it is there; your people, and each chat, read English."""
    return (first_known(*me().languages) or "en") if me().role == "customer" else "en"


@rooms.get("/rooms/<int:room_id>/events")
@requires(*ENOUGH)
def events(room_id: int) -> Response:
    room = queries.visible(db.session(), me(), room_id)
    tends = can("rooms.keep")
    timed = room.cutover_id is not None
    view, zone = ("web", tends, reads()), me().timezone
    seen: dict[str, Any] = {"tends": tends, "timed": timed, "reads": reads()}
    return live.respond(view, room, zone, lasts=staying(*ENOUGH, sees=_sees(room_id)), **seen)


def _sees(room_id: int) -> Callable[[User], Room]:
    return lambda user: queries.visible(db.session(), user, room_id)


@rooms.get("/cutovers/<int:cutover_id>/room")
@requires("cutovers.see")
def in_cockpit(cutover_id: int) -> Response:
    """The room alone, for a cockpit that was open before it; the cockpit for whoever else asks."""
    if not wants_fragment():
        return done(f"/cutovers/{cutover_id}#room")
    session = db.session()
    stream = cutovers.get(session, cutover_id).stream
    number, room = head_number(session, stream), queries.by_key(session, stream)
    talk = panel(session, room) if room else None
    context = {"cutover_id": cutover_id, "number": number, "talk": talk}
    return make_response(render_template("rooms/_of_cutover.html", **context))


@rooms.get("/cutovers/<int:cutover_id>/room/events")
@requires("cutovers.see")
def awaited(cutover_id: int) -> Response:
    """For a cockpit without a room: `changed` once it is open, whoever opened it."""
    stream = cutovers.get(db.session(), cutover_id).stream

    def ended() -> str:
        return "changed" if queries.by_key(db.session(), stream) else ""

    return live.awaited(stream, ended, staying("cutovers.see"))


@rooms.post("/rooms/<int:room_id>/messages")
@requires("rooms.write", "workspace.talk")
def say(room_id: int) -> Response:
    """Say it, carry it out where it is a command; programs get the number and the answer."""
    acting, user_id = actor(), me().id
    try:
        text = forms.text("text", longest=LONGEST_FORM)
        with transaction() as session:
            room = queries.visible(session, me(), room_id)
            said = actions.say(session, actions.author(session, acting, me(), room), room, text)
            number, words = said.number, said.text
    except BadInput as wrong:
        if wants_json():
            raise
        return again("rooms/_say_form.html", wrong, title="Say it again", say_to=request.path)
    answered = commands.obey(acting, user_id, room_id, number, words)
    if wants_json():
        return jsonify({"number": number, "answer": answered})
    return done(_back(room_id))


def _back(room_id: int) -> str:
    place = forms.local_path(request.form.get("from", ""))
    return place if place != "/" else f"/rooms/{room_id}#room-say"


@rooms.post("/rooms/talk")
@requires("rooms.write", "workspace.talk")
def talk() -> Response:
    """A customer needs to talk: their room, at one click."""
    with transaction() as session:
        own = customer_of(session, me())
        if own is None:
            raise NotFound(
                marked("You belong to no customer"), hint=marked("choose a customer's page first")
            )
        room_id = actions.of_customer(session, actor(), own).id
    return done(f"/rooms/{room_id}")


@rooms.post("/customers/<int:customer_id>/room")
@requires("customers.see")
def with_customer(customer_id: int) -> Response:
    with transaction() as session:
        found = session.get(Customer, customer_id)
        if found is None:
            raise NotFound(marked("There is no customer {customer_id}", customer_id=customer_id))
        room_id = actions.of_customer(session, actor(), found).id
    return done(f"/rooms/{room_id}")


@rooms.post("/cutovers/<int:cutover_id>/room")
@requires("cutovers.see")
def with_cutover(cutover_id: int) -> Response:
    """Where no worker has opened it yet."""
    with transaction() as session:
        actions.of_cutover(session, cutovers.get(session, cutover_id))
    return done(f"/cutovers/{cutover_id}#room")


@rooms.get("/rooms/<int:room_id>/transcript.txt")
@requires("rooms.see", "workspace.talk")
def transcript(room_id: int) -> Response:
    """Everything that was said, as text."""
    session, language = db.session(), reads()
    room = queries.visible(session, me(), room_id)
    lines = [
        f"{one.at:%Y-%m-%d %H:%M:%S}Z {one.name}{f' ({one.team})' if one.team else ''}: {_text(one, language)}"
        for one in queries.transcript(session, room.id)
    ]
    answer = make_response("\n".join([*lines, ""]))
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="room-{room.id}.txt"'
    return answer


def _text(one: RoomMessage, language: str) -> str:
    if one.taken_back_at is None:
        return one.said_in(language)
    return f"[taken back by {one.taken_back_by}: {one.taken_back_why}]"
