"""Make and end bridges, take in what was heard, and note what has arrived."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.bridges import accounts, leases
from onboarding.bridges.lines import KINDS, Heard, late
from onboarding.bridges.models import Bridge, HeardOnce
from onboarding.bridges.queries import LIVE, RESTING
from onboarding.errors import BadInput, NotAllowed, Refused, TooFast
from onboarding.people.models import User
from onboarding.people.permissions import may
from onboarding.rooms import actions as rooms
from onboarding.rooms import queries as room_queries
from onboarding.rooms.models import Room, RoomMessage
from onboarding.rooms.words import one_line
from onboarding.trail.log import SYSTEM, Actor, head_number, lock_stream, record

#: After a failure the next turn waits so many seconds, longer each time.
BACK_OFF_S = (2, 5, 15, 30, 60, 120, 300)
#: A bridge to a room younger than this begins with the room's first word, else with the next.
YOUNG = timedelta(hours=1)
#: Guests of one room together: at most so many messages within so many seconds.
GUESTS = (40, 10)
KEPT = timedelta(days=2)  # keys of what was heard; signatures are good for minutes


def connect(session: Session, actor: Actor, room: Room, kind: str, address: str = "") -> Bridge:
    """Bridge the room to a chat; twice is once, and one that was ended is taken up again: from now
    on, or where it had rested with its room from where it was."""
    if room.archived_at is not None:
        raise Refused("This room is closed", hint="open it again first")
    lock_stream(session, room.stream)
    same = (Bridge.room_id == room.id, Bridge.kind == kind, Bridge.address == address)
    known = session.scalar(select(Bridge).where(*same))
    if known is not None and known.state in LIVE:
        return known
    now = clock.now()
    rested = known is not None and known.state == RESTING
    row = known or Bridge(room_id=room.id, kind=kind, address=address, created_at=now)
    row.state, row.error, row.failures, row.next_at = "making", "", 0, None
    row.key = row.key or secrets.token_hex(6)
    young = known is None and now - room.opened_at < YOUNG
    if not rested:
        row.sent = 0 if young else head_number(session, room.stream)
    session.add(row)
    session.flush()
    record(session, room.stream, "room.bridged", actor, {"kind": kind, "bridge": row.id})
    return row


def disconnect(session: Session, actor: Actor, bridge: Bridge) -> None:
    """End it: nothing goes over any more, and the channel is left. Twice is once."""
    if bridge.state in ("making", "open"):
        bridge.state, bridge.next_at, bridge.failures = "closing", None, 0
        said = {"kind": bridge.kind, "bridge": bridge.id}
        record(session, bridge.room.stream, "room.unbridged", actor, said)


def rest(session: Session, bridge: Bridge) -> None:
    """It ends with its room, and comes back with it."""
    if bridge.state in LIVE:
        bridge.state, bridge.next_at, bridge.failures = RESTING, None, 0
        said = {"kind": bridge.kind, "bridge": bridge.id}
        record(session, bridge.room.stream, "room.unbridged", SYSTEM, said)


def hear(session: Session, bridge: Bridge, heard: Heard) -> tuple[RoomMessage, User | None] | None:
    """Say in the room what was said in the chat, once, under the name of whoever has proved that the
    account is theirs, else as a guest's. None where it was heard before. Raises what `say` raises,
    and NotAllowed where the proved person may not talk in this room."""
    if bridge.state != "open":
        raise Refused("This channel is not bridged any more", hint="see the room in Turnup")
    once = _first(session, f"{bridge.source}:{heard.key}")
    if once is None:
        return None
    user = session.get(User, heard.user_id) if heard.user_id else None
    user = user or accounts.owner(session, bridge.source, heard.account)
    room = bridge.room
    mark = late(heard.at, clock.now()).strip()
    text = f"{heard.text}\n{mark}" if mark else heard.text
    if user is None or not user.active:
        _room_for_guests(session, room)
        said = rooms.say(session, _guest(bridge, heard), room, text)
        once.number = said.number
        return said, None
    room_queries.visible(session, user, room.id)
    if not (may(user.role, "rooms.write") or may(user.role, "workspace.talk")):
        raise NotAllowed("Your role does not allow this", hint="it needs rooms.write")
    acting = Actor(f"user:{user.id}", bridge.source)
    said = rooms.say(session, rooms.author(session, acting, user, room), room, text)
    once.number = said.number
    return said, user


def keep(session: Session, bridge: Bridge, key: str, user: User) -> bool:
    """Keep in the cutover's timeline what was said there as `key`, once; whether it was heard here.
    Raises NotAllowed, and what `rooms.actions.keep` raises."""
    heard = session.get(HeardOnce, f"{bridge.source}:{key}")
    if heard is None or heard.number is None:
        return False
    if not may(user.role, "timeline.write"):
        raise NotAllowed("Your role does not allow this", hint="it needs timeline.write")
    room_queries.visible(session, user, bridge.room_id)
    if _first(session, f"{bridge.source}:kept:{key}") is not None:
        acting = Actor(f"user:{user.id}", bridge.source)
        rooms.keep(session, acting, bridge.room, heard.number)
    return True


def _guest(bridge: Bridge, heard: Heard) -> rooms.Author:
    """Somebody of whom only the chat says who they are. Their name says so, whatever it is."""
    account = one_line(heard.account or heard.name, 100)
    acting = Actor(f"guest:{bridge.source}:{account}", bridge.source)
    name = one_line(heard.name, 60) or "?"
    return rooms.Author(acting, "guest", name, f"{KINDS[bridge.kind]}, not proved")


def _room_for_guests(session: Session, room: Room) -> None:
    most, seconds = GUESTS
    since = clock.now() - timedelta(seconds=seconds)
    query = select(func.count()).where(
        RoomMessage.room_id == room.id, RoomMessage.side == "guest", RoomMessage.at > since
    )
    if (session.scalar(query) or 0) >= most:
        raise TooFast("Too much is said here at once", hint="wait a moment, then say it again")


def _first(session: Session, key: str) -> HeardOnce | None:
    """The row of this key where it comes for the first time; None where it was heard before."""
    if len(key) > 500:
        raise BadInput("this is too long", place="key", hint="at most 500 characters")
    if session.get(HeardOnce, key) is not None:
        return None
    now = clock.now()
    session.execute(delete(HeardOnce).where(HeardOnce.at < now - KEPT))
    row = HeardOnce(key=key, at=now)
    session.add(row)
    session.flush()
    return row


def note(session: Session, fence: int, bridge_id: int, **what: Any) -> None:
    """Note what a turn has done over there, and that all is well. Raises LeaseLost where another
    gateway is active now, whose word counts."""
    leases.held(session, fence)
    row = session.get(Bridge, bridge_id, with_for_update={"of": Bridge})
    if row is None:
        return
    for name, value in what.items():
        setattr(row, name, value)
    row.failures, row.error, row.next_at = 0, what.get("error", ""), None


def failed(session: Session, fence: int, bridge_id: int, error: str, wait_s: float) -> None:
    """Note that a turn went wrong: the next waits, at least `wait_s` seconds."""
    leases.held(session, fence)
    row = session.get(Bridge, bridge_id, with_for_update={"of": Bridge})
    if row is None:
        return
    back_off = BACK_OFF_S[min(row.failures, len(BACK_OFF_S) - 1)]
    row.failures, row.error = row.failures + 1, error[:500]
    row.next_at = _in(max(wait_s, back_off))


def _in(seconds: float) -> datetime:
    return clock.now() + timedelta(seconds=seconds)
