"""Take back what should not stand in a room: the text is erased, who did it and why stays."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import Refused
from onboarding.rooms import knowing, queries
from onboarding.rooms.actions import Author
from onboarding.rooms.models import Draft, Room, RoomMessage
from onboarding.trail.log import lock_stream, record
from onboarding.trail.models import Entry, Stream


def take_back(session: Session, who: Author, room: Room, number: int, why: str) -> RoomMessage:
    """Erase the text of the message `number`, here, in the trail, whose chain still holds, and in
    what was marked as worth writing down of it.
    Raises NotFound, and Refused for the program's own words and for what was taken back before."""
    lock_stream(session, room.stream)
    said = queries.message(session, room.id, number)
    session.refresh(said)
    if said.side == "program":
        raise Refused("Turnup said this", hint="its words are a record of what happened")
    if said.taken_back_at is not None:
        raise Refused("This was taken back already", hint=f"by {said.taken_back_by}")
    entry = session.scalars(
        select(Entry).join(Stream).where(Stream.name == room.stream, Entry.number == number)
    ).one()
    entry.personal = entry.salt = None
    copies = select(Draft).where(
        Draft.room_id == room.id,
        or_(
            Draft.number == number,
            Draft.question.contains(said.text, autoescape=True),
            Draft.answer.contains(said.text, autoescape=True),
        ),
    )
    drafts = list(session.scalars(copies))
    knowing.taken_back(session, room, said, drafts)
    for draft in drafts:
        session.delete(draft)
    said.text = said.folded = ""
    said.taken_back_at, said.taken_back_why = clock.now(), why
    said.taken_back_by = f"{who.name} · {who.team}" if who.team else who.name
    payload = {"message": number}
    record(session, room.stream, "room.taken_back", who.actor, payload, {"why": why})
    return said
