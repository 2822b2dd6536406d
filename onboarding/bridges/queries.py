"""Reads of bridges that have a name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from onboarding.bridges.lines import Said
from onboarding.bridges.models import Bridge, ChatAccount
from onboarding.cutovers import queries as cutovers
from onboarding.cutovers.models import Cutover
from onboarding.cutovers.queries import OPEN
from onboarding.errors import NotFound
from onboarding.people.models import User
from onboarding.rooms import queries as rooms
from onboarding.rooms.models import Room, RoomMessage
from onboarding.rosters.queries import seats
from onboarding.trail.following import waiting_since
from onboarding.trail.models import Stream

LIVE = ("making", "open", "closing")
RESTING = "resting"
MOST = 50  # messages of a room that are looked at in one turn
SPEAKER = "posts"  # the follower that tells a room of what the trail of its flip says


@dataclass(frozen=True)
class Mark:
    """A bridge, and how far its room and its cutover have gone: what moved since is to be told.
    One whose room is `ended` is looked at until it is at rest."""

    bridge_id: int
    kind: str
    state: str
    heads: tuple[int, int]
    ended: bool = False


def get(session: Session, bridge_id: int) -> Bridge:
    """The bridge. Raises NotFound."""
    found = session.get(Bridge, bridge_id)
    if found is None:
        raise NotFound(f"There is no bridge {bridge_id}")
    return found


def room(session: Session, room_id: int) -> Room:
    """The room. Raises NotFound."""
    return rooms.get(session, room_id)


def of_room(session: Session, room_id: int) -> Sequence[Bridge]:
    """The bridges of a room that stand or are being made."""
    query = select(Bridge).where(Bridge.room_id == room_id, Bridge.state.in_(LIVE))
    return session.scalars(query.order_by(Bridge.kind, Bridge.id)).all()


def at_target(session: Session, kind: str, target: str) -> Bridge | None:
    """The bridge whose channel over there is `target`."""
    query = select(Bridge).where(
        Bridge.kind == kind, Bridge.target == target, Bridge.state.in_(LIVE)
    )
    return session.scalar(query.order_by(Bridge.id.desc()).limit(1)) if target else None


def account(session: Session, kind: str, name: str) -> ChatAccount | None:
    """An account that somebody has proved."""
    query = select(ChatAccount).where(ChatAccount.kind == kind, ChatAccount.account == name)
    return session.scalar(query)


def marks(session: Session, kinds: Collection[str], now: datetime) -> list[Mark]:
    """The bridges of these kinds whose next turn is not put off."""
    query = select(Bridge).where(
        Bridge.kind.in_(kinds),
        Bridge.state.in_(LIVE),
        or_(Bridge.next_at.is_(None), Bridge.next_at <= now),
    )
    rows = session.scalars(query.order_by(Bridge.id)).all()
    names = {row.room.stream for row in rows} | {row.room.key for row in rows}
    named = select(Stream.name, Stream.number).where(Stream.name.in_(names))
    heads: dict[str, int] = {one.name: one.number for one in session.execute(named)}
    return [
        Mark(
            row.id,
            row.kind,
            row.state,
            (heads.get(row.room.stream, 0), heads.get(row.room.key, 0)),
            row.room.archived_at is not None,
        )
        for row in rows
    ]


def unbridged(session: Session, kind: str, limit: int = 20) -> Sequence[Room]:
    """Rooms of cutovers to come or running that were never bridged to this chat."""
    query = (
        select(Room)
        .join(Cutover, Room.cutover_id == Cutover.id)
        .outerjoin(Bridge, and_(Bridge.room_id == Room.id, Bridge.kind == kind))
        .where(Bridge.id.is_(None), Room.archived_at.is_(None), Cutover.state.in_(OPEN))
    )
    return session.scalars(query.order_by(Room.id).limit(limit)).all()


def rested(session: Session, kind: str, limit: int = 20) -> Sequence[Bridge]:
    """Bridges to this chat that ended with their room, which was opened again since."""
    query = (
        select(Bridge)
        .join(Room, Bridge.room_id == Room.id)
        .where(Bridge.kind == kind, Bridge.state == RESTING, Room.archived_at.is_(None))
    )
    return session.scalars(query.order_by(Bridge.id).limit(limit)).all()


def waiting(session: Session, bridge: Bridge) -> list[Said]:
    """What was said and is not over there yet, without what came from there."""
    query = (
        select(RoomMessage)
        .where(
            RoomMessage.room_id == bridge.room_id,
            RoomMessage.number > bridge.sent,
            RoomMessage.source != bridge.source,
            RoomMessage.taken_back_at.is_(None),
        )
        .order_by(RoomMessage.number)
        .limit(MOST)
    )
    return [
        Said(
            row.number,
            row.name,
            row.team or ("customer" if row.side == "customer" else ""),
            row.text,
            row.at,
            step=(row.about or "").startswith("post:"),
            program=row.side == "program",
        )
        for row in session.scalars(query)
    ]


def over(session: Session, bridge: Bridge) -> bool:
    """Whether the room is closed, nothing is still to be said in it, and all of it was told."""
    if bridge.room.archived_at is None or waiting_since(session, SPEAKER, bridge.room.key):
        return False
    return not waiting(session, bridge)  # read last: what was written meanwhile is among it


def concerned(session: Session, room: Room) -> list[User]:
    """Those of the vendor's people who belong in the room's channel: the roster, and the customer's
    account manager."""
    found: list[User] = []
    if room.cutover_id is not None:
        found = [seat.user for seat in seats(session, room.cutover_id) if seat.user is not None]
        manager = cutovers.get(session, room.cutover_id).turnup.customer.account_manager
    else:
        manager = room.customer.account_manager if room.customer else None
    people = {user.id: user for user in [*found, *([manager] if manager else [])]}
    return [user for user in people.values() if user.active]
