"""Send a draft: what people and the watch share."""

from typing import Any

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.outbox.actions import withdraw_topic
from onboarding.outreach import letters, states
from onboarding.outreach.models import Outreach
from onboarding.trail.log import Actor, record

WATCH = Actor("outreach", "rule")


def send_now(session: Session, actor: Actor, row: Outreach) -> None:
    """Send the draft as it is, to all of the customer's people. Raises Refused where it is none."""
    people = letters.readers(session, row)
    row.state = states.after(row.state, "send")
    row.sent_at, row.sent_by, row.snoozed_until = clock.now(), actor.name, None
    withdraw_drafts(session, row)
    letters.to_customer(session, row, people)
    payload = payload_of(row) | {"people": len(people), "by_itself": actor is WATCH}
    record(session, row.customer.stream, "outreach.sent", actor, payload)


def withdraw_drafts(session: Session, row: Outreach) -> None:
    """Take back the letters to whoever should have sent it, where they have not gone out."""
    withdraw_topic(session, letters.topic(row))


def payload_of(row: Outreach) -> dict[str, Any]:
    """What every entry of the trail about it says."""
    return {"outreach": row.id, "turnup": row.turnup_id}
