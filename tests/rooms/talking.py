"""Talking in rooms on the web, and what was said."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from onboarding import clock
from onboarding.db import db
from onboarding.rooms.models import Room, RoomMessage
from tests.doors import submit


@contextmanager
def time_stands(later: int = 0) -> Iterator[None]:
    """The wall clock stands, `later` seconds from now: what counts within so many seconds counts the
    same however long a busy machine takes."""
    then = clock.now() + timedelta(seconds=later)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: then)
        yield


def room_of(key: str) -> Room:
    db.session().rollback()
    return db.session().query(Room).filter_by(key=key).one()


def lines(room: Room) -> list[tuple[str, str, str]]:
    """(side, name, text) of everything said."""
    db.session().rollback()
    said = db.session().query(RoomMessage).filter_by(room_id=room.id).order_by(RoomMessage.number)
    return [(one.side, one.name, one.text) for one in said]


def say(client: FlaskClient, room: Room, text: str) -> str:
    """What came of saying it: the answer to a command, or the title of a refusal."""
    path, page = f"/rooms/{room.id}/messages", f"/rooms/{room.id}"
    said = submit(client, path, {"text": text}, page, headers={"Accept": "application/json"})
    found = said.get_json()
    db.session().rollback()
    return str(found["answer"] if said.status_code == 200 else found["title"])
