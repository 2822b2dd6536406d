"""Open, send, answer, withdraw and end outreaches."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.customers.models import Turnup
from onboarding.errors import BadInput, Refused, Stale
from onboarding.outbox.actions import withdraw_topic
from onboarding.outreach import drafting, letters, queries, states
from onboarding.outreach.models import Outreach
from onboarding.outreach.signs import Sign
from onboarding.outreach.wording import ANSWERS
from onboarding.trail.log import Actor, lock_stream, record

WATCH = Actor("outreach", "rule")
FLAPS = timedelta(minutes=15)  # trouble that comes back so soon is the same as before
UNANSWERED = timedelta(days=3)  # what is over is waited for so long
OUTCOMES = ("useful", "needless")


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
        payload = _payload(row) | {"signals": [one.signal for one in fresh]}
        record(session, row.customer.stream, "outreach.more", WATCH, payload)
    return row


def announce(session: Session, row: Outreach) -> None:
    """Note that it was opened, tell whoever should send it, and send it where the customer chose
    that it goes by itself."""
    payload = _payload(row) | {"kind": row.kind, "signals": list(row.signals), "cause": row.cause}
    said = {"words": "; ".join(letters.seen(row))} if row.signals else None
    record(session, row.customer.stream, "outreach.drafted", WATCH, payload, said)
    letters.to_sender(session, row)
    automatic = queries.setting_of(session, row.customer_id).automatic
    if row.kind == "trouble" and automatic and letters.readers(session, row):
        _send(session, WATCH, row)


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
    record(session, row.customer.stream, kind, WATCH, _payload(row))
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
        record(session, row.customer.stream, "outreach.withdrawn", WATCH, _payload(row))


def send(session: Session, actor: Actor, outreach_id: int, version: int) -> Outreach:
    """Send the draft as it was seen in that version. Raises Refused, Stale."""
    row = _mine(session, outreach_id)
    states.after(row.state, "send")
    _same(row, version)
    if not letters.readers(session, row):
        raise Refused(
            f"Nobody of {row.customer.name} can be written to",
            hint="invite one of their people, or call them and close this",
        )
    _send(session, actor, row)
    return row


def _send(session: Session, actor: Actor, row: Outreach) -> None:
    people = letters.readers(session, row)
    row.state = states.after(row.state, "send")
    row.sent_at, row.sent_by, row.snoozed_until = clock.now(), actor.name, None
    withdraw_drafts(session, row)
    letters.to_customer(session, row, people)
    payload = _payload(row) | {"people": len(people), "by_itself": actor is WATCH}
    record(session, row.customer.stream, "outreach.sent", actor, payload)


def edit(
    session: Session, actor: Actor, outreach_id: int, version: int, subject: str, text: str
) -> Outreach:
    """Change the draft. Raises Refused once it is no draft, Stale where another changed it."""
    row = _mine(session, outreach_id)
    if row.state != "drafted":
        raise Refused(f"This can not be changed any more: {states.STATES[row.state]}")
    _same(row, version)
    row.subject, row.text, row.edited, row.version = subject, text, True, row.version + 1
    record(session, row.customer.stream, "outreach.edited", actor, _payload(row))
    return row


def _same(row: Outreach, version: int) -> None:
    if row.version != version:
        raise Stale(
            "Somebody has changed the message since you opened it", hint="read it again, then send"
        )


def answer(
    session: Session, actor: Actor, outreach_id: int, answer_key: str, words: str = ""
) -> Outreach:
    """The customer's answer: one of `wording.ANSWERS`, and their words. Raises BadInput, Refused."""
    row = _mine(session, outreach_id)
    if answer_key not in ANSWERS[row.kind]:
        hint = f"one of {', '.join(ANSWERS[row.kind])}"
        raise BadInput(f"{answer_key!r} is no answer", place="answer", hint=hint)
    row.state = states.after(row.state, "answer")
    row.answer = f"{answer_key}: {words}" if words else answer_key
    row.answered_at, row.answered_by = row.answered_at or clock.now(), actor.name
    if answer_key in ("planned", "fine", "no") and not row.outcome:
        row.outcome = "needless"
    if row.state == "closed":
        row.ended_at = row.ended_at or clock.now()
    payload = _payload(row) | {"answer": answer_key}
    record(session, row.customer.stream, "outreach.answered", actor, payload, {"words": words})
    return row


def dismiss(session: Session, actor: Actor, outreach_id: int, reason: str) -> Outreach:
    """Nobody need be told; nothing second is opened while it lasts. Raises Refused."""
    row = _mine(session, outreach_id)
    row.state = states.after(row.state, "dismiss")
    row.ended_at, row.reason = clock.now(), reason
    _let_go(row)
    withdraw_drafts(session, row)
    said = {"reason": reason} if reason else None
    record(session, row.customer.stream, "outreach.dismissed", actor, _payload(row), said)
    return row


def close(session: Session, actor: Actor, outreach_id: int, outcome: str, reason: str) -> Outreach:
    """Nothing more is to be done; `outcome` says whether it was useful. Raises Refused, BadInput."""
    if outcome not in OUTCOMES:
        raise BadInput(f"{outcome!r} is no outcome", place="outcome", hint="useful or needless")
    row = _mine(session, outreach_id)
    row.state = states.after(row.state, "close")
    row.ended_at, row.outcome, row.reason = clock.now(), outcome, reason
    _let_go(row)
    payload = _payload(row) | {"outcome": outcome}
    said = {"reason": reason} if reason else None
    record(session, row.customer.stream, "outreach.closed", actor, payload, said)
    return row


def _let_go(row: Outreach) -> None:
    """A chance is done with once people say so; trouble holds on until it has healed."""
    if row.kind == "chance":
        row.holds = None


def snooze(session: Session, actor: Actor, outreach_id: int, minutes: float) -> Outreach:
    """Put it off for so long: it goes to the end of the list, and is sent by nobody meanwhile."""
    row = _mine(session, outreach_id)
    if row.state not in states.OPEN:
        raise Refused(f"This needs nobody any more: {states.STATES[row.state]}")
    row.snoozed_until = clock.now() + timedelta(minutes=minutes)
    payload = _payload(row) | {"until": clock.iso(row.snoozed_until)}
    record(session, row.customer.stream, "outreach.snoozed", actor, payload)
    return row


def _mine(session: Session, outreach_id: int) -> Outreach:
    """The row under its customer's lock."""
    lock_stream(session, queries.get(session, outreach_id).customer.stream)
    return queries.get(session, outreach_id, lock=True)


def _payload(row: Outreach) -> dict[str, Any]:
    return {"outreach": row.id, "turnup": row.turnup_id}


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
            payload = _payload(row) | {"outcome": "over"}
            record(session, row.customer.stream, "outreach.closed", WATCH, payload)
    return len(rows)


def withdraw_drafts(session: Session, row: Outreach) -> None:
    """Take back the letters to whoever should have sent it, where they have not gone out."""
    withdraw_topic(session, letters.topic(row))


def back_at(ts: float) -> datetime:
    """Seconds since the epoch as the time that rows keep."""
    return datetime.fromtimestamp(ts, UTC)
