"""What the watch does: open an outreach about what was found, add to it, end it when it heals."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.outreach import drafting, letters, queries, states
from onboarding.outreach.models import Outreach
from onboarding.outreach.sending import WATCH, payload_of, send_now, withdraw_drafts
from onboarding.outreach.signs import Sign
from onboarding.trail.log import lock_stream, record

FLAPS = timedelta(minutes=15)  # trouble that comes back so soon is the same as before
UNANSWERED = timedelta(days=3)  # what is over is waited for so long


def found(
    session: Session, turnup_id: int, signs: Sequence[Sign], figures: Mapping[str, Any]
) -> Outreach | None:
    """Open an outreach about what was found, or add it to the one that lasts; None where nothing is
    to be said, for it is muted. The same again changes nothing."""
    turnup = session.get_one(Turnup, turnup_id)
    lock_stream(session, turnup.customer.stream)
    lasting = queries.holding(session, f"trouble:{turnup_id}")
    if lasting is not None:
        return _more(session, lasting, signs, figures)
    told = [one for one in signs if not queries.muted(session, turnup.customer_id, one.signal)]
    if not told:
        return None
    row = _flapped(session, turnup) or opened(session, turnup, "trouble")
    row.holds, row.healed_at, row.ended_at = f"trouble:{turnup_id}", None, None
    row.signals = {one.signal: one.as_dict() for one in told}
    row.figures = dict(figures)
    row.onset = min(drafting.onset_of(row.signals), row.onset)
    drafting.draft(session, row)
    session.flush()
    announce(session, row)
    return row


def opened(session: Session, turnup: Turnup, kind: str) -> Outreach:
    """A new draft without words, given to whoever should send it."""
    now = clock.now()
    row = Outreach(
        customer_id=turnup.customer_id,
        turnup_id=turnup.id,
        customer=turnup.customer,
        turnup=turnup,
        kind=kind,
        state="drafted",
        onset=now,
        opened_at=now,
        last_seen_at=now,
    )
    session.add(row)
    session.flush()
    row.sender = queries.sender(
        session, turnup.customer, queries.setting_of(session, turnup.customer_id)
    )
    row.language = drafting.language_of(session, row)
    return row


def _flapped(session: Session, turnup: Turnup) -> Outreach | None:
    """The trouble of a moment ago that was over before anybody was told: it goes on."""
    query = select(Outreach).where(
        Outreach.turnup_id == turnup.id,
        Outreach.kind == "trouble",
        Outreach.state == "withdrawn",
        Outreach.ended_at > clock.now() - FLAPS,
    )
    row = session.scalar(query.order_by(Outreach.id.desc()).limit(1))
    if row is not None:
        row.state = states.after(row.state, "recur")
        row.repeats, row.last_seen_at = row.repeats + 1, clock.now()
    return row


def _more(
    session: Session, row: Outreach, signs: Sequence[Sign], figures: Mapping[str, Any]
) -> Outreach:
    """Further signals of trouble that lasts."""
    fresh = [
        one
        for one in signs
        if one.signal not in row.signals or row.signals[one.signal].get("healed")
    ]
    row.last_seen_at = clock.now()
    if fresh:
        row.signals = {**row.signals, **{one.signal: one.as_dict() for one in fresh}}
        row.figures = dict(figures)
        drafting.draft(session, row)
        payload = payload_of(row) | {"signals": [one.signal for one in fresh]}
        record(session, row.customer.stream, "outreach.more", WATCH, payload)
    return row


def announce(session: Session, row: Outreach) -> None:
    """Note that it was opened, tell whoever should send it, and send it where the customer chose
    that it goes by itself."""
    payload = payload_of(row) | {"kind": row.kind, "signals": list(row.signals), "cause": row.cause}
    said = {"words": "; ".join(letters.seen(row))} if row.signals else None
    record(session, row.customer.stream, "outreach.drafted", WATCH, payload, said)
    letters.to_sender(session, row)
    automatic = queries.setting_of(session, row.customer_id).automatic
    if row.kind == "trouble" and automatic and letters.readers(session, row):
        send_now(session, WATCH, row)


def healed(
    session: Session, turnup_id: int, signals: Sequence[str], at: datetime
) -> Outreach | None:
    """These signals are back since `at`. Where all are, it is over: withdrawn if nobody was told,
    else the customer is told that too."""
    turnup = session.get_one(Turnup, turnup_id)
    lock_stream(session, turnup.customer.stream)
    row = queries.holding(session, f"trouble:{turnup_id}")
    if row is None:
        return None
    back = {
        name: {**row.signals[name], "healed": at.timestamp()}
        for name in signals
        if name in row.signals
    }
    row.signals = {**row.signals, **back}
    if not all(sign.get("healed") for sign in row.signals.values()):
        return row
    row.holds, row.healed_at = None, at
    before = row.state
    row.state = states.after(row.state, "heal")
    if before == "drafted":
        row.ended_at = clock.now()
        withdraw_drafts(session, row)
    elif before in ("sent", "answered"):
        row.ended_at = clock.now() if row.state == "closed" else None
        letters.over(session, row, letters.readers(session, row))
    kind = "outreach.withdrawn" if row.state == "withdrawn" else "outreach.healed"
    record(session, row.customer.stream, kind, WATCH, payload_of(row))
    return row


def unwatched(session: Session, turnup_id: int) -> None:
    """Nobody can see any more whether it is over: what is only drafted is withdrawn, what was told
    is left to people."""
    row = queries.holding(session, f"trouble:{turnup_id}")
    if row is None:
        return
    row.holds = None
    if row.state == "drafted":
        row.state, row.ended_at = states.after(row.state, "heal"), clock.now()
        withdraw_drafts(session, row)
        record(session, row.customer.stream, "outreach.withdrawn", WATCH, payload_of(row))


def tidy(session: Session) -> int:
    """Close what was told, is over, and nobody has answered for days; how many were."""
    query = select(Outreach).where(
        Outreach.state == "healed", Outreach.healed_at < clock.now() - UNANSWERED
    )
    rows = session.scalars(query.limit(200)).all()
    for row in rows:
        lock_stream(session, row.customer.stream)
        session.refresh(row)
        if row.state == "healed":
            row.state, row.ended_at = states.after(row.state, "close"), clock.now()
            payload = payload_of(row) | {"outcome": "over"}
            record(session, row.customer.stream, "outreach.closed", WATCH, payload)
    return len(rows)


def back_at(ts: float) -> datetime:
    """Seconds since the epoch as the time that rows keep."""
    return datetime.fromtimestamp(ts, UTC)
