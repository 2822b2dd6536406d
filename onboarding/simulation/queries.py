"""What a practice world shows without being changed."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.simulation.models import PracticeWorld


def find(session: Session, key: str) -> PracticeWorld | None:
    """The row of `key`, if anybody has touched that world yet."""
    return session.scalar(select(PracticeWorld).where(PracticeWorld.key == key))


def running_faults(row: PracticeWorld | None) -> list[dict[str, Any]]:
    """The faults that are on now, for the cockpit."""
    now = clock.now().timestamp()
    return [one for one in row.faults if one["since"] <= now < one["until"]] if row else []
