"""How a customer is spoken to, and what nothing is opened about for a time."""

from datetime import timedelta

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Customer
from onboarding.errors import BadInput, NotFound
from onboarding.outreach import queries
from onboarding.outreach.models import OutreachMute, OutreachSetting
from onboarding.outreach.signs import TRAFFIC
from onboarding.ramps.counts import SIGNALS
from onboarding.trail.log import Actor, lock_stream, record
from onboarding.web.language import LANGUAGES

SIGNALS_FOUND = (*SIGNALS, TRAFFIC, "certificate", "dns")
LONGEST_DAYS = 30.0


def choose(
    session: Session,
    actor: Actor,
    customer: Customer,
    *,
    automatic: bool,
    sender: str | None = None,
    language: str | None = None,
) -> OutreachSetting:
    """How the customer is spoken to from now on; None leaves it as it is. Raises BadInput."""
    if sender is not None and sender not in queries.SENDERS:
        hint = f"one of {', '.join(queries.SENDERS)}"
        raise BadInput(f"{sender!r} sends nothing", place="sender", hint=hint)
    if language not in (None, "", *LANGUAGES):
        hint = f"one of {', '.join(LANGUAGES)}"
        raise BadInput(f"{language!r} is not spoken here", place="language", hint=hint)
    lock_stream(session, customer.stream)
    row = session.get(OutreachSetting, customer.id)
    if row is None:
        row = OutreachSetting(customer_id=customer.id, sender="account_manager", language="")
        session.add(row)
    row.automatic = automatic
    row.sender = row.sender if sender is None else sender
    row.language = row.language if language is None else language
    session.flush()
    payload = {"automatic": automatic, "sender": row.sender, "language": row.language}
    record(session, customer.stream, "outreach.setting", actor, payload)
    return row


def mute(
    session: Session, actor: Actor, customer: Customer, signal: str, days: float, reason: str
) -> OutreachMute:
    """Open nothing about this signal (empty: any) for so many days. Raises BadInput."""
    if signal not in ("", *SIGNALS_FOUND):
        hint = f"one of {', '.join(SIGNALS_FOUND)}, or empty for all"
        raise BadInput(f"{signal!r} is no signal", place="signal", hint=hint)
    if not 0 < days <= LONGEST_DAYS:
        raise BadInput(f"a mute of {days:g} days", place="days", hint=f"up to {LONGEST_DAYS:g}")
    if not reason.strip():
        raise BadInput("say why", place="reason", hint="everybody reads it")
    assert actor.user_id is not None, "a person mutes"
    lock_stream(session, customer.stream)
    now = clock.now()
    row = OutreachMute(customer_id=customer.id, signal=signal, reason=reason, by=actor.user_id)
    row.created_at, row.until = now, now + timedelta(days=days)
    session.add(row)
    session.flush()
    payload = {"mute": row.id, "signal": signal, "until": clock.iso(row.until)}
    record(session, customer.stream, "outreach.muted", actor, payload, {"reason": reason})
    return row


def unmute(session: Session, actor: Actor, customer: Customer, mute_id: int) -> None:
    """End a mute before its time. Raises NotFound."""
    lock_stream(session, customer.stream)
    row = session.get(OutreachMute, mute_id)
    if row is None or row.customer_id != customer.id:
        raise NotFound("There is no such mute", hint="look at the settings anew")
    if row.ended_at is None:
        row.ended_at = clock.now()
        payload = {"mute": row.id, "signal": row.signal}
        record(session, customer.stream, "outreach.unmuted", actor, payload)
