"""A ticket from a room: what has to be answered later than in this talk."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.db import transaction
from onboarding.errors import BadInput, Refused
from onboarding.people.models import User
from onboarding.rooms import queries
from onboarding.rooms.models import Room, RoomMessage
from onboarding.tickets.actions import Opening, open_ticket
from onboarding.tickets.texts import title
from onboarding.trail.log import Actor


def open_from(acting: Actor, user_id: int, room_id: int, words: str) -> str:
    """Open it for the customer whose room it is: in the name of whoever asks, or, where one of the
    vendor's people does, of the customer's person who spoke last. Returns what the room is told."""
    if not words.strip():
        raise BadInput("what is it about?", place="!ticket", hint="!ticket what is wrong")
    with transaction() as session:
        room, user = queries.get(session, room_id), session.get_one(User, user_id)
        if user.role != "customer" and room.customer_id is None:
            hint = "open it at /tickets/new, and say whose it is"
            raise Refused("This room is of no one customer", hint=hint)
        asked = Opening(
            words,
            "room",
            requester=user if user.role == "customer" else _last_to_speak(session, room),
            customer_id=room.customer_id,
            turnup_id=room.cutover.turnup_id if room.cutover else None,
            cutover_id=room.cutover_id,
        )
        return f"{title(open_ticket(session, acting, asked).id)} is open: support answers it."


def _last_to_speak(session: Session, room: Room) -> User | None:
    query = select(RoomMessage.actor).where(
        RoomMessage.room_id == room.id, RoomMessage.side == "customer"
    )
    actor = session.scalar(query.order_by(RoomMessage.number.desc()).limit(1)) or ""
    kind, _, number = actor.partition(":")
    user = session.get(User, int(number)) if kind == "user" and number.isdigit() else None
    return user if user and user.role == "customer" else None
