"""Reads of mail that came in."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.inbox.models import InboundMail


def known(session: Session, key: str) -> InboundMail | None:
    """What came of this mail when it came before."""
    return session.scalar(select(InboundMail).where(InboundMail.key == key))


def refused(session: Session) -> Sequence[InboundMail]:
    """The mails that were refused and are kept, the newest first."""
    query = select(InboundMail).where(InboundMail.outcome == "refused")
    return session.scalars(query.order_by(InboundMail.id.desc())).all()
