"""The RQ edge of the outbox."""

import structlog

from onboarding.channels.base import Letter
from onboarding.channels.registry import channel
from onboarding.config import settings
from onboarding.db import db, transaction
from onboarding.errors import AdapterError, PassingFault, PermanentFault
from onboarding.faults import fault_point
from onboarding.outbox import actions

log = structlog.get_logger()


def deliver(message_id: int) -> None:
    """Claim the message, hand it to its channel, note the outcome."""
    with transaction() as session:
        message = actions.claim(session, message_id)
        if message is None:
            return
        kind, token = message.channel, message.claim
        letter = Letter(
            message.key, message.recipient, message.subject, message.text, message.extra
        )
    fault_point("outbox.claimed")
    try:
        receipt = channel(kind, settings()).send(letter)
    except AdapterError as fault:
        log.warning("outbox.failed", message=message_id, error=fault.line())
        with transaction() as session:
            final = isinstance(fault, PermanentFault)
            wait_s = fault.wait_s if isinstance(fault, PassingFault) else 0.0
            actions.failed(session, message_id, token, fault.line(), final=final, wait_s=wait_s)
        return
    fault_point("outbox.sent")
    with transaction() as session:
        actions.delivered(session, message_id, token, receipt)


def sweep() -> None:
    """Enqueue every message that is due: what Redis lost, what waits for a retry, what a dead
    worker held."""
    waiting = [(m.id, "urgent" if m.urgent else "default") for m in actions.due(db.session())]
    for message_id, queue in waiting:
        actions.enqueue_delivery(message_id, queue)
