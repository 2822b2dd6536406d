"""The RQ edge of paging: the steps whose time has come."""

import structlog

from onboarding import clock
from onboarding.db import db, transaction
from onboarding.paging import actions, queries

log = structlog.get_logger()


def sweep() -> None:
    """Take every step that is due, each page by itself: one that breaks stops no other."""
    waiting = list(queries.due(db.session(), clock.now()))
    errors = []
    for page_id in waiting:
        try:
            with transaction() as session:
                actions.advance(session, queries.get(session, page_id, lock=True))
        except Exception as error:
            log.error("page.failed", page=page_id, exc_info=error)
            errors.append(error)
    if errors:
        raise errors[0]
