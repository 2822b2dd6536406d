"""Ask for a share at a manual switch, and confirm it. Whoever does so writes the trail."""

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from onboarding import clock
from onboarding.switches.base import checked_share
from onboarding.switches.models import ManualSwitch
from onboarding.switches.selectors import Selector

KEPT = 200  # keys that a row remembers


def _locked(session: Session, key: str) -> ManualSwitch:
    """The row of `key`, locked until the transaction ends; made where it is new."""
    query = select(ManualSwitch).where(ManualSwitch.key == key).with_for_update()
    query = query.execution_options(populate_existing=True)
    row = session.scalar(query)
    if row is None:
        module = sqlite if session.connection().dialect.name == "sqlite" else postgresql
        fresh = module.insert(ManualSwitch).values(
            key=key,
            confirmed=0.0,
            confirmed_by="",
            keys=[],
            wanted_selector={},
            confirmed_selector={},
        )
        session.execute(fresh.on_conflict_do_nothing())
        row = session.scalars(query).one()
    return row


def want(
    session: Session, key: str, share: float, set_key: str, selector: Selector | None = None
) -> ManualSwitch:
    """Ask the person at the switch for `share` and what `selector` picks; a `set_key` that was
    seen changes nothing."""
    row = _locked(session, key)
    if set_key not in row.keys:
        row.wanted, row.wanted_at = checked_share(share), clock.now()
        row.wanted_selector = selector.as_json() if selector else {}
        row.keys = [*row.keys[1 - KEPT :], set_key]
    return row


def confirm(
    session: Session, key: str, share: float, by: str, selector: Selector | None = None
) -> ManualSwitch:
    """Take a person's word that the switch is at `share` and picks by `selector`, whatever was
    wanted. `by`: `user:7`.

    Raises BadInput for what is no percentage.
    """
    row = _locked(session, key)
    row.confirmed, row.confirmed_at, row.confirmed_by = checked_share(share), clock.now(), by
    row.confirmed_selector = selector.as_json() if selector else {}
    return row
