"""The table of searches for windows."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from onboarding.db import Model
from onboarding.people.models import User


class WindowSearch(Model):
    """Somebody asked for windows, for one turn-up or for several planned together.

    `asked`: `{"not_before", "days", "near", "together", "turnups": [{"turnup", "title", "cutover"
    (0: none booked), "version", "minutes", "template"}, …]}`. `state`: queued, running, done,
    failed (`error`). `done` is the part that is (0 to 1). `result`: a list with a document of
    `best.document` for each turn-up; planned together they carry `chosen`, and the first the
    `plan`: price, bound and gap.
    """

    __tablename__ = "window_searches"
    id: Mapped[int] = mapped_column(primary_key=True)
    asked: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="queued", index=True)
    done: Mapped[float] = mapped_column(default=0.0)
    result: Mapped[list[Any]] = mapped_column(default=list)
    error: Mapped[str] = mapped_column(default="")
    asked_by: Mapped[int] = mapped_column(ForeignKey(User.id))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    asker: Mapped[User] = relationship(lazy="joined")
