"""What is asked of the people at manual switches."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from onboarding.switches.models import ManualSwitch


def hand(session: Session, key: str) -> ManualSwitch | None:
    """The manual switch of `key`, if anything was ever asked of it."""
    return session.scalar(select(ManualSwitch).where(ManualSwitch.key == key))


def waits_for(session: Session, key: str) -> float | None:
    """The share that somebody still has to set by hand and confirm, or None."""
    row = hand(session, key)
    if row is None or row.wanted is None:
        return None
    if (row.wanted, row.wanted_selector) == (row.confirmed, row.confirmed_selector):
        return None
    return row.wanted
