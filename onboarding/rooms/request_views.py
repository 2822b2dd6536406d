"""A wish for the product that is heard in a room, kept as a feature request with who wants it."""

from flask import Blueprint, Response, render_template

from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.knowledge import requests
from onboarding.people.access import actor, me, requires
from onboarding.rooms import queries
from onboarding.rooms.knowing import place
from onboarding.rooms.models import Room, RoomMessage
from onboarding.web import forms
from onboarding.web.fragments import again, done

wished = Blueprint("wished", __name__)
TITLE = "A wish for the product"
FORM = "rooms/_request_form.html"


@wished.get("/rooms/<int:room_id>/messages/<int:number>/request")
@requires("rooms.keep")
def propose(room_id: int, number: int) -> str:
    """The form, with the words, and requests that may be the same."""
    session = db.session()
    room = queries.visible(session, me(), room_id)
    said = queries.message(session, room.id, number)
    return render_template(
        "web/again.html",
        form=FORM,
        title=TITLE,
        values={"title": "", "words": said.text},
        problem=None,
        room=room,
        number=number,
        known=requests.like(session, said.text),
    )


@wished.post("/rooms/<int:room_id>/messages/<int:number>/request")
@requires("rooms.keep")
def keep(room_id: int, number: int) -> Response:
    session = db.session()
    room = queries.visible(session, me(), room_id)
    said = queries.message(session, room.id, number)
    try:
        kept = _keep(room, said)
    except BadInput as wrong:
        known = requests.like(db.session(), said.text)
        return again(FORM, wrong, title=TITLE, room=room, number=number, known=known)
    return done(f"/knowledge/requests/{kept}")


def _keep(room: Room, said: RoomMessage) -> int:
    """The number of the request: of the one chosen, else of a new one."""
    chosen = next(iter(forms.whole_numbers("known")), None)
    title = forms.one_line("title", longest=requests.LONGEST_TITLE, needed=chosen is None)
    words = forms.text("words", longest=requests.LONGEST)
    heard = requests.Heard(
        f"message:{room.id}:{said.number}",
        place(room.id, said.number),
        words,
        room.customer_id,
    )
    with transaction() as session:
        number = chosen or requests.make(session, actor(), title, words).id
        requests.want(session, actor(), number, heard)
    return number
