"""Put letters into the outbox, claim them, and note how their delivery went."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.db import after_commit
from onboarding.outbox.models import Message
from onboarding.queues import enqueue
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
    now = clock.now()
    message = Message(
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
    session.add(message)
    session.flush()
    number, queue = message.id, "urgent" if urgent else "default"
    after_commit(f"outbox:{number}", lambda: enqueue_delivery(number, queue))
    return message


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


def enqueue_delivery(message_id: int, queue: str) -> bool:
    """Ask a worker to deliver the message now."""
    return enqueue(queue, "onboarding.outbox.jobs.deliver", message_id)


def due(session: Session, limit: int = 500) -> Sequence[Message]:
    """Messages whose time has come, and those whose claim has run out (their worker died)."""
    query = select(Message).where(
        Message.state.in_(("queued", "sending")), Message.due_at <= clock.now()
    )
    return session.scalars(query.order_by(Message.urgent.desc(), Message.due_at).limit(limit)).all()


def silence_s(session: Session) -> float:
    """For how many seconds the message that is longest due has been waiting for a worker; 0: none."""
    query = select(func.min(Message.due_at)).where(Message.state.in_(("queued", "sending")))
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


def delivered(session: Session, message_id: int, token: str, receipt: str) -> None:
    """Note that the channel has taken the letter."""
    message = _held(session, message_id, token)
    if message is not None:
        message.state, message.sent_at, message.receipt = "sent", clock.now(), receipt
        message.error = ""


def failed(
    session: Session, message_id: int, token: str, error: str, *, final: bool, wait_s: float = 0.0
) -> None:
    """Note a failed try: queued again with back-off, at least the `wait_s` seconds that the far
    side asked for, or given up, which goes into the trail."""
    message = _held(session, message_id, token)
    if message is None:
        return
    message.error = error
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


def _held(session: Session, message_id: int, token: str) -> Message | None:
    query = select(Message).where(Message.id == message_id, Message.claim == token)
    return session.scalar(query.with_for_update())
