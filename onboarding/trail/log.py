"""Write to the trail and read it on."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from blinker import Signal
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.config import settings
from onboarding.db import after_commit
from onboarding.trail.models import Entry, Stream
from onboarding.trail.signing import digest, entry_mac, head_signature

committed = Signal("Sent with stream= and number= once entries of a stream have been committed.")


@dataclass(frozen=True)
class Actor:
    """Who did it (`user:7`, `conductor`, `share:3`) and through what (web, api, cli, job, rule)."""

    name: str
    source: str

    @property
    def user_id(self) -> int | None:
        """The id of the user behind it, if it is one."""
        kind, _, number = self.name.partition(":")
        return int(number) if kind == "user" else None


SYSTEM = Actor("system", "job")
LOCKED = "streams locked"  # in a session's `info`: by which transaction, and their rows


def record(
    session: Session,
    stream: str,
    kind: str,
    actor: Actor,
    payload: dict[str, Any] | None = None,
    personal: dict[str, Any] | None = None,
    *,
    flush: bool = True,
) -> Entry:
    """Append to `stream` (`customer:3`, `cutover:12`, `system`) under its row lock.

    `payload` holds no personal data: names of people, addresses and free text they wrote go into
    `personal`, which can be erased later. The number is gapless within the stream. Without
    `flush` the row is written with the next flush: of many entries all at once.
    """
    key = settings().key("trail")
    head = lock_stream(session, stream)
    payload = json.loads(json.dumps(payload or {}, allow_nan=False))
    salt = secrets.token_hex(16) if personal else None
    entry = Entry(
        stream_id=head.id,
        number=head.number + 1,
        at=clock.now(),
        actor=actor.name,
        source=actor.source,
        kind=kind,
        payload=payload,
        personal=personal,
        salt=salt,
        digest=digest(salt, personal) if salt and personal else "",
        mac="",
    )
    entry.mac = mac_of(key, stream, entry, head.mac)
    head.number, head.mac = entry.number, entry.mac
    head.signature = head_signature(key, stream, head.number, head.mac)
    session.add(entry)
    if flush:
        session.flush()
    number = entry.number
    after_commit(f"trail:{stream}", lambda: _announce(stream, number))
    return entry


def mac_of(key: str, stream: str, entry: Entry, previous: str) -> str:
    """The HMAC that `entry` must carry after an entry with the HMAC `previous`."""
    return entry_mac(
        key,
        stream=stream,
        number=entry.number,
        at=entry.at,
        actor=entry.actor,
        source=entry.source,
        kind=entry.kind,
        payload=entry.payload,
        digest=entry.digest,
        previous=previous,
    )


def _announce(stream: str, number: int) -> None:
    committed.send(None, stream=stream, number=number)


def lock_stream(session: Session, name: str) -> Stream:
    """The stream's row, locked until the transaction ends; made where it is new. Read once in a
    transaction: who records a hundred entries asks for it a hundred times."""
    session.connection()  # the transaction has begun
    ours = session.get_nested_transaction() or session.get_transaction()
    of, heads = session.info.get(LOCKED, (None, {}))
    if of is not ours:
        heads = {}
        session.info[LOCKED] = (ours, heads)
    elif name in heads:
        held: Stream = heads[name]
        return held
    query = select(Stream).where(Stream.name == name).with_for_update()
    head = session.scalar(query.execution_options(populate_existing=True))
    if head is None:
        _insert_if_absent(session, name)
        head = session.scalars(query).one()
    heads[name] = head
    return head


def _insert_if_absent(session: Session, name: str) -> None:
    module = sqlite if session.connection().dialect.name == "sqlite" else postgresql
    session.execute(
        module.insert(Stream)
        .values(name=name, number=0, mac="", signature="")
        .on_conflict_do_nothing()
    )


def read(session: Session, stream: str, after: int = 0, limit: int = 500) -> Sequence[Entry]:
    """Entries of `stream` with a number above `after`, in order."""
    return session.scalars(
        select(Entry)
        .join(Stream)
        .where(Stream.name == stream, Entry.number > after)
        .order_by(Entry.number)
        .limit(limit)
    ).all()


def latest(session: Session, stream: str, limit: int = 50) -> list[Entry]:
    """The last `limit` entries of `stream`, newest first: the timeline as people read it."""
    query = select(Entry).join(Stream).where(Stream.name == stream)
    return list(session.scalars(query.order_by(Entry.number.desc()).limit(limit)))


def head_number(session: Session, stream: str) -> int:
    """The number of the last entry in `stream`; 0 where there is none."""
    return session.scalar(select(Stream.number).where(Stream.name == stream)) or 0
