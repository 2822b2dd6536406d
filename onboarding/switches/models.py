"""Table of switches that people turn."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from onboarding.db import Model


class ManualSwitch(Model):
    """What one cutover (`key`: `cutover:12`) wants of the person at its switch, and what they said.

    `wanted` is None until something was asked for; `confirmed` is the share they last said to have
    set, and the switch counts as being there; the selectors are as in `selectors.Selector.as_json`,
    empty for none. `keys` are the keys of the last sets.
    """

    __tablename__ = "manual_switches"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    wanted: Mapped[float | None]
    wanted_at: Mapped[datetime | None]
    confirmed: Mapped[float] = mapped_column(default=0.0)
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str] = mapped_column(default="")
    keys: Mapped[list[str]] = mapped_column(default=list)
    wanted_selector: Mapped[dict[str, Any]] = mapped_column(default=dict)
    confirmed_selector: Mapped[dict[str, Any]] = mapped_column(default=dict)
