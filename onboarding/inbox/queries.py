"""Reads of mail that came in."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from onboarding.errors import NotFound
from onboarding.inbox.models import EmergencyAddress, InboundMail

#: Mails that a person should look at: not acted on, or not wholly read, and nobody did.
WAITING = and_(
    InboundMail.settled_at.is_(None),
    or_(InboundMail.outcome.in_(("refused", "unread", "kept")), InboundMail.flaws != ""),
)
AT_ONCE = 50


def waits(row: InboundMail) -> bool:
    """Whether the mail is one of `WAITING`."""
    left = row.outcome in ("refused", "unread", "kept") or bool(row.flaws)
    return left and row.settled_at is None


def known(session: Session, key: str) -> InboundMail | None:
    """What came of this mail when it came before."""
    return session.scalar(select(InboundMail).where(InboundMail.key == key))


def get(session: Session, number: int, *, lock: bool = False) -> InboundMail:
    """The mail, its row locked where asked for. Raises NotFound."""
    query = select(InboundMail).where(InboundMail.id == number)
    query = query.execution_options(populate_existing=True)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound(f"There is no mail {number}", hint="it may have been forgotten")
    return row


def refused(session: Session) -> Sequence[InboundMail]:
    """The mails that were refused and are kept, the newest first."""
    query = select(InboundMail).where(InboundMail.outcome.in_(("refused", "unread")))
    return session.scalars(query.order_by(InboundMail.id.desc())).all()


def listed(session: Session, every: bool, before: int) -> tuple[list[InboundMail], bool]:
    """`AT_ONCE` mails, the newest first: those that wait for a look, or `every` one; only older than
    the number `before` where it is not 0. And whether there are more."""
    query = select(InboundMail)
    if not every:
        query = query.where(WAITING)
    if before:
        query = query.where(InboundMail.id < before)
    found = session.scalars(query.order_by(InboundMail.id.desc()).limit(AT_ONCE + 1)).all()
    return list(found[:AT_ONCE]), len(found) > AT_ONCE


def left(session: Session, before: datetime, limit: int = 20) -> Sequence[int]:
    """Numbers of mails that nobody has begun, or ended, with since they came."""
    query = select(InboundMail.id).where(InboundMail.outcome == "kept", InboundMail.at < before)
    return session.scalars(query.order_by(InboundMail.id).limit(limit)).all()


def emergency(session: Session, customer_id: int) -> EmergencyAddress | None:
    """The customer's address that pages."""
    query = select(EmergencyAddress).where(
        EmergencyAddress.customer_id == customer_id, EmergencyAddress.revoked_at.is_(None)
    )
    return session.scalar(query.order_by(EmergencyAddress.id.desc()).limit(1))


def by_token(session: Session, token: str) -> EmergencyAddress | None:
    """The address with this token, revoked or not."""
    return session.scalar(select(EmergencyAddress).where(EmergencyAddress.token == token))
