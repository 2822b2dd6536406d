"""The RQ edge of tickets: hand-overs and promises whose time has come."""

from collections.abc import Callable, Iterable

import structlog
from sqlalchemy.orm import Session

from onboarding.db import db, transaction
from onboarding.tickets import watching

log = structlog.get_logger()


def sweep() -> None:
    """Look at each that is due, each by itself: one that breaks stops no other."""
    session = db.session()
    handed, promised = watching.handovers_due(session), watching.clocks_due(session)
    errors = [*_each(handed, watching.look_at_handover), *_each(promised, watching.look_at_clocks)]
    if errors:
        raise errors[0]


def _each(ids: Iterable[int], act: Callable[[Session, int], None]) -> list[Exception]:
    errors = []
    for number in ids:
        try:
            with transaction() as session:
                act(session, number)
        except Exception as error:
            log.error("ticket.failed", ticket=number, exc_info=error)
            errors.append(error)
    return errors
