"""Put letters into the outbox, claim them, and note how their delivery went."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session, aliased

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.channels.names import BY_GATEWAY
from onboarding.db import after_commit
from onboarding.errors import Refused
from onboarding.outbox.models import Message, Try
from onboarding.queues import enqueue, out_queue
from onboarding.trail.log import SYSTEM, record

BACK_OFF_S = (5, 15, 60, 300, 900, 3600, 3600)
CLAIM_S = 90


def post(
    session: Session, channel: str, letter: Letter, *, topic: str = "", urgent: bool = False
) -> Message:
    """Queue `letter` for `channel`; a letter whose key is there already is not queued again."""
    known = session.scalar(select(Message).where(Message.key == letter.key))
    if known is not None:
        return known
    message = _message(channel, letter, topic, urgent, clock.now())
    session.add(message)
    session.flush()
    _wake(channel, urgent)
    return message


def known(session: Session, key: str) -> bool:
    """Whether a letter of that key was posted."""
    return session.scalar(select(Message.id).where(Message.key == key)) is not None


def _message(channel: str, letter: Letter, topic: str, urgent: bool, now: datetime) -> Message:
    return Message(
        key=letter.key,
        topic=topic,
        channel=channel,
        recipient=letter.recipient,
        subject=letter.subject,
        text=letter.text,
        extra=letter.extra,
        urgent=urgent,
        created_at=now,
        due_at=now,
    )


def _wake(channel: str, urgent: bool) -> None:
    after_commit(f"outbox:{channel}:{urgent}", lambda: enqueue_delivery(channel, urgent))


def post_all(
    session: Session,
    letters: Sequence[tuple[str, Letter]],
    *,
    topic: str = "",
    urgent: bool = False,
) -> None:
    """As `post`, for many (channel, letter) of a topic that is new with this transaction: none of
    their keys can be there yet."""
    now = clock.now()
    for channel, letter in letters:
        session.add(_message(channel, letter, topic, urgent, now))
        _wake(channel, urgent)


def withdraw_topic(session: Session, topic: str) -> None:
    """Take back the letters of `topic` that no worker has begun to deliver."""
    waiting = update(Message).where(Message.topic == topic, Message.state == "queued")
    session.execute(waiting.values(state="withdrawn"))


def withdraw(session: Session, prefix: str) -> bool:
    """Take back the letters whose key begins with `prefix` and that wait for a later hour, never
    tried yet. Whether there were any."""
    held = update(Message).where(
        Message.key.startswith(prefix, autoescape=True),
        Message.state == "queued",
        Message.tries == 0,
        Message.due_at > clock.now(),
    )
    taken = session.execute(held.values(state="withdrawn"))
    return bool(taken.rowcount)  # type: ignore[attr-defined]


def withdraw_to(
    session: Session, channel: str, recipient: str, ours: Callable[[str], bool]
) -> None:
    """Take back the letters to `recipient` that no worker has begun to deliver, where their key is
    one of `ours`."""
    query = select(Message.id, Message.key).where(
        Message.channel == channel, Message.recipient == recipient, Message.state == "queued"
    )
    found = [number for number, key in session.execute(query) if ours(key)]
    if found:
        waiting = update(Message).where(Message.id.in_(found), Message.state == "queued")
        session.execute(waiting.values(state="withdrawn"))


def enqueue_delivery(channel: str, urgent: bool) -> bool:
    """Ask a worker to deliver what waits for `channel` now; the gateway looks by itself."""
    if channel in BY_GATEWAY:
        return False
    queue = out_queue(channel, urgent)
    return enqueue(queue, "onboarding.outbox.jobs.drain", channel, urgent, once=queue)


def lanes_due(session: Session) -> Sequence[tuple[str, bool]]:
    """(channel, urgent) of messages whose time has come, and of those whose claim has run out
    (their worker died)."""
    query = select(Message.channel, Message.urgent).where(
        Message.state.in_(("queued", "sending")), Message.due_at <= clock.now()
    )
    found = session.execute(query.distinct())
    return [(channel, urgent) for channel, urgent in found]


def waits(session: Session, channel: str) -> Sequence[bool]:
    """Whether something is due in a channel: True for what is urgent, False for what can wait, the
    urgent first."""
    query = select(Message.urgent).where(
        Message.channel == channel,
        Message.state.in_(("queued", "sending")),
        Message.due_at <= clock.now(),
    )
    return sorted(session.scalars(query.distinct()), reverse=True)


def again(session: Session, message: Message) -> None:
    """Send a message that was sent or given up once more, with its key: whoever folds by it takes
    it as the one they have. Raises Refused while it is on its way."""
    if message.state not in ("sent", "failed"):
        raise Refused(
            f"this message is {message.state}", hint="it is tried by itself; look again in a moment"
        )
    message.state, message.tries, message.due_at = "queued", 0, clock.now()
    _wake(message.channel, message.urgent)


def silence_s(session: Session) -> float:
    """For how many seconds the message that is longest due has been waiting for a worker; 0: none."""
    query = select(func.min(Message.due_at)).where(
        Message.state.in_(("queued", "sending")), Message.channel.not_in(BY_GATEWAY)
    )
    since = session.scalar(query)
    return max(0.0, (clock.now() - since).total_seconds()) if since else 0.0


def claim(session: Session, message_id: int) -> Message | None:
    """Take the message for delivery by one guarded UPDATE; None where another worker has it.

    The claim lasts `CLAIM_S` seconds; `due_at` is then when others may take it over.
    """
    token, now = secrets.token_hex(8), clock.now()
    taken = session.execute(
        update(Message)
        .where(
            Message.id == message_id,
            Message.state.in_(("queued", "sending")),
            Message.due_at <= now,
        )
        .values(
            state="sending",
            claim=token,
            due_at=now + timedelta(seconds=CLAIM_S),
            tries=Message.tries + 1,
        )
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return None
    return session.scalars(select(Message).where(Message.id == message_id)).one()


def claim_batch(session: Session, channel: str, urgent: bool, limit: int) -> Sequence[Message]:
    """Take up to `limit` due messages of a lane, the longest due first, by one guarded UPDATE. None
    to a recipient whom another worker is writing to just now: their order stays, and a far side
    that hangs holds one worker only."""
    token, now = secrets.token_hex(8), clock.now()
    other = aliased(Message)
    at_it = exists().where(
        other.channel == Message.channel,
        other.recipient == Message.recipient,
        other.state == "sending",
        other.due_at > now,
    )
    waiting = (
        select(Message.id)
        .where(
            Message.channel == channel,
            Message.urgent == urgent,
            Message.state.in_(("queued", "sending")),
            Message.due_at <= now,
            ~at_it,
        )
        .order_by(Message.due_at, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Message)
    )
    ids = session.scalars(waiting).all()
    if not ids:
        return ()
    due_at = now + timedelta(seconds=CLAIM_S)
    taken = {"state": "sending", "claim": token, "due_at": due_at, "tries": Message.tries + 1}
    session.execute(update(Message).where(Message.id.in_(ids)).values(**taken))
    query = select(Message).where(Message.claim == token).order_by(Message.id)
    return session.scalars(query).all()


def held(session: Session, claims: Mapping[int, str]) -> dict[int, Message]:
    """Of the messages claimed (id → token), those that are still: by id, locked. What became of
    the others is for whoever took them over to note."""
    query = select(Message).where(Message.id.in_(claims), Message.claim.in_(set(claims.values())))
    found = session.scalars(query.with_for_update())
    return {one.id: one for one in found if claims[one.id] == one.claim}


def put_off(message: Message, wait_s: float) -> None:
    """Give a claimed message back untried, for `wait_s` seconds from now."""
    message.state, message.tries = "queued", message.tries - 1
    message.due_at = clock.now() + timedelta(seconds=wait_s)


def delivered(session: Session, message: Message, receipt: str) -> None:
    """Note that the channel has taken the letter."""
    now = clock.now()
    message.state, message.sent_at, message.receipt, message.error = "sent", now, receipt, ""
    session.add(Try(message_id=message.id, at=now, well=True, said=receipt))


def failed(
    session: Session, message: Message, error: str, *, final: bool, wait_s: float = 0.0
) -> None:
    """Note a failed try: queued again with back-off, at least the `wait_s` seconds that the far
    side asked for, or given up, which goes into the trail."""
    message.error = error
    session.add(Try(message_id=message.id, at=clock.now(), well=False, said=error))
    if final or message.tries > len(BACK_OFF_S):
        message.state = "failed"
        record(
            session,
            "system",
            "outbox.given_up",
            SYSTEM,
            {"message": message.id, "channel": message.channel, "tries": message.tries},
            {"recipient": message.recipient, "error": error},
        )
        return
    message.state = "queued"
    wait = max(wait_s, BACK_OFF_S[message.tries - 1])
    message.due_at = clock.now() + timedelta(seconds=wait)
