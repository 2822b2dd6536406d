"""/deliveries: what left the outbox and what did not, each try with what the far side said; sent
again by hand. And the workers that deliver, with when each was last heard of."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy import select

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.errors import NotFound
from onboarding.outbox import actions as outbox
from onboarding.outbox.models import Message, Try
from onboarding.people.access import actor, me, requires
from onboarding.queues import beats
from onboarding.trail.log import record
from onboarding.web.fragments import done, page_or_fragment

deliveries = Blueprint("deliveries", __name__)
STATES = ("queued", "sending", "sent", "failed", "withdrawn")
SHOWN = 100
SILENT_S = 20


@deliveries.get("/deliveries")
@requires("posts.see")
def listed() -> Response:
    session = db.session()
    state, channel = (
        request.args.get("state", ""),
        request.args.get("channel", "").replace("\x00", ""),
    )
    post = request.args.get("post", "")
    query = select(Message).order_by(Message.id.desc()).limit(SHOWN)
    if state in STATES:
        query = query.where(Message.state == state)
    if channel:
        query = query.where(Message.channel == channel)
    if post.isascii() and post.isdigit() and len(post) < 10:
        query = query.where(Message.topic == f"post:{post}")
    rows = session.scalars(query).all()
    return page_or_fragment(
        "posts/deliveries.html",
        "posts/_deliveries.html",
        rows=rows,
        states=STATES,
        state=state if state in STATES else "",
        channel=channel,
        channels=session.scalars(select(Message.channel).distinct()).all(),
        silence=outbox.silence_s(session),
        workers=workers(),
        zone=me().timezone,
    )


@deliveries.get("/deliveries/<int:message_id>")
@requires("posts.see")
def show(message_id: int) -> Response:
    session = db.session()
    message = _message(message_id)
    tries = session.scalars(select(Try).where(Try.message_id == message_id).order_by(Try.id)).all()
    return make_response(
        render_template(
            "posts/delivery.html",
            message=message,
            text=_shown(message),
            tries=tries,
            zone=me().timezone,
        )
    )


@deliveries.post("/deliveries/<int:message_id>/again")
@requires("posts.write")
def again(message_id: int) -> Response:
    """With the same key: a receiver that has it may fold it."""
    with transaction() as session:
        message = _message(message_id)
        outbox.again(session, message)
        said = {"message": message.id, "channel": message.channel}
        record(session, "system", "outbox.again", actor(), said)
    return done(f"/deliveries/{message_id}")


def workers() -> list[tuple[str, datetime, bool, dict[str, Any]]] | None:
    """(name, last heard of, silent, what it said) of each worker process; None without Redis."""
    told = beats()
    if told is None:
        return None
    now = clock.now()
    found = []
    for name, said in told.items():
        at = clock.parse(said["at"])
        found.append((name, at, (now - at).total_seconds() > SILENT_S, said))
    return found


def _shown(message: Message) -> str:
    """What a post said, without its reader's own links. Other letters carry codes and links that
    let somebody in: nothing of them is shown."""
    if not message.topic.startswith(("post:", "digest:")):
        return ""
    return message.text.partition("\n-- \n")[0]


def _message(message_id: int) -> Message:
    found = db.session().get(Message, message_id)
    if found is None:
        raise NotFound("There is no such message", hint="go back to the list")
    return found
