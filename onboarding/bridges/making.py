"""Bridges that are made without anybody's word: those of cutovers to come, and those that had ended
with a room that was opened again."""

from onboarding.bridges import actions, queries
from onboarding.db import db, transaction
from onboarding.errors import Refused
from onboarding.trail.log import SYSTEM


def make(kind: str) -> None:
    """Connect to this chat what is due. A webhook has an address that somebody gave: it only comes
    back. An edge that the gateway's parts share: call it outside `transaction()`."""
    session = db.session()
    due = [(one.room_id, one.address) for one in queries.rested(session, kind)]
    if kind != "webhook":
        due += [(room.id, "") for room in queries.unbridged(session, kind)]
    for room_id, address in due:
        try:
            with transaction() as writing:
                room = queries.room(writing, room_id)
                actions.connect(writing, SYSTEM, room, kind, address)
        except Refused:
            pass  # the room was closed meanwhile
