"""Remind people of what is overdue: one letter to each, however many things it names."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.channels.base import Letter
from onboarding.checklists import letters
from onboarding.checklists.progress import Line
from onboarding.config import settings
from onboarding.customers.models import Turnup
from onboarding.customers.wording import team_name
from onboarding.nudges import queries
from onboarding.nudges.models import Nudge
from onboarding.nudges.rules import reminders
from onboarding.outbox.actions import post
from onboarding.people.models import User
from onboarding.people.tongues import speaking_to
from onboarding.trail.log import Actor, lock_stream, record
from onboarding.web.language import _, language, worded

NUDGES = Actor("nudges", "job")


def remind(session: Session, turnup_id: int, holiday: queries.Holiday) -> int:
    """Send what is due to be said about this turn-up now; how many letters went out."""
    turnup = session.get(Turnup, turnup_id)
    if turnup is None:
        return 0
    lock_stream(session, turnup.customer.stream)  # a second worker waits, and finds it said
    pending = queries.pending(session, turnup, holiday)
    patience = timedelta(days=settings().nudge_manager_days)
    due = reminders(pending.things, queries.sent(session, turnup), clock.now(), patience)
    keys: dict[tuple[int, str], list[str]] = defaultdict(list)
    for one in due:
        keys[one.reader, one.step].append(one.key)
    for (user_id, step), named in keys.items():
        user = session.get_one(User, user_id)
        overdue = [(pending.items[key], pending.lines[key]) for key in named]
        with speaking_to(user):
            words = _words(turnup, user, step, overdue)
        only = overdue[0][0] if len(overdue) == 1 and step == "owner" else None
        send(session, turnup, user, step, named, words, only)
    return len(keys)


@dataclass(frozen=True)
class Words:
    """What a letter says, and what the trail notes of it (who, and of what)."""

    subject: str
    text: str
    noted: str


def send(
    session: Session,
    turnup: Turnup,
    user: User,
    step: str,
    keys: Sequence[str],
    words: Words,
    item: int | None = None,
) -> None:
    """Post one letter to `user` about the things `keys`, and remember that it was said. An answer
    to it is about `item`, where it is about a single one."""
    now = clock.now()
    session.add_all(
        Nudge(
            turnup_id=turnup.id,
            key=key,
            step="owner" if step == "quiet" else step,
            user_id=user.id,
            at=now,
        )
        for key in keys
    )
    session.flush()
    mark = hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()[:24]
    extra = letters.headers(item, user) if item is not None else {}
    key = f"nudge:{step}:{user.id}:{mark}"
    letter = Letter(key, user.email, words.subject, words.text, extra)
    post(session, "email", letter, topic=f"nudge:{turnup.id}")
    payload = {"turnup": turnup.id, "step": step, "user": user.id, "things": list(keys)}
    record(session, turnup.customer.stream, "nudge.sent", NUDGES, payload, {"words": words.noted})


def _words(turnup: Turnup, user: User, step: str, overdue: Sequence[tuple[int, Line]]) -> Words:
    """The letter about items, each with its id, with times in the reader's own zone."""
    many = f"{len(overdue)} things are" if len(overdue) > 1 else "1 thing is"
    about, number = " ".join(turnup.name.split()), len(overdue)
    said = [_("Hello {name},").format(name=user.name), ""]
    if step == "manager":
        said.append(f"{many} still overdue for {about}; the owner was reminded before you.")
    elif number == 1:
        said.append(_("1 thing is overdue for {about}, and yours to move.").format(about=about))
    else:
        text = _("{n} things are overdue for {about}, and yours to move.")
        said.append(text.format(n=number, about=about))
    due, answer = _("due"), _("Answer:")
    for item_id, line in overdue:
        assert line.due is not None
        local = line.due.astimezone(ZoneInfo(user.timezone))
        at = f"{local:{'%d %b %Y' if language() == 'en' else '%Y-%m-%d'} %H:%M %Z}"
        who = f", {team_name(line.ball)}" if step == "manager" else ""
        said += ["", f"- {worded(line.item.title)} ({due} {at}{who})"]
        said += [
            f"  {text}" for text in (worded(line.item.why), letters.docs_of(line.item)) if text
        ]
        if len(overdue) > 1 and step == "owner" and settings().mail_in:
            said.append(f"  {answer} {letters.reply_address(item_id, user)}")
    page = "workspace?turnup=" if user.role == "customer" else "turnups/"
    said += ["", f"{settings().public_url.rstrip('/')}/{page}{turnup.id}", ""]
    said.append(_("You are told once of each. Tick it off, or say there what holds it up."))
    said += letters.how_to_answer() if step == "owner" else []
    titles = "; ".join(line.item.title for _item_id, line in overdue)
    subject = _("1 thing is overdue") if number == 1 else _("{n} things are overdue")
    return Words(
        f"[{about}] {subject.format(n=number)}"[:180], "\n".join(said), f"{user.name}: {titles}"
    )
