"""Reads of rooms that have a name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from onboarding.customers.queries import customer_of
from onboarding.errors import NotFound, marked
from onboarding.people.models import User
from onboarding.rooms.models import COMMUNITY, Draft, Room, RoomMessage

SHOWN = 100


@dataclass(frozen=True)
class Listed:
    """A room with the last thing said in it."""

    room: Room
    last: RoomMessage | None


def get(session: Session, room_id: int) -> Room:
    """The room. Raises NotFound."""
    room = session.get(Room, room_id)
    if room is None:
        raise NotFound(marked("There is no room {room_id}", room_id=room_id))
    return room


def visible(session: Session, user: User, room_id: int) -> Room:
    """The room, if `user` is let in: the vendor's people everywhere, a customer's into their own
    and the community's. Raises NotFound in the same words for all else."""
    room = get(session, room_id)
    if user.role != "customer" or room.key == COMMUNITY:
        return room
    own = customer_of(session, user)
    if own is None or room.customer_id != own.id:
        raise NotFound(marked("There is no room {room_id}", room_id=room_id))
    return room


def by_key(session: Session, key: str) -> Room | None:
    """The room of a cutover (`cutover:12`), a customer (`customer:3`), or `community`."""
    return session.scalar(select(Room).where(Room.key == key))


def by_keys(session: Session, keys: Collection[str]) -> Sequence[Room]:
    """The rooms of these keys that there are."""
    return session.scalars(select(Room).where(Room.key.in_(keys)).order_by(Room.id)).all()


def listed(session: Session, user: User, limit: int = 200) -> list[Listed]:
    """The rooms that `user` is let into: open ones first, then those last spoken in."""
    last = (
        select(RoomMessage.room_id, func.max(RoomMessage.number).label("number"))
        .group_by(RoomMessage.room_id)
        .subquery()
    )
    at = and_(RoomMessage.room_id == last.c.room_id, RoomMessage.number == last.c.number)
    query = (
        select(Room, RoomMessage)
        .outerjoin(last, last.c.room_id == Room.id)
        .outerjoin(RoomMessage, at)
        .order_by(
            Room.archived_at.is_not(None),
            func.coalesce(RoomMessage.at, Room.opened_at).desc(),
            Room.id.desc(),
        )
        .limit(limit)
    )
    if user.role == "customer":
        own = customer_of(session, user)
        query = query.where(or_(Room.key == COMMUNITY, Room.customer_id == (own.id if own else 0)))
    return [Listed(room, said) for room, said in session.execute(query)]


def messages(session: Session, room_id: int, around: int | None = None) -> list[RoomMessage]:
    """The last messages of a room in order, or those around a number."""
    query = select(RoomMessage).where(RoomMessage.room_id == room_id)
    if around is not None:
        query = query.where(RoomMessage.number <= around + SHOWN // 2)
    found = session.scalars(query.order_by(RoomMessage.number.desc()).limit(SHOWN))
    return list(found)[::-1]


def numbered(session: Session, room_id: int, numbers: Sequence[int]) -> Sequence[RoomMessage]:
    """The messages with these numbers, in order."""
    query = select(RoomMessage).where(
        RoomMessage.room_id == room_id, RoomMessage.number.in_(numbers)
    )
    return session.scalars(query.order_by(RoomMessage.number)).all()


def message(session: Session, room_id: int, number: int) -> RoomMessage:
    """One message. Raises NotFound."""
    for found in numbered(session, room_id, [number]):
        return found
    raise NotFound(marked("There is no message {number} in this room", number=number))


def transcript(session: Session, room_id: int) -> Sequence[RoomMessage]:
    """Everything that was said, in order."""
    query = select(RoomMessage).where(RoomMessage.room_id == room_id)
    return session.scalars(query.order_by(RoomMessage.number)).all()


def found(session: Session, room_id: int, wanted: str, limit: int = 50) -> Sequence[RoomMessage]:
    """Messages that hold every word of `wanted`, however it is written; the newest first."""
    query = select(RoomMessage).where(RoomMessage.room_id == room_id)
    for word in wanted.casefold().split()[:10]:
        query = query.where(RoomMessage.folded.contains(word, autoescape=True))
    return session.scalars(query.order_by(RoomMessage.number.desc()).limit(limit)).all()


def found_anywhere(
    session: Session, user: User, wanted: str, limit: int = 50
) -> Sequence[RoomMessage]:
    """As `found`, over all rooms that `user` is let into."""
    query = select(RoomMessage).join(Room, Room.id == RoomMessage.room_id)
    if user.role == "customer":
        own = customer_of(session, user)
        query = query.where(or_(Room.key == COMMUNITY, Room.customer_id == (own.id if own else 0)))
    for word in wanted.casefold().split()[:10]:
        query = query.where(RoomMessage.folded.contains(word, autoescape=True))
    return session.scalars(query.order_by(RoomMessage.id.desc()).limit(limit)).all()


def around(session: Session, room_id: int, number: int, each: int = 12) -> list[RoomMessage]:
    """What people said about the message `number`: up to `each` before and after it, in order."""
    spoken = select(RoomMessage).where(
        RoomMessage.room_id == room_id,
        RoomMessage.side != "program",
        RoomMessage.taken_back_at.is_(None),
    )
    up_to = spoken.where(RoomMessage.number <= number).order_by(RoomMessage.number.desc())
    after = spoken.where(RoomMessage.number > number).order_by(RoomMessage.number)
    return [
        *reversed(session.scalars(up_to.limit(each + 1)).all()),
        *session.scalars(after.limit(each)),
    ]


def spoken_after(session: Session, room_id: int, number: int, limit: int) -> Sequence[RoomMessage]:
    """The next `limit` things that people said after the message `number`, in order."""
    query = select(RoomMessage).where(
        RoomMessage.room_id == room_id,
        RoomMessage.number > number,
        RoomMessage.side != "program",
        RoomMessage.taken_back_at.is_(None),
    )
    return session.scalars(query.order_by(RoomMessage.number).limit(limit)).all()


def question_before(session: Session, answer: RoomMessage) -> RoomMessage | None:
    """The last thing that somebody else, no program, said before `answer`."""
    query = select(RoomMessage).where(
        RoomMessage.room_id == answer.room_id,
        RoomMessage.number < answer.number,
        RoomMessage.actor != answer.actor,
        RoomMessage.side != "program",
        RoomMessage.taken_back_at.is_(None),
    )
    return session.scalar(query.order_by(RoomMessage.number.desc()).limit(1))


def drafts(session: Session, limit: int = 200) -> Sequence[Draft]:
    """What was marked as worth writing down, the newest first."""
    return session.scalars(select(Draft).order_by(Draft.id.desc()).limit(limit)).all()
