"""What of a room is kept: lines for the timeline, answers worth writing down, closed rooms."""

from flask import Blueprint, Response, render_template, request

from onboarding.db import db, transaction
from onboarding.errors import BadInput
from onboarding.knowledge.queries import by_sources
from onboarding.people.access import actor, me, requires
from onboarding.rooms import actions, moderating, queries
from onboarding.rooms.knowing import ref_of
from onboarding.rooms.words import LONGEST
from onboarding.web import forms
from onboarding.web.fragments import again, done

keeping = Blueprint("keeping", __name__)


@keeping.post("/rooms/<int:room_id>/messages/<int:number>/timeline")
@requires("timeline.write")
def keep(room_id: int, number: int) -> Response:
    with transaction() as session:
        actions.keep(session, actor(), queries.visible(session, me(), room_id), number)
    return done(f"/rooms/{room_id}?at={number}#m{number}")


@keeping.get("/rooms/<int:room_id>/messages/<int:number>/draft")
@requires("rooms.keep")
def propose(room_id: int, number: int) -> str:
    """The form, with the answer and what was said before it by somebody else; or with all lines
    that were chosen (`question` and `answer`, numbers of messages) put together."""
    session = db.session()
    room = queries.visible(session, me(), room_id)
    said = queries.message(session, room.id, number)
    before = queries.question_before(session, said)
    lines = queries.around(session, room.id, number)
    asked = _chosen("question") or ([before.number] if before else [])
    told = _chosen("answer") or [number]
    values = {"question": _together(room.id, asked), "answer": _together(room.id, told)}
    return render_template(
        "web/again.html",
        form="rooms/_draft_form.html",
        title="Worth writing down",
        values=values,
        problem=None,
        room=room,
        number=number,
        lines=lines,
        asked=asked,
        told=told,
    )


def _chosen(name: str) -> list[int]:
    """The numbers of messages that were chosen."""
    given = request.args.getlist(name)[: queries.SHOWN]
    return [int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 10]


def _together(room_id: int, numbers: list[int]) -> str:
    found = queries.numbered(db.session(), room_id, numbers)
    return "\n".join(one.text for one in found if one.text)[:LONGEST]


@keeping.post("/rooms/<int:room_id>/messages/<int:number>/draft")
@requires("rooms.keep")
def mark(room_id: int, number: int) -> Response:
    room = queries.visible(db.session(), me(), room_id)
    try:
        question = forms.text("question", longest=LONGEST)
        answer = forms.text("answer", longest=LONGEST)
    except BadInput as wrong:
        title = "Worth writing down"
        return again("rooms/_draft_form.html", wrong, title=title, room=room, number=number)
    with transaction() as session:
        found = queries.visible(session, me(), room_id)
        actions.mark(session, actor(), found, number, question, answer)
    return done("/rooms/drafts")


@keeping.get("/rooms/<int:room_id>/messages/<int:number>/take-back")
@requires("rooms.keep")
def doubt(room_id: int, number: int) -> str:
    """The form, with what would be taken back."""
    session = db.session()
    room = queries.visible(session, me(), room_id)
    return render_template(
        "web/again.html",
        form="rooms/_take_back_form.html",
        title="Take it back",
        values={},
        problem=None,
        room=room,
        number=number,
        said=queries.message(session, room.id, number),
    )


@keeping.post("/rooms/<int:room_id>/messages/<int:number>/take-back")
@requires("rooms.keep")
def take_back(room_id: int, number: int) -> Response:
    session = db.session()
    room = queries.visible(session, me(), room_id)
    try:
        why = forms.text("why", longest=300)
    except BadInput as wrong:
        form, said = "rooms/_take_back_form.html", queries.message(session, room.id, number)
        return again(form, wrong, title="Take it back", room=room, number=number, said=said)
    with transaction() as writing:
        found = queries.visible(writing, me(), room_id)
        who = actions.author(writing, actor(), me(), found)
        moderating.take_back(writing, who, found, number, why)
    return done(f"/rooms/{room_id}?at={number}#m{number}")


@keeping.get("/rooms/drafts")
@requires("rooms.keep")
def drafts() -> str:
    session = db.session()
    rows = queries.drafts(session)
    refs = {row.id: ref_of(row) for row in rows}
    written = by_sources(session, list(refs.values()))
    return render_template(
        "rooms/drafts.html", drafts=rows, refs=refs, written=written, zone=me().timezone
    )


@keeping.post("/rooms/<int:room_id>/<any(archive,reopen):verb>")
@requires("rooms.keep")
def close(room_id: int, verb: str) -> Response:
    with transaction() as session:
        room = queries.visible(session, me(), room_id)
        (actions.archive if verb == "archive" else actions.reopen)(session, actor(), room)
    return done(f"/rooms/{room_id}")
