"""Table of practice worlds."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from onboarding.db import Model


class PracticeWorld(Model):
    """A customer's traffic that does not exist. `key` names whose (`cutover:12`).

    `share` is what its switch is set to, `rate` the mean requests a second, `faults` the injected
    ones: `[{"kind", "since", "until", …}]`. Counts of any second follow from the row and `seed`.
    """

    __tablename__ = "practice_worlds"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    seed: Mapped[int]
    rate: Mapped[float]
    share: Mapped[float] = mapped_column(default=0.0)
    set_key: Mapped[str] = mapped_column(default="")
    moves: Mapped[list[Any]] = mapped_column(default=list)
    faults: Mapped[list[Any]] = mapped_column(default=list)
    started_at: Mapped[datetime]
