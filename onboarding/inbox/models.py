"""Table of mails that came in."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from onboarding.db import Model


class InboundMail(Model):
    """A mail, by its Message-ID once. `outcome`: done, signed, stuck, said, accepted, declined,
    tentative, or refused, with the reason in `why` and the mail itself kept in `raw`."""

    __tablename__ = "mails"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime]
    sender: Mapped[str]
    subject: Mapped[str]
    outcome: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    raw: Mapped[bytes | None]
