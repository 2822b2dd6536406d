"""When somebody who was asked to stand by and has not answered is reminded, then replaced. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

PATIENCE = timedelta(hours=4)
"""How long an answer may take at least, where there is that much time."""
PART = 4
"""Where there is less: this part of the time there is between asking and the window."""

REMIND, REPLACE, WAIT = "remind", "replace", ""


@dataclass(frozen=True, slots=True)
class Asked:
    """When the letter that asks went out, and the one that reminds (None: not reminded yet)."""

    asked_at: datetime
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long before the window whoever has not answered is reminded, and replaced."""

    remind: timedelta
    replace: timedelta


def due(asked: Asked, starts_at: datetime, now: datetime, deadlines: Deadlines) -> str:
    """REMIND, REPLACE or WAIT.

    Nobody is reminded before the patience since asking is over, nor replaced before as much again
    since the reminder, however late the asking was; nor once the window is open, when the call to
    station has it.
    """
    if now >= starts_at:
        return WAIT
    patience = min(PATIENCE, max(timedelta(), starts_at - asked.asked_at) / PART)
    if asked.reminded_at is None:
        at = max(starts_at - deadlines.remind, asked.asked_at + patience)
        return REMIND if now >= at else WAIT
    at = max(starts_at - deadlines.replace, asked.reminded_at + patience)
    return REPLACE if now >= at else WAIT
