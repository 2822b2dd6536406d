"""Page people, answer pages, and take the next step when it is due."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, Refused
from onboarding.outbox.actions import post, withdraw_topic
from onboarding.paging import escalation, letters, queries
from onboarding.paging.escalation import Standing, Step
from onboarding.paging.models import Call, Page
from onboarding.people import reply_addresses
from onboarding.people.models import User
from onboarding.trail.log import SYSTEM, Actor, lock_stream, record

LONGEST_TEXT = 2000


def page(
    session: Session,
    actor: Actor,
    subject: str,
    audience: Sequence[str],
    text: str,
    link: str,
    key: str,
    severity: str = "error",
    *,
    wait_s: int = 0,
    words: bool = False,
) -> Page:
    """Call people until one of them answers; the first call goes out with this transaction.

    `subject` is the stream it is told in (`cutover:12`), `audience` who is called, in order
    (`user:7`, `team:support`: see `queries.called`), the first line of `text` what they read
    first, `link` a path of this site. While a page of the same `key` is not resolved, asking again
    is counted there and nobody is called twice; with `words` what is asked then is added to the
    page, and whoever has it hears of it. `wait_s` is the time between two calls; by severity where
    it is 0.
    """
    _check(audience, text, severity)
    lock_stream(session, subject)  # two who ask at once: the second finds the first's page
    known = queries.by_key(session, key)
    if known is not None:
        known.repeats += 1
        if words:
            _add(session, actor, known, text, severity)
        return known
    now = clock.now()
    begun = escalation.begin(queries.called(session, audience, now), severity, now, wait_s)
    row = Page(
        key=key,
        subject=subject,
        severity=severity,
        text=text,
        link=link,
        audience=list(audience),
        opened_by=actor.name,
        opened_at=now,
        wait_s=begun.wait_s,
        next_at=now,
    )
    _put(row, begun)
    session.add(row)
    session.flush()
    said = {"page": row.id, "key": key, "severity": severity, "audience": list(audience)}
    record(session, subject, "page.opened", actor, said, {"text": text})
    advance(session, row)
    return row


def key_of(user: User, audience: Sequence[str], text: str) -> str:
    """The key of a page that somebody asks for without naming one: the same words to the same
    people are one page, anything else is another."""
    said = "\x00".join([*audience, text]).encode()
    return f"by-hand:{user.id}:{hashlib.sha256(said).hexdigest()[:24]}"


def _add(session: Session, actor: Actor, row: Page, text: str, severity: str) -> None:
    """What is asked for further: whoever is called next reads it, and whoever has it is told. A
    graver word makes the whole page as grave."""
    row = queries.get(session, row.id, lock=True)
    if escalation.WAIT_S[severity] < escalation.WAIT_S[row.severity]:
        row.severity, row.wait_s = severity, min(row.wait_s, escalation.WAIT_S[severity])
        if row.state == "open":
            row.next_at = min(row.next_at, clock.now() + timedelta(seconds=row.wait_s))
    if text in row.text:
        return
    row.text = letters.with_more(row.text, text, clock.now(), LONGEST_TEXT)
    record(session, row.subject, "page.repeated", actor, _said(row), {"text": text})
    for step in standing(row).steps if row.state == "acknowledged" else ():
        if step.user == row.holder_id:
            letter = letters.more(row, step, text, _replies_to(session, row, step))
            post(session, step.channel, letter, topic=topic(row), urgent=True)


def _check(audience: Sequence[str], text: str, severity: str) -> None:
    if not text.strip() or len(text) > LONGEST_TEXT or "\x00" in text:
        hint = f"1 to {LONGEST_TEXT} characters"
        raise BadInput("a page says what is wanted", place="text", hint=hint)
    if severity not in escalation.WAIT_S:
        hint = f"one of {', '.join(escalation.WAIT_S)}"
        raise BadInput(f"{severity!r} is no severity", place="severity", hint=hint)
    if not audience:
        raise BadInput("a page needs somebody", place="audience", hint="user:<id> or team:<key>")


def advance(session: Session, row: Page) -> None:
    """Take the steps that are due on a locked page: call the next, remind, call on after an
    acknowledgement ran out, begin the next round."""
    for _ in range(3):  # expired or round, then the call that follows at once
        move = escalation.move(standing(row), clock.now())
        if move.what == "nothing":
            return
        if move.call is not None:
            _call(session, row, move.call)
        elif move.what == "remind":
            _remind(session, row)
        else:
            record(session, row.subject, f"page.{_TOLD[move.what]}", SYSTEM, _said(row))
        _put(row, move.standing)
        if move.what == "round":  # who is on now may be somebody else than an hour ago
            row.steps = _written(
                escalation.steps(queries.called(session, row.audience, clock.now()))
            )
        session.flush()


_TOLD = {"expired": "expired", "round": "unanswered"}


def _call(session: Session, row: Page, step: Step) -> None:
    letter = letters.call(row, step, _replies_to(session, row, step))
    message = post(session, step.channel, letter, topic=topic(row), urgent=True)
    call = Call(user_id=step.user, channel=step.channel, address=step.address, at=clock.now())
    call.message_id = message.id
    row.calls.append(call)
    said = {**_said(row), "user": step.user, "channel": step.channel, "step": row.position + 1}
    record(session, row.subject, "page.called", SYSTEM, said)


def _replies_to(session: Session, row: Page, step: Step) -> str:
    """Where whoever is called answers by mail; empty where no mail comes in."""
    return reply_addresses.made("page", row.id, session.get_one(User, step.user))


def _remind(session: Session, row: Page) -> None:
    for step in standing(row).steps:
        if step.user == row.holder_id:
            letter = letters.reminder(row, step, _replies_to(session, row, step))
            post(session, step.channel, letter, topic=topic(row), urgent=True)


def acknowledge(session: Session, actor: Actor, user: User, page_id: int) -> Page:
    """`user` has it: nobody else is called, and what waits to go out is taken back. Holds for half
    an hour; said again, it holds anew. Raises Refused where somebody else has it or it is over."""
    row = queries.get(session, page_id, lock=True)
    if row.state == "resolved":
        raise Refused("This page is over", hint=row.outcome or "nothing is left to do")
    if row.state == "acknowledged" and row.holder_id != user.id:
        name = row.holder.name if row.holder else "somebody"
        raise Refused(f"{name} has it already", hint="ask them, or resolve it when it is done")
    again = row.state == "acknowledged"
    now = clock.now()
    _put(row, escalation.acknowledged(standing(row), user.id, now))
    row.acknowledged_at = row.acknowledged_at or now
    withdraw_topic(session, topic(row))
    _tell_pagers(session, row, "acknowledge")
    kind = "page.confirmed" if again else "page.acknowledged"
    record(session, row.subject, kind, actor, {**_said(row), "user": user.id})
    return row


def resolve(session: Session, actor: Actor, page_id: int, outcome: str = "") -> Page:
    """It is over: nothing of it goes out any more. What is over already stays as it is."""
    row = queries.get(session, page_id, lock=True)
    if row.state != "resolved":
        _resolve(session, actor, row, outcome)
    return row


def resolve_key(session: Session, actor: Actor, key: str, outcome: str = "") -> None:
    """`resolve` the page of this key, if there is one."""
    row = queries.by_key(session, key)
    if row is not None:
        resolve(session, actor, row.id, outcome)


def close_for(session: Session, actor: Actor, subject: str, outcome: str = "") -> None:
    """The subject is closed: none of its pages calls anybody any more."""
    for row in queries.of_subject(session, subject):
        _resolve(session, actor, row, outcome)


def _resolve(session: Session, actor: Actor, row: Page, outcome: str) -> None:
    row.state, row.resolved_at, row.outcome = "resolved", clock.now(), outcome
    withdraw_topic(session, topic(row))
    _tell_pagers(session, row, "resolve")
    record(session, row.subject, "page.resolved", actor, _said(row), {"words": outcome})


def _tell_pagers(session: Session, row: Page, action: str) -> None:
    for routing in sorted({call.address for call in row.calls if call.channel == "pager"}):
        post(session, "pager", letters.alert(row, routing, action), urgent=True)


def turn_to(session: Session, row: Page, audience: Sequence[str]) -> None:
    """A locked page calls `audience` when it calls next; whoever has it keeps it."""
    people = queries.called(session, audience, clock.now())
    row.audience, row.steps, row.position = list(audience), _written(escalation.steps(people)), 0


def topic(row: Page) -> str:
    """The topic of a page's letters in the outbox."""
    return f"page:{row.id}"


def standing(row: Page) -> Standing:
    """The page as `escalation` sees it."""
    return Standing(
        row.state,
        tuple(Step(**step) for step in row.steps),
        row.position,
        row.round,
        row.next_at,
        row.wait_s,
        row.holder_id,
        row.holds_until,
    )


def _put(row: Page, now: Standing) -> None:
    row.state, row.position, row.round, row.next_at = (
        now.state,
        now.position,
        now.round,
        now.next_at,
    )
    row.holder_id, row.holds_until, row.steps = now.holder, now.holds_until, _written(now.steps)


def _written(steps: Sequence[Step]) -> list[dict[str, str | int]]:
    return [asdict(step) for step in steps]


def _said(row: Page) -> dict[str, str | int]:
    return {"page": row.id, "key": row.key, "round": row.round}
