"""The RQ edge of staffing ahead: when each turn-up without a cutover can go live."""

from onboarding.db import db, transaction
from onboarding.rosters import ahead


def look() -> None:
    """Work it out anew for all of them, some at a time."""
    ids = ahead.waiting(db.session())
    for start in range(0, len(ids), ahead.AT_ONCE):
        found = ahead.look(db.session(), ids[start : start + ahead.AT_ONCE])
        with transaction() as session:
            ahead.keep(session, found)
    with transaction() as session:
        ahead.forget_others(session, ids)
