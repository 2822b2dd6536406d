"""A room as an open page gets it: its lines, once rendered for all who see the same."""

from collections.abc import Hashable
from typing import Any

from flask import Response, render_template

from onboarding.db import db
from onboarding.live import sse
from onboarding.live.feeds import Ended, Lasts, goes_on
from onboarding.rooms import queries
from onboarding.rooms.models import Room


def respond(
    view: Hashable,
    room: Room,
    zone: str,
    ended: Ended = goes_on,
    lasts: Lasts | None = None,
    **seen: Any,
) -> Response:
    """The room's stream: `lines` with the HTML of what was said or taken back, and `changed` where
    the room was closed or opened again.

    `view` names who sees the same, beside the room and the zone; `seen` goes to the template.
    """
    room_id = room.id

    def render(_stream: str, entries: list[Any]) -> list[tuple[str, str]]:
        changed = [one.payload["message"] for one in entries if one.kind == "room.taken_back"]
        numbers = [*(one.number for one in entries), *changed]
        said = queries.numbered(db.session(), room_id, numbers)
        html = render_template("rooms/_lines.html", lines=said, zone=zone, room_id=room_id, **seen)
        kinds = [one.kind for one in entries]
        reload = [("changed", "")] if {"room.archived", "room.reopened"} & set(kinds) else []
        return ([("lines", html)] if said else []) + reload

    about = ("room", view, room_id, zone)
    return sse.respond(about, room.stream, render, _no_figures, ended, lasts=lasts)


def awaited(stream: str, ended: Ended, lasts: Lasts | None = None, view: Hashable = "") -> Response:
    """For a page whose room is not open yet: what `ended` says once it is, such as `changed`."""
    about = ("no room", view, stream)
    return sse.respond(about, stream, lambda *_: [], _no_figures, ended, lasts=lasts)


def _no_figures(_figures: dict[str, Any]) -> None:
    return None
