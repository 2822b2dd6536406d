"""Talking in rooms on the web, and what was said."""

from flask.testing import FlaskClient

from onboarding.db import db
from onboarding.rooms.models import Room, RoomMessage
from tests.doors import submit


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
