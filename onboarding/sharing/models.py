"""Tables of share links and of what their pages show."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.customers.models import Turnup
from onboarding.cutovers.models import Cutover
from onboarding.db import Model
from onboarding.people.models import User


class ShareLink(Model):
    """A link to a customer's page; only the SHA-256 of its random token is kept.

    `for_user` is the customer's person for whom it works the checklist too; None: it only shows.
    `language` is one of `web.language.LANGUAGES`; "" leaves it to the reader. Two locks may be on
    it: `phrase_hash` (argon2) of a pass-phrase, and `domains` of mail addresses, to one of which a
    code is sent.
    """

    __tablename__ = "share_links"
    id: Mapped[int] = mapped_column(primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str] = mapped_column(default="")
    for_user: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    language: Mapped[str] = mapped_column(default="")
    phrase_hash: Mapped[str] = mapped_column(default="")
    domains: Mapped[list[str]] = mapped_column(default=list)
    made_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    turnup: Mapped[Turnup] = relationship(lazy="joined")
    user: Mapped[User | None] = relationship(foreign_keys=[for_user], lazy="joined")


class SharedReport(Model):
    """The customer's version of a cutover's report, as it was when somebody shared it."""

    __tablename__ = "shared_reports"
    cutover_id: Mapped[int] = mapped_column(ForeignKey(Cutover.id), primary_key=True)
    turnup_id: Mapped[int] = mapped_column(ForeignKey(Turnup.id), index=True)
    document: Mapped[dict[str, Any]]
    shared_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    shared_at: Mapped[datetime]
    sharer: Mapped[User] = relationship(lazy="joined")
