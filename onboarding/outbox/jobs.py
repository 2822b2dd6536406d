"""The RQ edge of the outbox: what waits for a channel is claimed in batches, sent, and noted."""

import threading
from collections.abc import Sequence

import structlog
from sqlalchemy.orm import Session

from onboarding.channels.base import Letter
from onboarding.channels.registry import channel as channel_of
from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.errors import PassingFault, PermanentFault
from onboarding.faults import fault_point
from onboarding.outbox import actions
from onboarding.outbox.lanes import running
from onboarding.outbox.models import Message
from onboarding.outbox.sending import Claimed, Outcome, sent
from onboarding.queues import clear_beats

log = structlog.get_logger()
BATCH = 20
#: One lane of this process writes at a time: SQLite lets only one, and wakes those who wait unfairly.
_writing = threading.Lock()


def deliver(message_id: int) -> None:
    """Claim one message, hand it to its channel, note the outcome."""
    with _writing, transaction() as session:
        message = actions.claim(session, message_id)
        claimed = [_claimed(message)] if message is not None else []
        kind = message.channel if message is not None else ""
    if claimed:
        _pass_on(kind, claimed)


def drain(channel: str, urgent: bool) -> None:
    """Deliver what waits in a lane: by this process's lanes where it runs them, else here."""
    lanes = running()
    if lanes is not None:
        lanes.wake(channel, urgent)
        return
    while one_batch(channel, urgent):
        pass


def one_batch(channel: str, urgent: bool) -> int:
    """Claim a batch of the lane, send it, note the outcomes; how many there were."""
    with _writing, transaction() as session:
        messages = actions.claim_batch(session, channel, urgent, BATCH)
        claimed = [_claimed(one) for one in messages]
    lanes = running()
    if len(claimed) == BATCH and lanes is not None:
        lanes.wake(channel, urgent)  # there may be more: another hand, while this one is at it
    if claimed:
        _pass_on(channel, claimed)
    return len(claimed)


def sweep() -> None:
    """Wake every lane in which something is due: what Redis lost, what waits for a retry, what a
    dead worker held."""
    for channel, urgent in actions.lanes_due(db.session()):
        actions.enqueue_delivery(channel, urgent)
    clear_beats()


def _claimed(message: Message) -> Claimed:
    letter = Letter(message.key, message.recipient, message.subject, message.text, message.extra)
    return Claimed(message.id, message.claim, letter)


def _pass_on(kind: str, claimed: Sequence[Claimed]) -> None:
    fault_point("outbox.claimed")
    for outcomes in sent(lambda: channel_of(kind, settings()), claimed):
        fault_point("outbox.sent")
        with _writing, transaction() as session:
            claims = {one.claimed.message_id: one.claimed.token for one in outcomes}
            held = actions.held(session, claims)
            for one in outcomes:
                if message := held.get(one.claimed.message_id):
                    _note(session, message, one)


def _note(session: Session, message: Message, one: Outcome) -> None:
    if one.put_off_s is not None:
        actions.put_off(message, one.put_off_s)
    elif one.fault is None:
        actions.delivered(session, message, one.receipt)
    else:
        log.warning("outbox.failed", message=message.id, error=one.fault.line())
        final = isinstance(one.fault, PermanentFault)
        wait_s = one.fault.wait_s if isinstance(one.fault, PassingFault) else 0.0
        actions.failed(session, message, one.fault.line(), final=final, wait_s=wait_s)
