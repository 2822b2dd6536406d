"""The open page of a ticket: what happens in it, and who else is writing an answer."""

import json
from typing import Any

from flask import Blueprint, Response

from onboarding.db import db
from onboarding.live import presence, sse
from onboarding.people.access import me, requires, staying
from onboarding.tickets import queries

ticket_live = Blueprint("ticket_live", __name__, url_prefix="/tickets/<int:ticket_id>")


@ticket_live.get("/events")
@requires("tickets.see")
def events(ticket_id: int) -> Response:
    """`changed` when something happened in the ticket; `pulse`, a JSON object, by number the names
    of those who write an answer now."""
    stream = queries.get(db.session(), ticket_id).stream

    def render(_stream: str, entries: list[Any]) -> list[tuple[str, str]]:
        return [("changed", str(entries[-1].number))]

    def pulse() -> str:
        return json.dumps(presence.there(stream))

    view, lasts = ("ticket", ticket_id), staying("tickets.see")
    return sse.respond(view, stream, render, _no_figures, pulse=pulse, lasts=lasts)


def _no_figures(_figures: dict[str, Any]) -> None:
    """Nothing ticks in a ticket."""


@ticket_live.post("/writing")
@requires("tickets.answer")
def writing(ticket_id: int) -> tuple[str, int]:
    """Whoever is signed in writes an answer now; said again every few seconds while they do."""
    stream = queries.get(db.session(), ticket_id).stream
    presence.say(stream, me().id, me().name)
    return "", 204
