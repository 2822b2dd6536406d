"""What people do with an outreach: send, change, answer, put off, end it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, Refused, Stale, marked
from onboarding.outreach import letters, queries, states
from onboarding.outreach.models import Outreach
from onboarding.outreach.sending import payload_of, send_now, withdraw_drafts
from onboarding.outreach.wording import ANSWERS
from onboarding.trail.log import Actor, lock_stream, record

OUTCOMES = ("useful", "needless")


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
    send_now(session, actor, row)
    return row


def edit(
    session: Session, actor: Actor, outreach_id: int, version: int, subject: str, text: str
) -> Outreach:
    """Change the draft. Raises Refused once it is no draft, Stale where another changed it."""
    row = _mine(session, outreach_id)
    if row.state != "drafted":
        raise Refused(f"This can not be changed any more: {states.STATES[row.state]}")
    _same(row, version)
    row.subject, row.text, row.edited, row.version = subject, text, True, row.version + 1
    record(session, row.customer.stream, "outreach.edited", actor, payload_of(row))
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
        one_of = marked("one of {what}", what=", ".join(ANSWERS[row.kind]))
        raise BadInput(marked("this is no choice"), place="answer", hint=one_of)
    row.state = states.after(row.state, "answer")
    row.answer = f"{answer_key}: {words}" if words else answer_key
    row.answered_at, row.answered_by = row.answered_at or clock.now(), actor.name
    if answer_key in ("planned", "fine", "no") and not row.outcome:
        row.outcome = "needless"
    if row.state == "closed":
        row.ended_at = row.ended_at or clock.now()
    payload = payload_of(row) | {"answer": answer_key}
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
    record(session, row.customer.stream, "outreach.dismissed", actor, payload_of(row), said)
    return row


def close(session: Session, actor: Actor, outreach_id: int, outcome: str, reason: str) -> Outreach:
    """Nothing more is to be done; `outcome` says whether it was useful. Raises Refused, BadInput."""
    if outcome not in OUTCOMES:
        raise BadInput(f"{outcome!r} is no outcome", place="outcome", hint="useful or needless")
    row = _mine(session, outreach_id)
    row.state = states.after(row.state, "close")
    row.ended_at, row.outcome, row.reason = clock.now(), outcome, reason
    _let_go(row)
    payload = payload_of(row) | {"outcome": outcome}
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
    payload = payload_of(row) | {"until": clock.iso(row.snoozed_until)}
    record(session, row.customer.stream, "outreach.snoozed", actor, payload)
    return row


def _mine(session: Session, outreach_id: int) -> Outreach:
    """The row under its customer's lock."""
    lock_stream(session, queries.get(session, outreach_id).customer.stream)
    return queries.get(session, outreach_id, lock=True)
