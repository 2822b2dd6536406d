"""Somebody has a person reminded now: of what a turn-up waits for, by day, at most once in a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.errors import Refused
from onboarding.nudges.models import Nudge
from onboarding.nudges.queries import owners_of
from onboarding.nudges.rules import Reader, sane_from
from onboarding.outbox.actions import post
from onboarding.people import queries as people
from onboarding.people.models import User
from onboarding.people.tongues import speaking_to
from onboarding.trail.log import Actor, lock_stream, record
from onboarding.web.language import _, worded
from onboarding.web.times import span

APART = timedelta(hours=20)
MOST = 10  # things that one letter names


@dataclass(frozen=True)
class Asked:
    """Who was written to, and when the last of the letters goes out: now, or by their day."""

    names: tuple[str, ...]
    at: datetime


def ask(
    session: Session, actor: Actor, turnup: Turnup, ball: str, things: Sequence[str], note: str = ""
) -> Asked:
    """Write to those who have the `ball` of what the turn-up waits for (`things`, in words), with a
    `note` of whoever asks. Raises Refused: nothing is waited for, nobody is there to be written to,
    or they were within the last day."""
    lock_stream(session, turnup.customer.stream)  # two at once: the second sees the first's
    last = select(func.max(Nudge.at)).where(Nudge.turnup_id == turnup.id, Nudge.step == "asked")
    now, before = clock.now(), session.scalar(last)
    if not things:
        raise Refused("Nothing is waited for", hint="move it on")
    if before is not None and now - before < APART:
        raise Refused(f"They were reminded {span(now - before)} ago", hint="wait a day")
    away = people.away(session, now)
    found = owners_of(session, turnup, [ball], away)[ball]
    owners = [one for one in found if one.id not in away]
    if not owners:
        raise Refused("Nobody is there to be reminded", hint="invite somebody, or wait for them")
    ats = [_write(session, turnup, user, things, note, _name(session, actor)) for user in owners]
    payload = {"turnup": turnup.id, "users": [one.id for one in owners]}
    said = {"words": "; ".join(things[:MOST]), "note": note} if note else None
    record(session, turnup.customer.stream, "nudge.asked", actor, payload, said)
    return Asked(tuple(one.name for one in owners), max(ats))


def _write(
    session: Session, turnup: Turnup, user: User, things: Sequence[str], note: str, by: str
) -> datetime:
    """One letter; when it goes out."""
    now = clock.now()
    key = f"{turnup.id}:asked:{clock.iso(now)}"
    session.add(Nudge(turnup_id=turnup.id, key=key, step="asked", user_id=user.id, at=now))
    about = " ".join(turnup.name.split())
    page = "workspace?turnup=" if user.role == "customer" else "turnups/"
    with speaking_to(user):
        text = [_("Hello {name},").format(name=user.name), ""]
        text += [_("{about} waits for you:").format(about=about), ""]
        named = [worded(thing) for thing in things[:MOST]]
        text += [f"- {thing}" for thing in named]
        if len(things) > MOST:
            text.append(_("- and {n} more").format(n=len(things) - MOST))
    text += ["", note] if note else []
    text += ["", f"{settings().public_url.rstrip('/')}/{page}{turnup.id}", "", by]
    subject = f"[{about}] {named[0]}"[:180]
    letter = Letter(f"nudge:{key}:{user.id}", user.email, subject, "\n".join(text))
    message = post(session, "email", letter, topic=f"nudge:{turnup.id}")
    message.due_at = sane_from(now, Reader(user.id, user.timezone, frozenset(user.days)))
    return message.due_at


def _name(session: Session, actor: Actor) -> str:
    user = session.get(User, actor.user_id) if actor.user_id else None
    return user.name if user else ""
