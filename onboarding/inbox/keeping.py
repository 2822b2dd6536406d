"""Keep mails as they came, before anything looks into them, and note what came of each."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.errors import BadInput, Refused
from onboarding.inbox import queries
from onboarding.inbox.mail import Mail, key_of
from onboarding.inbox.models import InboundMail
from onboarding.people.models import User
from onboarding.trail.log import SYSTEM, Actor, record

MOST_TRIES = 3


def largest_hint(largest_mb: int) -> str:
    """What a sender does whose mail is too large."""
    return f"at most {largest_mb} MB: send a link to what is large"


def keep(
    session: Session,
    raw: bytes,
    recipients: Sequence[str],
    returns_to: str | None,
    source: str,
) -> InboundMail:
    """The row of the mail, new or as it was kept before. Raises BadInput for nothing at all."""
    if not raw.strip():
        raise BadInput("this is no mail: it is empty", hint="expected one mail as it came in")
    key = key_of(raw, recipients)
    known = queries.known(session, key)
    if known is not None:
        return known
    row = InboundMail(key=key, at=clock.now(), source=source, returns_to=returns_to)
    row.recipients, row.size, row.raw, row.outcome = list(recipients), len(raw), raw, "kept"
    session.add(row)
    session.flush()
    return row


def begin(session: Session, number: int) -> InboundMail | None:
    """Count one try at the mail, before it is made; None where it is done already."""
    row = queries.get(session, number, lock=True)
    if row.outcome != "kept":
        return None
    row.tries += 1
    return row


def note(session: Session, row: InboundMail, mail: Mail, outcome: str, link: str = "") -> None:
    """Remember what came of the mail, so that the same one does nothing more."""
    row.sender, row.subject = mail.sender, mail.subject
    row.outcome, row.link, row.flaws = outcome, link, "; ".join(mail.flaws)
    session.flush()


def refuse(session: Session, row: InboundMail, mail: Mail, why: str) -> None:
    """The mail was not acted on: it stays for a person to see."""
    note(session, row, mail, "refused")
    row.why = why[:500]
    record(session, "system", "mail.refused", SYSTEM, {"mail": row.id}, {"why": row.why})


def unread(session: Session, row: InboundMail) -> None:
    """It broke whoever read it, again and again: it is left to a person."""
    row.outcome = "unread"
    row.why = f"it could not be read in {MOST_TRIES} tries; the log says where it broke"
    record(session, "system", "mail.unread", SYSTEM, {"mail": row.id}, {"why": row.why})


def settle(session: Session, actor: Actor, user: User, number: int) -> None:
    """Somebody looked at what was not acted on. Raises Refused for what nobody has to look at."""
    row = queries.get(session, number, lock=True)
    if row.settled_at is not None or not queries.waits(row):
        raise Refused("Nothing of this mail waits for anybody", hint="see the list of mails")
    row.settled_at, row.settled_by = clock.now(), user.id
    record(session, "system", "mail.settled", actor, {"mail": row.id})


def forget(session: Session, days: int) -> None:
    """Drop what mails held that nobody has to look at, `days` after they came; the row stays a
    year, so that the same mail does nothing more."""
    now = clock.now()
    old = (InboundMail.at < now - timedelta(days=days), InboundMail.raw.is_not(None))
    session.execute(update(InboundMail).where(*old, ~queries.WAITING).values(raw=None))
    year = now - timedelta(days=max(365, days))
    session.execute(delete(InboundMail).where(InboundMail.at < year, ~queries.WAITING))
