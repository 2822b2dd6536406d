"""Where a room is bridged to, and whose chat accounts are one's own."""

from flask import Blueprint, Response, make_response, render_template
from sqlalchemy.orm import Session

from onboarding.bridges import accounts, actions, leases, queries
from onboarding.bridges.incoming import inbound_key
from onboarding.bridges.lines import KINDS
from onboarding.channels.webhook_keys import signing_key
from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.errors import BadInput, NotFound
from onboarding.people.access import actor, can, me, requires
from onboarding.rooms import queries as rooms
from onboarding.rooms.models import Room
from onboarding.trail.log import head_number
from onboarding.web import forms
from onboarding.web.fragments import again, done

bridges = Blueprint("bridges", __name__)


@bridges.get("/rooms/<int:room_id>/bridges")
@requires("rooms.keep")
def of_room(room_id: int) -> str:
    session = db.session()
    room = rooms.visible(session, me(), room_id)
    lease = leases.current(session)
    house = settings().key("secret")
    rows = [
        {
            "bridge": one,
            "waits": len(queries.waiting(session, one)),
            "signs": (signing_key(house, one.address, f"bridge:{one.id}"), inbound_key(one.id))
            if one.kind == "webhook" and can("rooms.bridge")
            else None,
        }
        for one in queries.of_room(session, room.id)
    ]
    return render_template(
        "bridges/room.html",
        room=room,
        rows=rows,
        kinds=KINDS,
        free=_free(session, room),
        active=lease is not None,
        set_up=settings().bridged_to,
        public_url=settings().public_url.rstrip("/"),
        head=head_number(session, room.stream),
    )


def _free(session: Session, room: Room) -> list[str]:
    """The kinds that this room can still be bridged to."""
    taken = {one.kind for one in queries.of_room(session, room.id) if one.kind != "webhook"}
    return [kind for kind in settings().bridged_to if kind not in taken]


@bridges.post("/rooms/<int:room_id>/bridges")
@requires("rooms.bridge")
def connect(room_id: int) -> Response:
    room = rooms.visible(db.session(), me(), room_id)
    try:
        kind, address = _wanted(db.session(), room)
    except BadInput as wrong:
        free, form = _free(db.session(), room), "bridges/_connect_form.html"
        return again(form, wrong, title="Connect", room=room, free=free, kinds=KINDS)
    with transaction() as session:
        found = rooms.visible(session, me(), room_id)
        actions.connect(session, actor(), found, kind, address)
    return done(f"/rooms/{room_id}/bridges")


def _wanted(session: Session, room: Room) -> tuple[str, str]:
    kind = forms.choice("kind", _free(session, room))
    if kind != "webhook":
        return kind, ""
    address = forms.text("address", longest=500)
    if not address.startswith(("https://", "http://")) or any(map(str.isspace, address)):
        raise BadInput("this is no address", place="address", hint="https://…, without spaces")
    return kind, address


@bridges.post("/rooms/<int:room_id>/bridges/<int:bridge_id>/end")
@requires("rooms.bridge")
def disconnect(room_id: int, bridge_id: int) -> Response:
    with transaction() as session:
        room = rooms.visible(session, me(), room_id)
        found = queries.get(session, bridge_id)
        if found.room_id != room.id:
            raise NotFound(f"There is no bridge {bridge_id}")
        actions.disconnect(session, actor(), found)
    return done(f"/rooms/{room_id}/bridges")


@bridges.get("/chats")
@requires("profile.edit")
def mine() -> str:
    return _mine()


def _mine(code: str = "") -> str:
    found = accounts.of_user(db.session(), me().id)
    return render_template(
        "bridges/chats.html",
        found=found,
        kinds=KINDS | {"irc_nick": "IRC (only to be invited)"},
        code=code,
        minutes=int(accounts.LASTS.total_seconds() // 60),
        zone=me().timezone,
    )


@bridges.post("/chats/code")
@requires("profile.edit")
def code() -> Response:
    """A code, shown this once."""
    with transaction() as session:
        made = accounts.make_code(session, actor(), me())
    answer = make_response(_mine(made))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bridges.post("/chats/<int:account_id>/remove")
@requires("profile.edit")
def remove(account_id: int) -> Response:
    with transaction() as session:
        accounts.unlink(session, actor(), me(), account_id)
    return done("/chats")
